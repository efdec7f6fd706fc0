"""A process in the folder of a run: one at a time, with its own log, and reaped by its parent."""

import os
import signal
import sys
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_gui.train import launch as launch_module
from rtsynth_gui.train.launch import Launched, launch
from rtsynth_gui.train.runs import going_on
from tests.gui.conftest import Spin

WAIT = "import sys, time; print('ready', file=sys.stderr, flush=True); time.sleep(60)"


@pytest.mark.system
def test_one_process_at_a_time(tmp_path: Path, spin: Spin) -> None:
    run = tmp_path / "runs" / "rain"
    first = launch(run, ["-c", WAIT, str(run)], [])
    try:
        known = [(first.pid, run)]
        assert first == (run, first.pid, None)
        assert os.getsid(first.pid) == first.pid  # no terminal's Ctrl-C, and no window's end
        spin(lambda: (run / "trainer.log").read_text() == "ready\n")
        assert going_on(known) == known
        other = tmp_path / "runs" / "river"
        assert launch(other, ["-c", WAIT, str(other)], known) == Launched(other, 0, run)
        assert not other.exists()
        assert launch(other, ["-c", WAIT, str(other)], []).busy == run, "it was started here"
    finally:
        os.kill(first.pid, signal.SIGKILL)
    spin(lambda: not going_on(known))
    second = launch(run, ["-c", "", str(run)], known)
    assert second.pid
    assert first.pid not in [process.pid for process, _ in launch_module._started]
    spin(lambda: not going_on([(second.pid, run)]))


@pytest.mark.system
def test_refusals_name_the_folder_or_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file"):
        launch(tmp_path / "file" / "run", [], [])
    with pytest.raises(InputError, match="file"):
        launch(tmp_path / "file" / "run", [], [], new=True)
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="there is such a run already"):
        launch(tmp_path / "there", [], [], new=True)
    monkeypatch.setattr(launch_module, "PROGRAM", str(tmp_path / "gone"))
    with pytest.raises(InputError, match="gone: cannot be started"):
        launch(tmp_path / "run", [], [])
    assert sys.executable != launch_module.PROGRAM
