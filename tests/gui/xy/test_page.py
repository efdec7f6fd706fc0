"""The page and a peer: what is sent; a damaged file; an engine that is gone."""

from collections.abc import Callable

import pytest

from rtsynth_gui.window import Window
from rtsynth_gui.xy.kept import kept_file
from tests.gui.conftest import Spin
from tests.gui.gestures import AMPLITUDE, PITCH
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


def test_a_blend_is_one_message(window: Window, peer: Peer, spin: Spin) -> None:
    window.side.turn_to("XY pad")
    window.xy.modes["presets"].click()
    spin(lambda: peer.count("/slot/1/preset/list"))
    peer.tell("/slot/1/preset/names", 0, 2, "dark", "light")
    spin(lambda: window.xy.presets.names == ["dark", "light"])
    assert window.xy.presets.chosen_names == ("dark", "light", "", "")
    window.xy.pad.choose((0.25, 1.0))
    spin(lambda: peer.count("/slot/1/preset/blend"))
    (sent,) = [m for m in list(peer.received) if m.address == "/slot/1/preset/blend"]
    assert sent.arguments == (0.0, "dark", 0.75, "light", 0.25)


def test_the_hand_is_not_pulled_back_by_echoes(window: Window, peer: Peer, spin: Spin) -> None:
    window.side.turn_to("XY pad")
    window.xy.parameters.pick("x", PITCH)
    window.xy.parameters.pick("y", AMPLITUDE)
    window.xy.pad.choose((1.0, 1.0))
    spin(lambda: peer.values(PITCH) == [76.0] and peer.values(AMPLITUDE) == [1.0])
    peer.tell(PITCH, 70.0)  # of an earlier place
    window.draw_frame()
    assert window.xy.pad.point == (1.0, 1.0)


def test_a_damaged_file_is_said_and_left(
    peer: Peer, open_window: Callable[[int], Window], spin: Spin
) -> None:
    path = kept_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{")
    window = open_window(peer.port)
    assert "xy-pad.json: not JSON" in window.transport.message.toolTip()
    spin(lambda: window.panels)
    assert path.read_text() == "{"


@pytest.mark.usefixtures("impatient")
def test_without_an_engine_it_is_greyed_out(window: Window, peer: Peer, spin: Spin) -> None:
    assert window.xy.isEnabled()
    peer.__exit__(None, None, None)
    spin(lambda: not window.xy.isEnabled())
