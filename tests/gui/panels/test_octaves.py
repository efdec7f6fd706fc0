"""Buttons for what the letters play."""

import json

from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.description import parse_description
from rtsynth_gui.panels.octaves import HIGHER, LOWER, Octaves
from rtsynth_gui.panels.slot_panel import SlotPanel
from rtsynth_gui.widgets.keyboard import Keyboard
from tests.gui.peer import control, description


def test_they_move_the_letters_as_far_as_there_are_keys(qt: QApplication) -> None:
    wide = control("pitch", 48.0, 83.0, 60.0, unit="MIDI", role="pitch")
    parsed, values, followed = parse_description(json.dumps(description(parameters=[wide])))
    panel = SlotPanel(parsed.slots[0], values, followed)
    said: list[str] = []
    panel.said.connect(said.append)
    (octaves,) = panel.findChildren(Octaves)
    keyboard = panel.keyboard
    assert isinstance(keyboard, Keyboard)
    assert (keyboard.typed_base, octaves.base.text()) == (60, "C4")
    octaves.buttons[LOWER].click()
    assert (keyboard.typed_base, octaves.base.text()) == (48, "C3")
    assert not octaves.buttons[LOWER].isEnabled()
    assert said == []
    keyboard.press_key("z", 1)  # the letter says why nothing happens
    assert said == ["no further octave: the keys end here"]
    for letter in "xx":
        keyboard.press_key(letter, 1)
    assert (octaves.base.text(), octaves.buttons[HIGHER].isEnabled()) == ("C5", False)
