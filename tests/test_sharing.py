"""Long test files first; a process that crashes fails one test, and the session ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sharing import long_files_first

CRASH = "import os\ndef test_crash():\n    os._exit(1)\n"
PASS = "def test_pass_{}():\n    pass\n"


def test_long_files_first() -> None:
    tests = [
        ("a", "unit"),
        ("b", "system"),
        *[("c", "unit")] * 3,
        ("d", "unit"),
        ("d", "measure"),
        ("e", "system"),
        ("e", "unit"),
    ]
    assert long_files_first(tests) == ["d", "e", "b", "c", "a"]


@pytest.mark.system
@pytest.mark.parametrize(
    ("processes", "files", "says"),
    [
        ("1", [CRASH], "1 failed"),
        ("1", [CRASH, CRASH, CRASH], "3 failed"),
        ("1", [PASS.format(1), CRASH + PASS.format(2)], "1 failed, 2 passed"),
        ("2", [PASS.format(1) + CRASH, PASS.format(2)], "1 failed, 2 passed"),
        ("2", [PASS.format(1) + PASS.format(2)] * 3 + [CRASH], "1 failed, 6 passed"),
    ],
    ids=["alone", "each", "first", "last", "among many"],
)
def test_crashes(tmp_path: Path, processes: str, files: list[str], says: str) -> None:
    for number, text in enumerate(files):
        (tmp_path / f"test_{number}.py").write_text(text)
    done = subprocess.run(
        f"{sys.executable} -m pytest -p tests.conftest --dist loadfile --numprocesses {processes}"
        f" {tmp_path}".split(),
        env={name: value for name, value in os.environ.items() if "PYTEST" not in name},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert says in done.stdout.splitlines()[-1], done.stdout
