"""A run of the real trainer: started, stopped, resumed, killed, found again, refused."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import rtsynth
from rtsynth_gui.train.run_box import RunBox
from rtsynth_gui.train.runs import going_on
from rtsynth_gui.train.trainer import State, Trainer
from tests.gui import conftest
from tests.gui.conftest import TIMEOUT_S, Spin
from tests.gui.train.surveys import write

SECONDS = 3.0
PATIENCE_S = 300.0  # a trainer has the lowest priority


@pytest.fixture
def rain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(conftest, "TIMEOUT_S", PATIENCE_S)
    write(tmp_path / "rain.wav", seconds=4.0)
    return tmp_path / "rain.wav"


@pytest.fixture
def trainer(qt: QApplication) -> Iterator[Trainer]:
    trainer = Trainer()
    yield trainer
    for pid, _ in going_on(trainer.known):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.measure
def test_a_run_is_started_stopped_and_resumed(trainer: Trainer, rain: Path, spin: Spin) -> None:
    trainer.start(rain, "texture", 10.0)
    spin(lambda: trainer.state is State.STARTING)
    spin(lambda: trainer.progress.step >= 2)
    assert trainer.state is State.TRAINING
    pid = trainer.progress.pid
    assert trainer.run is not None
    assert going_on(trainer.known) == [(pid, trainer.run)]
    assert os.getpriority(os.PRIO_PROCESS, pid) == 19
    trainer.stop()
    assert trainer.state is State.STOPPING
    spin(lambda: not trainer.alive)
    assert trainer.state is State.STOPPED
    assert trainer.plugin is not None
    assert rtsynth.load(trainer.plugin).name == "rain"
    assert all((trainer.run / name).is_file() for _, name in trainer.progress.previews)
    assert trainer.progress.previews
    before = trainer.progress.step

    other = Trainer()  # as another window would
    other.look_at(trainer.run)
    assert other.state is State.OPENING
    spin(lambda: other.state is not State.OPENING)
    assert (other.state, other.progress.step, other.resumable) == (State.STOPPED, before, True)
    other.resume(SECONDS / 60)
    spin(lambda: other.alive)
    spin(lambda: not other.alive)
    assert other.state is State.DONE, other.why_it_failed()
    assert other.progress.step > before
    assert other.progress.held_out.points
    assert going_on(other.known) == []


@pytest.mark.measure
def test_a_killed_run_says_so_and_can_go_on(trainer: Trainer, rain: Path, spin: Spin) -> None:
    trainer.start(rain, "texture", 2.0)
    spin(lambda: trainer.progress.step >= 1)
    assert trainer.run is not None
    other = Trainer()
    other.look_at(trainer.run)
    spin(lambda: other.state is not State.OPENING)
    assert other.state is State.TRAINING  # it is found again, and known to be alive
    os.kill(trainer.progress.pid, signal.SIGKILL)
    spin(lambda: not trainer.alive)
    assert trainer.state is State.FAILED
    assert not trainer.resumable  # it was killed before its first checkpoint
    (trainer.run / "checkpoint.pt").write_bytes(b"damaged")
    spin(lambda: trainer.resumable)
    trainer.resume(1.0)
    spin(lambda: trainer.alive)
    spin(lambda: not trainer.alive)
    assert trainer.state is State.FAILED
    assert "checkpoint.pt: not a readable checkpoint" in trainer.why_it_failed()


@pytest.mark.system
def test_one_that_has_not_begun_can_be_stopped(trainer: Trainer, rain: Path, spin: Spin) -> None:
    trainer.start(rain, "texture", 10.0)
    box = RunBox(trainer)
    spin(lambda: trainer.state is State.STARTING)
    assert going_on(trainer.known)
    assert box.buttons["stop"].isEnabled()
    box.buttons["stop"].click()
    assert trainer.state is State.STOPPING
    assert not box.buttons["stop"].isEnabled()
    spin(lambda: not trainer.alive)
    assert trainer.state is State.STOPPED
    assert box.state.whole == "Stopped before the first step."


@pytest.mark.measure
def test_a_refusal_is_shown(trainer: Trainer, rain: Path, spin: Spin) -> None:
    trainer.start(rain, "note", 1.0)
    spin(lambda: trainer.alive)
    spin(lambda: not trainer.alive)
    assert trainer.state is State.FAILED
    assert "nothing says what differs between these recordings" in trainer.why_it_failed()
    assert not trainer.resumable
    assert trainer.plugin is None


@pytest.mark.system
def test_two_presses_start_one_process(
    qt: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTSYNTH_RUNS", str(tmp_path / "runs"))
    wait = ["-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(
        "rtsynth_gui.train.trainer.train_command", lambda *about: [*wait, str(about[3])]
    )
    trainer, lines = Trainer(), list[str]()
    trainer.said.connect(lambda text, failure: lines.append(text))
    box = RunBox(trainer)
    trainer.start(tmp_path / "rain.wav", "texture", 1.0)
    assert trainer.launching is not None
    assert not box.resume.isEnabled()
    trainer.start(tmp_path / "rain.wav", "texture", 1.0)
    assert lines == [f"{trainer.launching.name} is being trained; stop it first"]
    assert trainer.worker.settle(TIMEOUT_S)
    try:
        assert trainer.launching is None
        assert box.resume.isEnabled()
        ((pid, run),) = going_on(trainer.known)
        assert list((tmp_path / "runs").iterdir()) == [run]
        trainer.start(tmp_path / "rain.wav", "texture", 1.0)
        assert trainer.worker.settle(TIMEOUT_S)
        assert lines[1:] == [f"{run.name} is being trained; stop it first"]
        assert going_on(trainer.known) == [(pid, run)]
    finally:
        for pid, _ in going_on(trainer.known):
            os.kill(pid, signal.SIGKILL)


def test_what_fails_leaves_nothing_stuck(
    qt: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, lines = Trainer(), list[str]()
    trainer.said.connect(lambda text, failure: lines.append(text))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RTSYNTH_RUNS", str(tmp_path / "file" / "runs"))
    trainer.start(tmp_path / "rain.wav", "texture", 1.0)
    assert trainer.worker.settle(TIMEOUT_S)
    assert (trainer.launching, len(lines)) == (None, 1)
    with monkeypatch.context() as patch:

        def forbidden(path: Path) -> bool:
            raise PermissionError(13, "Permission denied", str(path))

        patch.setattr("rtsynth_gui.train.report.os.path.isfile", forbidden)
        trainer.look_at(tmp_path / "run")
        assert trainer.worker.settle(TIMEOUT_S)
        assert "Permission denied" in lines[-1]
        assert trainer.state is State.OPENING
    trainer.poll()
    assert trainer.worker.settle(TIMEOUT_S)
    assert trainer.state is State.FAILED


def test_nothing_is_looked_at(qt: QApplication) -> None:
    trainer = Trainer()
    trainer.stop_all()
    assert trainer.known == set()
    trainer.resume(1.0)
    assert (trainer.state, trainer.plugin, trainer.resumable) == (State.NONE, None, False)


def test_a_run_is_read_beside_the_window(qt: QApplication, tmp_path: Path) -> None:
    trainer = Trainer()
    changes: list[State] = []
    trainer.changed.connect(lambda: changes.append(trainer.state))
    trainer.look_at(tmp_path / "one")
    assert changes == [State.OPENING]
    trainer.look_at(tmp_path / "two")  # what was seen of the other one is not shown any more
    assert trainer.worker.settle(TIMEOUT_S)
    assert (trainer.run, trainer.state) == (tmp_path / "two", State.FAILED)
    assert changes == [State.OPENING, State.OPENING, State.FAILED]
    trainer.poll()
    assert trainer.worker.settle(TIMEOUT_S)
    assert len(changes) == 3  # nothing is new
    trainer.look_at(None)
    assert changes[-1] is State.NONE
