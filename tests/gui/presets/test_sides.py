"""What the morph is between is kept for each plugin."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from rtsynth.common.errors import InputError
from rtsynth_gui.presets.sides import NONE, Sides, read_sides, sides_file


def settled(parent: QObject) -> Sides:
    sides = Sides(parent)
    sides.settle()
    return sides


def test_the_next_window_has_them(qt: QApplication) -> None:
    parent = QObject()
    sides = Sides(parent)
    sides.keep("creek", ("a", "b"))  # before it is read, nothing is written over
    sides.settle()
    assert sides.of("creek") == NONE
    sides.keep("creek", ("thin", "bright"))
    sides.keep("pops", ("", "a"))  # nothing is chosen yet
    sides.settle()
    assert read_sides(sides_file()) == {"creek": ("thin", "bright")}
    assert settled(parent).of("creek") == ("thin", "bright")


@pytest.mark.parametrize("text", ["{", '{"format": 1, "sides": {"creek": ["a"]}}'])
def test_a_damaged_file_is_named_and_left_alone(qt: QApplication, text: str) -> None:
    path = sides_file()
    path.parent.mkdir(parents=True)
    path.write_text(text)
    parent = QObject()
    sides = Sides(parent)
    said: list[str] = []
    sides.said.connect(said.append)
    sides.settle()
    assert len(said) == 1
    assert "morph.json: " in said[0]
    sides.keep("creek", ("a", "b"))
    sides.settle()
    assert path.read_text() == text
    assert sides.of("creek") == ("a", "b")


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert read_sides(tmp_path / "morph.json") == {}
    (tmp_path / "morph.json").write_text('{"format": 99}')
    with pytest.raises(InputError, match=r"morph\.json"):
        read_sides(tmp_path / "morph.json")
