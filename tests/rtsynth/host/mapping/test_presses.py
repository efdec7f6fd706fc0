"""Presses of physical controls."""

from rtsynth.host.mapping.binding import CC, NOTE, PROGRAM, Move, Physical
from rtsynth.host.mapping.presses import Presses


def test_a_press_begins_and_ends_once() -> None:
    presses, button = Presses(), Physical(CC, 20, 1)
    values = (0, 100, 127, 64, 63, 0, 127)
    found = [presses.turn("a", Move(button, value / 127, value)) for value in values]
    assert found == [None, True, None, None, False, None, True]
    assert presses.turn("b", Move(button, 0.0, 0)) is None, "another key"


def test_a_soft_note_is_a_press() -> None:
    presses, pad = Presses(), Physical(NOTE, 36, 1)
    assert presses.turn("a", Move(pad, 1 / 127, 1)) is True
    assert presses.turn("a", Move(pad, 0.0, 0)) is False


def test_every_program_change_is_a_press() -> None:
    presses, move = Presses(), Move(Physical(PROGRAM, 3, 1), 1.0, 127)
    assert [presses.turn("a", move) for _ in range(2)] == [True, True]
