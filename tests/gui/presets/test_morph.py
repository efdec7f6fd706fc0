"""The morph: two different ends, one message for many moves."""

from PySide6.QtWidgets import QApplication

from rtsynth_gui.presets.morph import Morph


def test_moves_are_said_once_a_frame(qt: QApplication) -> None:
    morph = Morph()
    said: list[tuple[str, str, float]] = []
    morph.morphed.connect(lambda *what: said.append(what))
    morph.show_names(["a"])
    assert not morph.isEnabled()
    morph.show_names(["a", "b", "c"])
    morph.fader.choose(0.25)
    morph.fader.choose(0.5)
    morph.take_move()
    morph.take_move()
    assert said == [("a", "b", 0.5)]
    morph.ends[1].setCurrentText("c")
    morph.show_names(["a", "c", "d"])
    morph.fader.choose(1.0)
    morph.take_move()
    assert said[1:] == [("a", "c", 1.0)]
