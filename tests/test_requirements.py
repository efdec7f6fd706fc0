"""In CI nothing is skipped: a lacking program fails its test, any other skip fails the session."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

LACKING = """
from tests.requirements import require
def test_a():
    require("no-such-program-anywhere")
"""
SKIPPED = """
import pytest
@pytest.mark.skip(reason="not today")
def test_b():
    pass
"""


@pytest.mark.parametrize(
    ("text", "ci", "status", "says"),
    [
        (LACKING + SKIPPED, "", 0, ["no-such-program-anywhere is not installed", "not today"]),
        (LACKING, "true", 1, ["nothing is skipped in CI: no-such-program-anywhere"]),
        (SKIPPED, "true", 6, ["1 skipped: in CI that is a failure"]),
    ],
    ids=["elsewhere", "lacking", "skipped"],
)
def test_skips(tmp_path: Path, text: str, ci: str, status: int, says: list[str]) -> None:
    (tmp_path / "test_it.py").write_text(text)
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-rs", str(tmp_path)],
        env=environment | ({"CI": ci} if ci else {}),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert all(text in done.stdout for text in says), done.stdout
