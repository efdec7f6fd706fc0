"""A window that loses its engine, or finds it silent, says so and helps."""

import os
from collections.abc import Callable

import pytest

from rtsynth.common.supervisor_mark import VARIABLE
from rtsynth_gui.settings import watch
from rtsynth_gui.settings.engine import OPTIONS_REPLY, RESTART
from rtsynth_gui.settings.trouble import HIDE, SETTINGS, SILENT
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, impatient: None) -> None:
    monkeypatch.setattr(watch, "PATIENCE_MS", 50)


def key(window: Window) -> str:
    shown = window.watch.banner.shown
    return shown.key if shown is not None else ""


def tell_options(peer: Peer, device: str, *, possible: bool = True) -> None:
    text = f'{{"options": {{"device": "{device}"}}, "possible": {str(possible).lower()}}}'
    peer.options = text  # a busy machine may make the window ask again
    peer.tell(OPTIONS_REPLY, text)


def test_nobody_is_there_then_somebody_then_nobody(
    open_window: Callable[[int], Window], spin: Spin
) -> None:
    with Peer() as peer:
        port = peer.port
    window = open_window(port)
    spin(lambda: key(window) == "nobody")
    assert "rtsynth play PLUGIN" in window.watch.banner.text.text()
    with Peer(port, describes={"version": "", "slots": []}):
        spin(lambda: window.link.answering and key(window) == "")
        assert window.watch.banner.isHidden()
    spin(lambda: key(window) == "gone")
    assert window.watch.banner.isVisible()


def test_an_engine_that_is_started_again_is_said_to_come_back(
    open_window: Callable[[int], Window], spin: Spin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, by the supervisor of this window, and as long as that is there."""
    monkeypatch.setenv(VARIABLE, str(os.getppid()))
    with Peer(describes={"version": "", "slots": []}) as peer:
        window = open_window(peer.port)
        assert "No engine at" in window.header.engine.text()  # it was never there
        spin(lambda: window.link.answering)
    spin(lambda: not window.link.answering)
    assert window.transport.message.whole == "The engine stopped. Starting it again…"
    assert window.header.engine.text() == "The engine stopped. Starting it again…"
    spin(lambda: key(window) == "returning")
    with Peer(peer.port, describes={"version": "", "slots": []}):
        spin(lambda: window.link.answering and key(window) == "")
        assert window.transport.message.whole == "The engine is back."
        monkeypatch.setenv(VARIABLE, str(os.getpid()))  # our parent is another one
    spin(lambda: not window.link.answering)
    assert "is not answering" in window.transport.message.whole
    spin(lambda: key(window) == "gone")


def test_no_device_leads_to_the_settings(window: Window, peer: Peer, spin: Spin) -> None:
    peer.describes["version"] = ""
    peer.status["device"] = "null"
    tell_options(peer, "auto")
    spin(lambda: key(window) == "silent")
    window.watch.banner.buttons[SETTINGS].click()
    assert window.settings.isVisible()


def test_a_lost_device_and_playing_without_one(window: Window, peer: Peer, spin: Spin) -> None:
    peer.status |= {"device": "null", "waits_for": "Big Card"}
    tell_options(peer, "card")
    spin(lambda: key(window) == "waits" and window.settings.engine_section.offered.possible)
    spin(lambda: window.watch.banner.buttons[SILENT].isVisible())
    window.watch.banner.buttons[SILENT].click()
    spin(lambda: peer.count(RESTART))
    (asked,) = [message.arguments for message in peer.received if message.address == RESTART]
    assert asked == ("device", "null", "keep", "no")  # the next start has a device again


@pytest.mark.measure
def test_no_midi_is_said_until_it_is_hidden_for_good(
    window: Window, open_window: Callable[[int], Window], peer: Peer, spin: Spin
) -> None:
    peer.describes["version"] = ""
    peer.status["midi"] = {"inputs": 0}
    spin(lambda: key(window) == "midi")
    peer.status["midi"] = {"inputs": 1}
    spin(lambda: key(window) == "")
    peer.status["midi"] = {"inputs": 0}
    spin(lambda: key(window) == "midi")
    window.watch.banner.buttons[HIDE].click()
    another = open_window(peer.port)
    spin(lambda: another.status.number("midi", "inputs") == 0)
    assert key(another) == ""


def test_a_start_on_purpose_is_no_trouble(
    window: Window, peer: Peer, spin: Spin, rest: Callable[[float], None]
) -> None:
    peer.describes["version"] = ""
    tell_options(peer, "auto")
    engine = window.settings.engine_section
    spin(lambda: engine.offered.possible and engine.look.isEnabled())
    engine.play_on_null()
    peer.__exit__(None, None, None)
    spin(lambda: not window.link.answering)
    spin(lambda: key(window) == "starting")
    assert window.watch.banner.shown is not None
    assert window.watch.banner.shown.is_calm
    rest(0.3)  # six times its patience; it may have to compile
    assert key(window) == "starting"
    with Peer(peer.port, describes={"version": "", "slots": []}):
        spin(lambda: window.link.answering)
        assert key(window) == ""
    spin(lambda: key(window) == "supervised")


def test_one_that_does_not_come_back_is_given_up(
    window: Window, peer: Peer, spin: Spin, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_options(peer, "auto")
    engine = window.settings.engine_section
    spin(lambda: engine.offered.possible and engine.look.isEnabled())
    window.watch._start.setInterval(100)
    engine.play_on_null()
    peer.__exit__(None, None, None)
    spin(lambda: key(window) == "supervised")


def test_an_engine_that_refuses_to_start_again(window: Window, peer: Peer, spin: Spin) -> None:
    tell_options(peer, "auto")
    engine = window.settings.engine_section
    spin(lambda: engine.offered.possible and engine.look.isEnabled())
    engine.play_on_null()
    assert window.link.restarting
    peer.tell("/fail", RESTART, "osc: 80: give a port 1024..65535")
    spin(lambda: not window.link.restarting)
    assert "OSC port: 80: give a port" in window.transport.message.toolTip()


def test_an_engine_of_another_version(
    open_window: Callable[[int], Window], peer: Peer, spin: Spin
) -> None:
    peer.describes["version"] = "9.9"
    window = open_window(peer.port)
    spin(lambda: key(window) == "version")
    assert "rtsynth 9.9" in window.watch.banner.text.text()
