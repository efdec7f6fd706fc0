"""From recordings that are dropped on the window to a network that plays: by a real trainer and a
real engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.train import page as page_module
from rtsynth_gui.train.commands import INSTALL
from rtsynth_gui.train.page import TrainPage
from rtsynth_gui.train.trainer import State
from rtsynth_gui.window import Window
from tests.gui import conftest
from tests.gui.conftest import Spin
from tests.gui.gestures import drop
from tests.gui.live import Live, live, opened
from tests.gui.peer import Peer
from tests.gui.plugins import small_plugin
from tests.gui.train.surveys import write

LEFT = Qt.MouseButton.LeftButton
PATIENCE_S = 300.0  # a trainer has the lowest priority


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTSYNTH_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(conftest, "TIMEOUT_S", PATIENCE_S)


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.mark.measure
def test_from_recordings_to_a_slot(
    engine: Live, open_window: Callable[[int], Window], spin: Spin, tmp_path: Path
) -> None:
    window = opened(engine, open_window, spin)
    page = window.train
    write(tmp_path / "rain" / "rain.wav", seconds=4.0)
    drop(window, tmp_path / "rain")  # action 1
    spin(page.isVisible)
    spin(lambda: page.source.begin.isEnabled())
    page.source.time.setItemData(0, 0.05)  # minutes
    page.source.time.setCurrentIndex(0)
    QTest.mouseClick(page.source.begin, LEFT)  # action 2
    spin(lambda: page.trainer.progress.previews)
    assert page.run.buttons["play"].isEnabled()  # action 3 would play it
    spin(lambda: not page.trainer.alive)
    assert page.trainer.state is State.DONE, page.trainer.why_it_failed()
    assert "Done in" in page.run.state.whole
    page.run.buttons["add"].click()
    spin(lambda: len(engine.host.slots) == 2)
    assert engine.host.slots[1].plugin.path == page.trainer.plugin


@pytest.mark.measure
def test_the_window_closes_and_takes_the_training_with_it_or_not(
    engine: Live, open_window: Callable[[int], Window], spin: Spin, tmp_path: Path
) -> None:
    window = opened(engine, open_window, spin)
    write(tmp_path / "rain.wav", seconds=4.0)
    trainer = window.train.trainer
    trainer.start(tmp_path / "rain.wav", "texture", 10.0)
    spin(lambda: trainer.progress.begun)
    said: list[str] = []
    window.train.said.connect(lambda text, failure: said.append(text))
    first = trainer.run
    trainer.look_at(None)  # another run would do
    trainer.start(tmp_path / "rain.wav", "texture", 10.0)
    assert first is not None
    spin(lambda: said)
    assert said == [f"{first.name} is being trained; stop it first"]
    trainer.look_at(first)
    spin(lambda: trainer.state is State.TRAINING)
    window.train.close_down()
    assert trainer.state is State.TRAINING
    window.train.run.stay.setChecked(False)
    window.train.close_down()
    assert trainer.state is State.STOPPING
    spin(lambda: not trainer.alive)


@pytest.mark.system
def test_an_engine_elsewhere(window: Window) -> None:
    window.transport.views["Train"].click()
    assert window.train.isVisible()
    assert window.train.elsewhere.isHidden()
    window.train.allow(False)
    assert not window.train.elsewhere.isHidden()


def test_a_missing_trainer_is_one_command_away(
    qt: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TrainPage().missing.isHidden()
    monkeypatch.setattr(page_module, "trainer_missing", lambda: True)
    page = TrainPage()
    assert INSTALL in page.missing.text()
    assert not page.missing.isHidden()
    assert page.source.isHidden()


@pytest.mark.system
def test_whether_it_goes_on_without_the_window_is_remembered(
    window: Window, open_window: Callable[[int], Window], peer: Peer
) -> None:
    assert window.train.run.stay.isChecked()
    window.train.run.stay.setChecked(False)
    window.close()  # it waits until that is kept
    again = open_window(peer.port)
    assert not again.train.run.stay.isChecked()
    again.train.run.stay.setChecked(True)
