"""What strips have in common: the master's, which has nothing of its own."""

import json

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.edit.history import Step
from rtsynth_gui.link.description import parse_description
from rtsynth_gui.rack.rack import MasterStrip
from tests.gui.peer import mixed

DC = "/master/dc_block"


@pytest.fixture
def strip(qt: QApplication) -> MasterStrip:
    parsed, values, _ = parse_description(json.dumps(mixed()))
    return MasterStrip(parsed.master, values)


def test_a_switch_is_a_step_that_can_be_undone(strip: MasterStrip) -> None:
    steps: list[Step] = []
    moves: list[tuple[str, float]] = []
    strip.edited.connect(steps.append)
    strip.moved.connect(lambda *move: moves.append(move))
    strip.switches[0].click()
    assert moves == [(DC, 1.0)]
    assert [(step.before, step.after) for step in steps] == [({DC: 0.0}, {DC: 1.0})]
    assert steps[0].title == "change DC"
    assert strip.current(DC) == 1.0
    strip.put(DC, 0.0)
    assert not strip.switches[0].isChecked()


def test_the_control_that_waits_for_midi_is_shown(strip: MasterStrip) -> None:
    gain, switch = strip.parts
    strip.wait_for_midi(DC)
    assert (gain.waiting, switch.waiting) == (False, True)
    strip.wait_for_midi("")
    assert not switch.waiting
