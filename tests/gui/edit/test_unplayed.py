"""Where a hand left what notes have moved since."""

import json

import pytest

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.edit.history import Setting, Step
from rtsynth_gui.edit.unplayed import SETTLED_S, Unplayed
from rtsynth_gui.link.description import parse_description
from rtsynth_gui.link.inbox import Batch
from tests.gui.gestures import PITCH
from tests.gui.peer import description

GAIN = "/slot/1/gain"


class Panel:
    """What shows the values, and what notes have moved."""

    def __init__(self) -> None:
        self.values: dict[str, Setting] = {PITCH: 70.0, GAIN: -6.0}
        self.unplayed = Unplayed(self.current)
        described = parse_description(json.dumps(description())).description
        self.unplayed.take(Batch(description=described), 0.0)

    def current(self, address: str) -> Setting | None:
        """As the desk has it."""
        left = self.unplayed.of(address)
        return self.values.get(address) if left is None else left

    def note(self, now_s: float, kind: str = "on") -> None:
        numbers = (72.0, 0.8) if kind == "on" else (72.0,)
        message = OscMessage(f"/slot/1/note/{kind}", numbers)
        self.unplayed.take(Batch(answers=[message]), now_s)

    def report(self, value: float, now_s: float) -> None:
        self.unplayed.take(Batch(values={PITCH: value}), now_s)
        self.values[PITCH] = value


@pytest.fixture
def panel() -> Panel:
    return Panel()


def test_it_is_where_the_hand_left_it_until_the_hand_moves_it(panel: Panel) -> None:
    assert panel.unplayed.of(PITCH) is None
    panel.note(1.0)
    panel.report(72.0, 1.1)
    panel.note(2.0)  # the second one does not count as a hand
    assert panel.unplayed.of(PITCH) == 70.0
    assert panel.unplayed.of(GAIN) is None
    step = panel.unplayed.step(Step("pitch", {PITCH: 72.0, GAIN: -6.0}, {PITCH: 65.0}, 3))
    assert step == Step("pitch", {PITCH: 70.0, GAIN: -6.0}, {PITCH: 65.0}, 3)
    panel.unplayed.moved(PITCH)
    assert panel.unplayed.of(PITCH) is None


def test_what_moves_it_long_after_notes_is_no_note(panel: Panel) -> None:
    panel.report(70.0, 0.5)
    panel.note(1.0)
    panel.report(72.0, 1.0 + SETTLED_S / 2)
    panel.report(72.0, 5.0)  # said again, as with a description
    assert panel.unplayed.of(PITCH) == 70.0
    panel.note(6.0, "off")  # another note that is held sounds again
    panel.report(64.0, 6.0 + SETTLED_S / 2)
    assert panel.unplayed.of(PITCH) == 70.0
    panel.report(66.0, 8.0)
    assert panel.unplayed.of(PITCH) is None
    panel.report(64.0, 9.0)  # and back: undone, say
    assert panel.unplayed.of(PITCH) == 70.0
    panel.report(66.0, 10.0)
    panel.note(11.0)
    assert panel.unplayed.of(PITCH) == 66.0  # where that left it


def test_what_is_gone_is_forgotten(panel: Panel) -> None:
    panel.note(1.0)
    empty = parse_description('{"rtsynth": "0", "slots": []}').description
    panel.unplayed.take(Batch(description=empty), 2.0)
    assert panel.unplayed.of(PITCH) is None
