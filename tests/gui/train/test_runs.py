"""Folders of runs, processes in them, and what a trainer said last."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rtsynth_gui.train.runs import (
    LOG,
    command_by_ps,
    going_on,
    is_training,
    last_words,
    list_runs,
    new_copies,
    new_run,
    stop_all,
    stop_training,
)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RTSYNTH_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


def test_new_folders_and_those_there_are(folder: Path) -> None:
    assert list_runs() == []
    run = new_run(Path("/a/my river.wav"))
    assert run.parent == folder
    assert run.name.startswith("my river-")
    assert new_copies(Path("/a/river")).name == "river"
    for age, name in enumerate(("old", "new")):
        (folder / name).mkdir(parents=True)
        (folder / name / "progress.jsonl").write_text("")
        os.utime(folder / name / "progress.jsonl", (1000 + age, 1000 + age))
    (folder / "other").mkdir()
    assert [path.name for path in list_runs()] == ["new", "old"]


def test_the_last_line_is_the_reason(folder: Path) -> None:
    folder.mkdir()
    assert last_words(folder) == ""
    (folder / LOG).write_bytes(b"a\n" * 20_000 + b"rtsynth: x: too short\n\n")
    assert last_words(folder) == "rtsynth: x: too short"


def test_nothing_trains_there(folder: Path) -> None:
    for pid in (-1, 0, 1, os.getpid(), 1 << 62):
        assert not is_training(pid, folder)
        assert not stop_training(pid, folder)
    assert going_on([(1, folder), (1 << 62, folder)]) == []
    assert stop_all([(1, folder), (1 << 62, folder)]) == 0


@pytest.mark.system
def test_a_process_is_known_by_its_folder(folder: Path) -> None:
    words = [sys.executable, "-c", "import time; time.sleep(60)", "--out", str(folder)]
    with subprocess.Popen(words) as process:
        try:
            while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
                assert is_training(process.pid, folder)  # it is being started
            assert is_training(process.pid, folder)
            assert not is_training(process.pid, folder / "other")
            if shutil.which("ps"):
                assert os.fsencode(folder) in command_by_ps(process.pid)
            assert not stop_training(process.pid, folder / "other")
            assert going_on([(1, folder), (process.pid, folder)]) == [(process.pid, folder)]
            assert stop_all([(1, folder), (process.pid, folder)]) == 1
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            assert not is_training(process.pid, folder)  # its parent has not asked for it yet
        finally:
            process.kill()
    assert not is_training(process.pid, folder)
    assert command_by_ps(process.pid) == b""
