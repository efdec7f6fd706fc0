"""Activity and a real engine: MIDI and other clients' OSC light the lamps, and are listed."""

import socket
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth.control.osc.packet import encode
from rtsynth.host.mapping.monitor import Arrival
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
    midi = shown.activity.monitors["MIDI"]
    QTest.mouseClick(lamp, Qt.MouseButton.LeftButton)
    assert shown.activity.isVisible()
    rest(0.3)  # the monitor was asked for
    assert not lamp.lit
    monitor.put("a", Arrival("keys", "cc 1 64", "pitch"))
    spin(lambda: lamp.lit)
    spin(lambda: midi.list.count() == 1)
    assert midi.list.item(0).text() == "cc 1 64  →  pitch"
    assert "keys" in midi.list.item(0).toolTip()
    spin(lambda: not lamp.lit)
    monitor.beat("clock")
    spin(lambda: lamp.lit)
    assert midi.list.count() == 1
    shown.activity.clear.click()
    assert midi.list.count() == 0


@pytest.mark.measure
def test_osc(shown: Window, engine: Live, spin: Spin, rest: Callable[[float], None]) -> None:
    lamp, page = shown.header.lamps["OSC"], shown.activity
    monitor = page.monitors["OSC"]
    spin(lambda: engine.server.monitor.watchers.any)
    QTest.mouseClick(lamp, Qt.MouseButton.LeftButton)
    assert monitor.isVisible()
    shown.link.move("/slot/1/param/pitch", 71.0)
    spin(lambda: engine.host.get(1, "pitch") == 71.0)
    rest(0.3)
    assert not lamp.lit, "what the window sends is not shown"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for _ in range(20):
            line.sendto(encode("/slot/1/param/pitch", 70.0), ("127.0.0.1", engine.server.port))
        line.sendto(encode("/slot/9/pitch", "x", 19), ("127.0.0.1", engine.server.port))
        own = line.getsockname()[1]
    spin(lambda: lamp.lit)
    spin(lambda: monitor.list.count() >= 2)
    assert monitor.list.item(0).text().startswith('/slot/9/pitch "x" 19\n✕ refused: ')
    assert monitor.list.item(1).text().startswith("/slot/1/param/pitch 70")
    assert monitor.list.item(1).text().endswith(f"\n127.0.0.1:{own}")
    assert f"127.0.0.1:{own}" in monitor.list.item(0).toolTip()
    spin(lambda: page.count.text() == "21 in the last second")
    spin(lambda: not lamp.lit and page.count.text() == "0 in the last second")
    page.clear.click()
    assert monitor.list.count() == 0


def test_an_engine_without_a_monitor(window: Window, peer: Peer, spin: Spin) -> None:
    spin(lambda: peer.count("/midi/monitor"))
    peer.tell("/fail", "/midi/monitor", "unknown address")
    spin(lambda: "different version" in window.activity.monitors["MIDI"].about.text())
    assert "different version" not in window.activity.monitors["OSC"].about.text()


def test_it_says_where_the_engine_listens_now(window: Window) -> None:
    about = window.activity.monitors["OSC"].about
    assert window.link.endpoint in about.text()
    window.link.endpoint = "127.0.0.1:9389"
    window.link.moved.emit()
    assert "127.0.0.1:9389" in about.text()


def lit_and_listed(window: Window, engine: Live, spin: Spin) -> set[str]:
    """Which lamps a MIDI and an OSC message light that are listed, too."""
    engine.host.mappings.monitor.put("a", Arrival("keys", "cc 1 64", "pitch"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(encode("/slot/1/param/pitch", 70.0), ("127.0.0.1", engine.server.port))
    found: set[str] = set()

    def look() -> bool:
        found.update(kind for kind, lamp in window.header.lamps.items() if lamp.lit)
        listed = (monitor.list.count() for monitor in window.activity.monitors.values())
        return all(listed) and len(found) == len(window.header.lamps)

    spin(look)
    return found


@pytest.mark.measure
def test_a_window_that_is_opened_again_has_them_too(
    engine: Live, open_window: Callable[[int], Window], spin: Spin, rest: Callable[[float], None]
) -> None:
    for _ in range(2):
        window = opened(engine, open_window, spin)
        rest(0.5)  # the monitors were asked for
        assert lit_and_listed(window, engine, spin) == {"MIDI", "OSC"}
        window.close()


@pytest.mark.measure
def test_an_engine_that_came_back_unnoticed_is_asked_again(
    window: Window, peer: Peer, spin: Spin
) -> None:
    peer.status["pid"] = 11
    spin(lambda: window.status.number("pid") == 11)
    asked = peer.count("/osc/monitor")
    assert asked
    peer.status["pid"] = 12
    spin(lambda: peer.count("/osc/monitor") == asked + 1)
    assert peer.count("/midi/monitor") == asked + 1
