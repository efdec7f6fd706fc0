"""Activity and a real engine: MIDI and other clients' OSC light the lamps, and are listed."""

import socket
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth.control.osc.packet import encode
from rtsynth.host.mapping.monitor import Arrival
from rtsynth_gui.activity.page import MOST_SHOWN
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.peer import Peer
from tests.gui.plugins import small_plugin

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def shown(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> Window:
    return opened(engine, open_window, spin)


def test_midi(shown: Window, engine: Live, spin: Spin, rest: Callable[[float], None]) -> None:
    monitor, lamp = engine.host.mappings.monitor, shown.header.lamps["MIDI"]
    QTest.mouseClick(lamp, Qt.MouseButton.LeftButton)
    assert shown.activity.isVisible()
    rest(0.3)  # the monitor was asked for
    assert not lamp.lit
    monitor.put("a", Arrival("keys", "cc 1 64", "pitch"))
    spin(lambda: lamp.lit)
    spin(lambda: shown.activity.list.count() == 1)
    assert shown.activity.list.item(0).text() == "cc 1 64  →  pitch"
    assert "keys" in shown.activity.list.item(0).toolTip()
    spin(lambda: not lamp.lit)
    monitor.beat("clock")
    spin(lambda: lamp.lit)
    assert shown.activity.list.count() == 1
    shown.activity.clear.click()
    assert shown.activity.list.count() == 0


@pytest.mark.measure
def test_osc(shown: Window, engine: Live, spin: Spin, rest: Callable[[float], None]) -> None:
    lamp = shown.header.lamps["OSC"]
    spin(lambda: "no OSC messages" in shown.activity.osc.text())
    rest(4.0)  # the subscription was renewed meanwhile
    assert not lamp.lit, "what the window sends is not counted"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for _ in range(20):
            line.sendto(encode("/slot/1/param/pitch", 70.0), ("127.0.0.1", engine.server.port))
    spin(lambda: lamp.lit)
    assert "20 OSC messages" in shown.activity.osc.text()
    spin(lambda: not lamp.lit)


def test_the_list_is_bounded(window: Window, peer: Peer, spin: Spin) -> None:
    for number in range(MOST_SHOWN + 20):
        peer.tell("/midi/message", "keys", f"cc 1 {number}", "")
    spin(lambda: window.activity.list.count() and window.activity.list.item(0).text()
         == f"cc 1 {MOST_SHOWN + 19}")  # fmt: skip
    assert window.activity.list.count() <= MOST_SHOWN


def test_an_engine_without_a_monitor(window: Window, peer: Peer, spin: Spin) -> None:
    spin(lambda: peer.count("/midi/monitor"))
    peer.tell("/fail", "/midi/monitor", "unknown address")
    spin(lambda: "another version" in window.activity.about.text())
