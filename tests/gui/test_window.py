"""The window and a peer that plays the engine, over a real UDP socket."""

import json
import socket
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.panels.fitting import USUAL_SIZE
from rtsynth_gui.widgets.plain import plain_tip
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.peer import Peer, control, description, tiered
from tests.rtsynth.control.osc_messages import encode

pytestmark = pytest.mark.system

PITCH = "/slot/1/param/pitch"


def test_a_flood_does_not_freeze_the_window(
    window: Window, peer: Peer, qt: QApplication, spin: Spin
) -> None:
    frames: list[float] = []
    window.frame_timer.timeout.connect(lambda: frames.append(time.monotonic()))
    datagrams = [encode(PITCH, 64 + index % 100 / 10) for index in range(10_000)]
    sent_s = time.monotonic()
    longest_s = 0.0
    for index, datagram in enumerate(datagrams):
        peer.tell_raw(datagram)
        if index % 50 == 0:
            begin_s = time.thread_time()  # other processes do not count
            qt.processEvents()
            longest_s = max(longest_s, time.thread_time() - begin_s)
    # Should the flood have pushed this one out, the next description has the same.
    peer.describes["slots"][0]["parameters"][2]["value"] = 75.25
    peer.tell(PITCH, 75.25)
    spin(lambda: row(window, PITCH).value == 75.25)
    spent_s = time.monotonic() - sent_s
    assert longest_s < 0.25
    assert len(frames) >= spent_s / 0.033 * 0.2
    assert peer.values(PITCH) == []


def test_one_turn_of_reading_is_bounded(window: Window, peer: Peer) -> None:
    for _ in range(5000):
        peer.tell(PITCH, 70.0)
    begin_s = time.thread_time()
    window.link._read()
    assert time.thread_time() - begin_s < 0.1


@pytest.mark.usefixtures("impatient")
def test_it_waits_for_an_engine_and_survives_its_restarts(
    open_window: Callable[[int], Window], spin: Spin
) -> None:
    with Peer() as first:
        port = first.port
    window = open_window(port)
    spin(lambda: "not answering" in window.transport.message.toolTip())
    assert not window.link.answering
    with Peer(port):
        spin(lambda: window.link.answering and window.panels)
        panel = window.current
        assert panel is not None
        assert panel.isEnabled()
    spin(lambda: not window.link.answering)
    assert window.current is panel
    assert not panel.isEnabled()
    assert "No engine" in window.header.engine.text()
    with Peer(port) as third:
        spin(lambda: window.link.answering and third.clients)
        assert window.current is panel, "the same structure keeps its widgets"
        assert panel.isEnabled()
        third.tell(PITCH, 66.0)
        spin(lambda: panel.rows[PITCH].value == 66.0)


@pytest.mark.usefixtures("impatient")
def test_silence_is_noticed_though_the_port_is_open(
    open_window: Callable[[int], Window], peer: Peer, spin: Spin
) -> None:
    window = open_window(peer.port)
    spin(lambda: window.link.answering)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hung:
        peer.__exit__(None, None, None)
        hung.bind(("127.0.0.1", peer.port))
        spin(lambda: not window.link.answering)


@pytest.mark.usefixtures("impatient")
def test_the_subscription_is_renewed(window: Window, peer: Peer, spin: Spin) -> None:
    before = peer.count("/notify")
    spin(lambda: peer.count("/notify") > before)


@pytest.mark.usefixtures("impatient")
def test_lost_reports_are_corrected_by_the_next_description(
    window: Window, peer: Peer, spin: Spin
) -> None:
    peer.describes["slots"][0]["parameters"][2]["value"] = 65.0
    spin(lambda: row(window, PITCH).value == 65.0)


@pytest.mark.usefixtures("impatient")
def test_another_plugin_rebuilds_the_panel(window: Window, peer: Peer, spin: Spin) -> None:
    peer.describes = description(
        plugin="pops", parameters=[control("rate", 4.0, 32.0, 8.0, unit="Hz", curve="exponential")]
    )
    spin(lambda: window.header.plugin.text() == "pops")
    panel = window.current
    assert panel is not None
    assert "/slot/1/param/rate" in panel.rows
    assert PITCH not in panel.rows
    assert panel.keyboard is None
    assert "pops" in window.windowTitle()


