"""What a slot's menu reaches into, of a real engine: chosen there, shown as the engine has it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QDialog, QFileDialog

from rtsynth.common.errors import EngineError
from rtsynth.host.audio import input as sound_in
from rtsynth.host.rescue.profiles import Profiles
from rtsynth.plugin import save
from rtsynth.plugin.library import find_plugins
from rtsynth_gui.rack.slot_menu import SlotMenu
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin
from tests.rtsynth.host.presets.test_kept_networks import hidden
from tests.rtsynth.host.run import new_run, write_network
from tests.rtsynth.host.test_steering import Fed

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with pytest.MonkeyPatch.context() as patch, live(small_plugin()) as playing:
        patch.setattr(Profiles, "of", lambda self, plugin: None)  # nothing is learnt meanwhile
        yield playing


@pytest.fixture
def window(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> Window:
    engine.host.hidden.open(1, opened=False)
    engine.host.rescue.choose(1, "off")
    return opened(engine, open_window, spin)


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """What the next dialog is answered with."""

    def answer(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "selectedFiles", lambda self: [str(path)])
        monkeypatch.setattr(QFileDialog, "exec", lambda self: QDialog.DialogCode.Accepted)

    return answer


def menu(window: Window) -> SlotMenu:
    return window.rack.strips[1].menu


def does(window: Window) -> str:
    return window.rack.strips[1].accessibleDescription()


def said(window: Window) -> str:
    return window.transport.message.toolTip()


def test_rescue(window: Window, engine: Live, spin: Spin) -> None:
    host = engine.host
    strip = window.rack.strips[1]
    assert (does(window), strip.rescued.isVisible()) == ("", False)
    menu(window).rescues["gentle"].trigger()
    spin(lambda: host.rescue.mode(1) == "gentle" and does(window) == "rescue: gentle")
    assert menu(window).rescues["gentle"].isChecked()
    assert (strip.rescued.text(), strip.rescued.isVisible()) == ("rescue: gentle", True)
    assert strip.follows.isHidden()
    spin(lambda: window.desk.history.undo_title == "rescue gentle")
    window.desk.undo()
    spin(lambda: host.rescue.mode(1) == "off" and does(window) == "")
    host.rescue.choose(1, "firm")  # another client
    spin(lambda: does(window) == "rescue: firm" and menu(window).rescues["firm"].isChecked())
    host.notices.add("/slot/1/rescued", "noise")
    spin(lambda: "Slot 1 was rescued: noise" in said(window))


def test_hidden_layers(window: Window, engine: Live, spin: Spin) -> None:
    host = engine.host
    address = "/slot/1/param/audio/layer1_scale"
    menu(window).open.trigger()
    spin(lambda: host.hidden.is_open(1))
    spin(lambda: address in window.panels[1].rows and menu(window).open.isChecked())
    spin(lambda: window.desk.history.undo_title == "open hidden layers")
    window.desk.undo()
    spin(lambda: not host.hidden.is_open(1))
    spin(lambda: address not in window.panels[1].rows and not menu(window).open.isChecked())
    window.desk.redo()
    spin(lambda: host.hidden.is_open(1) and menu(window).open.isChecked())
    menu(window).open.trigger()
    spin(lambda: not host.hidden.is_open(1) and not menu(window).open.isChecked())


def test_priming(
    window: Window, engine: Live, spin: Spin, choose: Callable[[Path], None], tmp_path: Path
) -> None:
    time_s = np.arange(16_000) / 16_000
    soundfile.write(tmp_path / "flute.wav", 0.3 * np.sin(2 * np.pi * 440 * time_s), 16_000)
    choose(tmp_path / "flute.wav")
    host = engine.host
    host.hidden.open(1)
    host.set(1, "audio.freeze", 1.0)  # it stays what it is put to
    spin(lambda: np.array_equal(hidden(host), hidden(host)))
    was = hidden(host)
    first, _ = menu(window).priming.actions()
    first.trigger()
    spin(lambda: "primed" in engine.host.banks.names(1))
    spin(lambda: "goes on from the last 1.0 s of flute.wav" in said(window))
    spin(lambda: window.desk.history.undo_title == "continue from flute.wav")
    primed = hidden(host)
    assert not np.array_equal(primed, was)
    window.desk.undo()
    spin(lambda: np.array_equal(hidden(host), was) and not window.desk.acts.recalling)
    window.desk.redo()
    spin(lambda: np.array_equal(hidden(host), primed) and not window.desk.acts.recalling)


def test_priming_from_an_input_that_is_not_there_leaves_nothing_to_undo(
    window: Window, engine: Live, spin: Spin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_input(device: object) -> None:
        raise EngineError("no input")

    monkeypatch.setattr(sound_in, "find_input", no_input)
    before = window.desk.history.undo_title
    _, second = menu(window).priming.actions()
    second.trigger()
    spin(lambda: "no input" in said(window))  # it may be refused before it is seen to wait
    spin(lambda: not window.desk.history.waiting)
    assert window.desk.history.undo_title == before


def test_a_tier_of_another_plugin(
    window: Window, engine: Live, spin: Spin, choose: Callable[[Path], None], tmp_path: Path
) -> None:
    other = small_plugin()
    manifest = other.manifest.model_copy(update={"name": "other"})
    tensors = {name: 0.5 * tensor for name, tensor in other.tensors.items()}
    save(tmp_path / "other.safetensors", manifest, tensors)
    choose(tmp_path / "other.safetensors")
    (tier,) = menu(window).tiers.actions()
    tier.trigger()
    spin(lambda: engine.host.slots[0].plugin.name == "small, audio of other")
    spin(lambda: window.rack.strips[1].name.text == "small, audio of other")
    spin(lambda: window.desk.history.undo_title == "exchange tier audio")
    window.desk.undo()
    spin(lambda: engine.host.slots[0].plugin.name == "small")
    spin(lambda: window.rack.strips[1].name.text == "small")


def test_a_tier_that_does_not_fit(
    window: Window, engine: Live, spin: Spin, choose: Callable[[Path], None]
) -> None:
    choose(find_plugins()["vessel"])
    (tier,) = menu(window).tiers.actions()
    tier.trigger()
    spin(lambda: window.transport.message.objectName() == "failure")
    assert "swap: tier audio of small and audio of vessel" in said(
        window
    )  # and in what they differ
    assert engine.host.slots[0].plugin.name == "small"


def test_a_run_is_followed_back_on_and_no_more(
    window: Window, engine: Live, spin: Spin, choose: Callable[[Path], None], tmp_path: Path
) -> None:
    run = new_run(tmp_path / "song")
    write_network(run, small_plugin(), 10)
    choose(run)
    menu(window).runs["follow"].trigger()
    spin(lambda: does(window) == "follows song, step 10")
    write_network(run, small_plugin(), 20)
    spin(lambda: does(window) == "follows song, step 20")
    menu(window).runs["back"].trigger()
    spin(lambda: does(window) == "holds step 10 of song")
    menu(window).runs["again"].trigger()
    spin(lambda: does(window) == "follows song, step 20")
    menu(window).runs["more"].trigger()
    spin(lambda: "takes nothing more while it runs" in said(window))
    menu(window).runs["stop"].trigger()
    spin(lambda: does(window) == "")
    assert engine.host.following.status() == {}
    assert not menu(window).runs["stop"].isEnabled()


def test_more_of_this(window: Window, engine: Live, spin: Spin, tmp_path: Path) -> None:
    run, host = new_run(tmp_path / "song"), engine.host
    (run / "more").mkdir()
    write_network(run, small_plugin(), 10)
    host.following.follow(1, run)
    spin(lambda: menu(window).runs["more"].isEnabled())
    host.note_on(1, 70.0, 1.0)

    def added() -> bool:
        """Once it has been heard for a quarter of a second."""
        menu(window).runs["more"].trigger()
        time.sleep(0.1)
        return "sounds added to the training" in said(window)

    spin(added)
    assert list((run / "more").glob("*.json"))
    host.following.stop(1)
    host.note_off(1, 70.0)


def test_more_of_the_input(
    window: Window, engine: Live, spin: Spin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sound_in, "find_input", lambda playing_to: 3)
    monkeypatch.setattr(sound_in, "Listening", Fed)
    run, host = new_run(tmp_path / "song"), engine.host
    (run / "more").mkdir()
    write_network(run, small_plugin(), 10)
    host.following.follow(1, run)
    host.note_on(1, 70.0, 1.0)
    runs = menu(window).runs
    spin(lambda: runs["keep input"].isEnabled())
    assert not runs["more input"].isEnabled()
    runs["keep input"].trigger()
    spin(lambda: runs["keep input"].isChecked() and runs["more input"].isEnabled())
    spin(lambda: "Slot 1 listens to the input" in said(window))

    def added() -> bool:
        """Once it has been heard for a quarter of a second."""
        runs["more input"].trigger()
        time.sleep(0.1)
        return "sounds added to the training" in said(window)

    spin(added)
    assert list((run / "more").glob("*.json"))
    runs["keep input"].trigger()
    spin(lambda: not runs["keep input"].isChecked() and not runs["more input"].isEnabled())
    host.following.stop(1)
    host.note_off(1, 70.0)
