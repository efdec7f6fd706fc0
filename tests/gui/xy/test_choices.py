"""What the pad holds is undone, done again, and kept."""

from collections.abc import Callable

import pytest

from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.window import Window
from rtsynth_gui.xy.kept import kept_file, read
from tests.gui.conftest import Spin
from tests.gui.gestures import AMPLITUDE, PITCH
from tests.gui.peer import Peer, description

pytestmark = pytest.mark.system

GAIN = "/slot/1/gain"


@pytest.fixture
def window(
    open_window: Callable[[int], Window],
    spin: Spin,
) -> Window:
    with Peer(describes=description(2)) as peer:
        window = open_window(peer.port)
        spin(lambda: window.panels and peer.clients)
        peer.tell("/slot/1/preset/names", 0, 3, "dark", "light", "grey side")
        spin(lambda: window.xy.presets.names)
    return window


def test_controls(window: Window) -> None:
    parameters, desk = window.xy.parameters, window.desk
    first = dict(parameters.addresses)
    parameters.pick("x", GAIN)
    parameters.pick("y", PITCH)
    parameters.swap()
    assert parameters.addresses == {"x": PITCH, "y": GAIN}
    assert desk.history.undo_title == "choose controls of the XY pad"
    desk.undo()
    assert parameters.addresses == {"x": GAIN, "y": PITCH}
    assert parameters.axes["x"].control.address == GAIN
    desk.undo()
    desk.undo()
    assert parameters.addresses == first
    assert desk.history.undo_title == ""
    for _ in range(3):
        desk.redo()
    assert parameters.addresses == {"x": PITCH, "y": GAIN}
    assert KEPT.settle()
    kept = read(kept_file())
    assert (kept.x, kept.y) == (PITCH, GAIN)
    parameters.pick("x", AMPLITUDE)
    parameters.pick("x", AMPLITUDE)  # the same: no step
    desk.undo()
    assert parameters.addresses["x"] == PITCH


def test_presets(window: Window) -> None:
    presets, desk = window.xy.presets, window.desk
    assert presets.chosen_names == ("dark", "light", "grey side", "")
    box = presets.corners[0]
    box.setCurrentIndex(box.findData("grey side"))
    box.activated.emit(box.currentIndex())
    presets.slots.activated.emit(1)
    assert presets.slot == 2
    assert desk.history.undo_title == "choose presets of the XY pad"
    desk.undo()
    assert presets.slot == 1
    assert presets.chosen_names[0] == "grey side"
    desk.undo()
    assert presets.chosen_names[0] == "dark" == presets.corners[0].currentData()
    desk.redo()
    desk.redo()
    assert (presets.slot, presets.chosen_names[0]) == (2, "grey side")
    assert desk.history.redo_title == ""
