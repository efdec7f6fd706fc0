"""librosa's compiled functions survive several processes that need them for the first time."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from numba.core import config

from rtsynth_train.core import librosa_once

PROGRAM = """
import numpy as np
from rtsynth_train.core.librosa_once import load_librosa
noise = np.random.default_rng(0).standard_normal(16000).astype(np.float32)
print(len(load_librosa().onset.onset_detect(y=noise, sr=16000)))
"""


@pytest.mark.measure
@pytest.mark.background
def test_processes_that_compile_at_once_do_no_harm(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "OMP_NUM_THREADS": "1"}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, env=environment
        )

    together = [start(), start()]
    answers = [process.communicate()[0] for process in together]
    after = start()  # what they have left behind is used
    answers.append(after.communicate()[0])
    assert [process.returncode for process in (*together, after)] == [0, 0, 0]
    assert len(set(answers)) == 1
    assert list(tmp_path.rglob("guf-*"))  # which is what two at once would spoil


@pytest.mark.parametrize("home", ["none", "one that can be written to"])
def test_code_has_a_place_where_librosas_folder_and_the_home_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    unwritable = SimpleNamespace(origin="/proc/librosa/__init__.py")
    monkeypatch.setattr(librosa_once, "find_spec", lambda name: unwritable)
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none" if home == "none" else str(tmp_path))
    monkeypatch.setattr(config, "CACHE_DIR", "")
    with librosa_once._place_for_code(tmp_path):
        assert (str(tmp_path / "numba") if home == "none" else "") == config.CACHE_DIR
    assert config.CACHE_DIR == ""