@pytest.mark.usefixtures("impatient")
def test_a_strip_brings_its_slot_to_the_front(
    open_window: Callable[[int], Window], spin: Spin
) -> None:
    with Peer(describes=description(slots=3)) as peer:
        window = open_window(peer.port)
        spin(lambda: len(window.panels) == 3)
        QTest.mouseClick(window.rack.strips[2], Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
        assert window.rack.front == 2
        fader = row(window, "/slot/2/param/pitch").slider
        QTest.keyClick(fader, Qt.Key.Key_Home)
        spin(lambda: peer.values("/slot/2/param/pitch") == [64.0])
        window.transport.buttons["restart"].click()
        spin(lambda: peer.count("/slot/2/reset"))
        # It stays in front when another slot changes, and gives way when it is gone.
        peer.describes["slots"].pop(2)
        spin(lambda: len(window.panels) == 2)
        assert window.rack.front == 2
        peer.describes["slots"].pop(1)
        spin(lambda: len(window.panels) == 1)
        assert window.rack.front == 1


def test_an_engine_without_plugins(open_window: Callable[[int], Window], spin: Spin) -> None:
    with Peer(describes={"version": "0.1.0", "slots": []}) as peer:
        window = open_window(peer.port)
        spin(lambda: "No plugin" in window.deck.waiting.text())


def test_buttons(window: Window, peer: Peer, spin: Spin) -> None:
    buttons = window.transport.buttons
    buttons["restart"].click()
    buttons["panic"].click()
    buttons["record"].click()
    spin(lambda: all(map(peer.count, ("/slot/1/reset", "/panic", "/record/start"))))
    spin(lambda: "recording to" in window.transport.message.toolTip())
    path = next(m.arguments[0] for m in peer.received if m.address == "/record/start")
    assert str(path).endswith(".wav")
    assert buttons["record"].text().startswith("Stop")
    buttons["record"].click()
    spin(lambda: peer.count("/record/stop") and buttons["record"].text() == "Record")


def test_a_remote_engine_is_asked_for_no_files(window: Window) -> None:
    assert window.link.is_local
    window.transport.enable(True, local=False)
    enabled = {name for name, button in window.transport.buttons.items() if button.isEnabled()}
    assert enabled == {"restart", "panic"}


def test_it_opens_as_high_as_what_it_shows(
    open_window: Callable[[int], Window], spin: Spin
) -> None:
    """A plugin of three tiers: its cards are seen whole, as far as the screen allows."""
    with Peer(describes=tiered()) as peer:
        window = open_window(peer.port)
        free = window.screen().availableGeometry()
        room = free.size().expandedTo(window.minimumSizeHint())
        assert window.size() == USUAL_SIZE.boundedTo(room)
        spin(lambda: window.height() > USUAL_SIZE.height())
        frame = window.frameGeometry().height() - window.height()
        assert window.height() == min(window.sizeHint().height(), free.height() - frame)
        assert window.frameGeometry().bottom() <= free.bottom()
        # Once: who resizes it afterwards is not argued with.
        window.resize(USUAL_SIZE)
        peer.describes = description()
        spin(lambda: PITCH in window.current.rows)
        peer.describes = tiered()
        spin(lambda: PITCH not in window.current.rows or window.current.tiers)
        assert window.height() == USUAL_SIZE.height()


def test_failures_are_shown(window: Window, peer: Peer, spin: Spin) -> None:
    peer.tell("/fail", PITCH, "99 is out of range: clamped to 76")
    # In the performer's words: no addresses.
    told = "pitch: 99 is out of range: clamped to 76"
    spin(lambda: window.transport.message.toolTip() == plain_tip(told))
    assert window.transport.message.objectName() == "failure"


def test_a_device_that_is_waited_for_is_shown(window: Window, peer: Peer, spin: Spin) -> None:
    status = {"device": "null", "waits_for": "system (JACK)", "rate_hz": 48_000, "recording": None}
    peer.tell("/status.reply", json.dumps(status))
    spin(lambda: window.header.engine.text().startswith("no sound: waiting for system (JACK)"))
    peer.tell("/status.reply", json.dumps(status | {"device": "system", "waits_for": None}))
    spin(lambda: window.header.engine.text().startswith("system"))


def test_meters_load_and_device(window: Window, peer: Peer, spin: Spin) -> None:
    peer.tell("/meter", 1, -6.0, -12.0)
    peer.tell("/load", 0.5, 3)
    spin(lambda: window.deck.level.ballistics.peak_db == -6.0)
    spin(lambda: window.header.load.xruns == 3)
    spin(lambda: "48 kHz" in window.header.engine.text())
