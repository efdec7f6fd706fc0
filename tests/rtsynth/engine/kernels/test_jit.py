"""The cache of compiled code: whatever changes in the engine, no stale kernel is ever loaded."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rtsynth.engine.kernels import jit
from tests.places import ROOT

ENGINE = ROOT / "rtsynth" / "engine"
FOLDERS = sorted({file.parent.relative_to(ENGINE) for file in ENGINE.rglob("*.py")})
# `seed_header` is in run/rng.py; where it writes the key stands in program/layout.py.
SEED = """
import numpy as np
from rtsynth.engine.run.rng import seed_header
header = np.zeros(16, np.int64)
seed_header(header, 0, 1)
print(np.flatnonzero(header)[0], sum(seed_header.stats.cache_hits.values()))
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the package's sources: its engine."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "rtsynth", tmp_path / "rtsynth", ignore=ignored)
    return tmp_path / "rtsynth" / "engine"


def test_the_engine_has_rooms() -> None:
    assert {str(folder) for folder in FOLDERS} == {".", "kernels", "program", "run", "live"}


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_file_changed_in_any_room_is_another_cache(
    folder: Path, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jit, "ENGINE_FOLDER", copied)
    before = jit._cache_folder()
    assert before == jit._cache_folder() == jit.CACHE_FOLDER  # it depends on the sources alone
    for file in sorted((copied / folder).glob("*.py")):
        text = file.read_text()
        file.write_text(text + "#")
        assert jit._cache_folder() != before
        file.write_text(text)
    (copied / folder / "new.py").touch()
    assert jit._cache_folder() != before
    (copied / folder / "new.py").write_text("X = 1\n")
    assert jit._cache_folder() != before


def test_a_line_that_moves_to_the_next_file_is_another_cache(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jit, "ENGINE_FOLDER", copied)
    first, second = (copied / "run" / f"{name}.py" for name in ("sampling", "tape"))
    first.write_text(first.read_text() + "X = 1\n")
    before, text = jit._cache_folder(), first.read_text()
    first.write_text(text.removesuffix("X = 1\n"))
    second.write_text("X = 1\n" + second.read_text())
    assert jit._cache_folder() != before


@pytest.mark.measure
@pytest.mark.system
def test_a_kernel_is_compiled_anew_when_what_it_uses_has_changed(
    copied: Path, tmp_path: Path
) -> None:
    """Numba by itself looks only at the file that the function is in."""
    environment = os.environ | {
        "PYTHONPATH": str(copied.parents[1]),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }

    def seeded() -> list[int]:
        command = [sys.executable, "-c", SEED]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return [int(word) for word in done.stdout.split()]

    assert seeded() == [1, 0]
    assert seeded() == [1, 1]  # from the cache
    layout = copied / "program" / "layout.py"
    text = layout.read_text()
    assert "\nRNG_KEY = 1 " in text
    layout.write_text(text.replace("\nRNG_KEY = 1 ", "\nRNG_KEY = 9 "))
    assert seeded() == [9, 0]


@jit.jit(cache=False)
def _add(a: float, b: float) -> float:
    return a + b


@jit.jit(cache=False)
def _count() -> int:
    total, i = 0, 0
    while i < 3:
        total += _add(i, 1) + _add(i, 2)
        i += 1
    return total


def test_a_function_is_compiled_once_for_all_integers_that_compiled_code_calls_it_with() -> None:
    assert _count() == 15
    assert [[str(kind) for kind in kinds] for kinds in _add.signatures] == [["int64", "int64"]]
