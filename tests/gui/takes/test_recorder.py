"""The record button and a real engine: a take is a sound file in the folder of takes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def window(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> Window:
    return opened(engine, open_window, spin)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "takes"))
    return tmp_path / "takes"


@pytest.mark.parametrize(("form", "container"), [("wav", "WAV"), ("flac", "FLAC")])
def test_a_take(
    window: Window,
    engine: Live,
    spin: Spin,
    rest: Callable[[float], None],
    folder: Path,
    form: str,
    container: str,
) -> None:
    engine.host.reset(1)
    window.recorder.form = form
    ended: list[str] = []
    window.recorder.ended.connect(ended.append)
    record = window.transport.buttons["record"]
    record.click()
    spin(lambda: engine.host.recording and window.recorder.path)
    assert record.isChecked()
    assert str(folder) in window.transport.message.toolTip()
    rest(0.3)
    record.click()
    spin(lambda: ended and not engine.host.recording)
    assert not record.isChecked()
    (take,) = folder.iterdir()
    assert ended == [str(take)]
    with soundfile.SoundFile(take) as file:
        assert file.format == container
        samples = file.read()
    assert samples.size > 4800
    assert np.abs(samples).max() > 0.01


def test_a_folder_that_cannot_be_made_is_said(
    window: Window, engine: Live, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spin: Spin
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "file" / "takes"))
    record = window.transport.buttons["record"]
    record.click()
    spin(lambda: window.transport.message.objectName() == "failure")
    assert not record.isChecked()
    assert not engine.host.recording


def test_what_the_engine_said_before_it_was_asked_is_passed_over(
    window: Window, engine: Live, spin: Spin, folder: Path
) -> None:
    record = window.transport.buttons["record"]
    record.click()
    window.recorder.follow(None)  # a status from just before
    assert record.isChecked()
    spin(lambda: str(folder) in window.transport.message.toolTip())
    record.click()
    spin(lambda: folder.exists() and list(folder.iterdir()) and not engine.host.recording)
    assert window.transport.message.objectName() != "failure", "it was stopped, not begun again"


def test_a_button_that_is_pressed_again_at_once_records_nothing(
    window: Window, engine: Live, rest: Callable[[float], None], folder: Path
) -> None:
    record = window.transport.buttons["record"]
    record.click()
    record.click()  # while the folder is being made
    rest(0.3)
    assert not record.isChecked()
    assert not engine.host.recording
    assert list(folder.iterdir()) == []
