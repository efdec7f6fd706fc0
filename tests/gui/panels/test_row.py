"""A control's row: defaults, other surfaces, echoes, coalesced moves."""

import time

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.link import SEND_INTERVAL_S
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import AMPLITUDE, LEFT, PITCH, Rest, drag, press, release
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


@pytest.mark.parametrize("where", ["slider", "name"])
def test_a_double_click_restores_the_default(
    window: Window, peer: Peer, spin: Spin, where: str
) -> None:
    amplitude = row(window, AMPLITUDE)
    peer.tell(AMPLITUDE, 0.2)
    spin(lambda: amplitude.value == pytest.approx(0.2))
    QTest.mouseDClick(getattr(amplitude, where), LEFT)
    spin(lambda: peer.values(AMPLITUDE)[-1:] == [pytest.approx(0.7)])


def test_what_other_surfaces_move_moves_the_slider_and_is_not_sent_back(
    window: Window, peer: Peer, spin: Spin, rest: Rest
) -> None:
    pitch = row(window, PITCH)
    peer.tell(PITCH, 71.5)
    spin(lambda: pitch.value == 71.5)
    assert pitch.entry.text() == "71.50"
    assert pitch.slider.position == pytest.approx(7.5 / 12)
    rest(0.1)
    assert peer.values(PITCH) == []


def test_while_dragging_echoes_do_not_move_the_slider(
    window: Window, peer: Peer, spin: Spin, rest: Rest
) -> None:
    amplitude = row(window, AMPLITUDE)
    fader = amplitude.slider
    press(fader, fader.x_of(fader.position))
    drag(fader, fader.x_of(0.5))
    held = amplitude.value
    assert held == pytest.approx(0.5, abs=0.02)
    peer.tell(AMPLITUDE, 0.05)
    rest(0.4)
    assert amplitude.value == held
    release(fader)
    spin(lambda: amplitude.value == pytest.approx(0.05))


@pytest.mark.measure
def test_moves_are_coalesced_and_the_last_one_arrives(
    window: Window, peer: Peer, spin: Spin, qt: QApplication
) -> None:
    amplitude = row(window, AMPLITUDE)
    fader = amplitude.slider
    press(fader, fader.x_of(fader.position))
    begin_s = time.monotonic()
    for step in range(2000):
        drag(fader, fader.x_of(step % 100 / 100))
        qt.processEvents()
    drag(fader, fader.x_of(0.33))
    spent_s = time.monotonic() - begin_s
    release(fader)
    last = amplitude.value
    spin(lambda: peer.values(AMPLITUDE)[-1:] == [pytest.approx(last, abs=1e-6)])
    assert len(peer.values(AMPLITUDE)) <= spent_s / SEND_INTERVAL_S + 3
