"""The morph: two different ends, one message for many moves."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.edit.acts import NUDGED_S
from rtsynth_gui.presets import morph as morph_module
from rtsynth_gui.presets.morph import Morph


def test_a_gesture_begins_before_it_moves_anything(
    qt: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [100.0]
    monkeypatch.setattr(morph_module.time, "monotonic", lambda: now_s[0])
    morph = Morph()
    morph.show_names(["a", "b"])
    said: list[str] = []
    morph.began.connect(lambda: said.append("began"))
    morph.morphed.connect(lambda *what: said.append("morphed"))
    morph.ended.connect(lambda: said.append("ended"))
    for _ in range(2):
        QTest.keyClick(morph.fader, Qt.Key.Key_Right)
        assert said == ["began"]
        morph.take_move()  # the engine takes its snapshot
        assert said == ["began"]
        QTest.keyClick(morph.fader, Qt.Key.Key_Right)
        morph.take_move()
        now_s[0] += NUDGED_S / 2
        morph.take_move()
        assert said == ["began", "morphed"]
        now_s[0] += NUDGED_S
        morph.take_move()
        assert said == ["began", "morphed", "ended"]
        said.clear()
    QTest.mousePress(morph.fader, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    for _ in range(3):
        now_s[0] += 10.0  # the hand rests
        morph.take_move()
    assert said == ["began", "morphed"]
    QTest.mouseRelease(morph.fader, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    now_s[0] += NUDGED_S
    morph.take_move()
    assert said == ["began", "morphed", "ended"]


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


def test_what_is_chosen_follows_another_name(qt: QApplication) -> None:
    morph = Morph()
    morph.show_names(["bright", "preset 1", "soft one"])
    morph.ends[1].setCurrentText("soft one")
    for names in (["bright", "preset 1", "thin"], ["bright", "preset 1", "soft one"]):
        morph.show_names(names)  # renamed, and back
        assert [box.currentText() for box in morph.ends] == ["bright", names[2]]


def test_its_sides_differ_and_are_the_current_preset_and_the_next(qt: QApplication) -> None:
    morph = Morph()
    for names in (["m"], ["b", "m"], ["a", "b", "m"]):  # as they are saved one by one
        morph.show_names(names)
    assert morph.sides == ("m", "b")
    morph.start_at("b")
    assert morph.sides == ("b", "m")
    morph.start_at("")  # between presets
    assert morph.sides == ("b", "m")
    morph.show_names([])  # another plugin
    morph.show_names(["p", "q", "r"], current="r")
    assert morph.sides == ("r", "p")
    morph.ends[0].activated.emit(0)  # a hand chooses
    morph.start_at("q")
    assert morph.sides == ("r", "p")


def test_sides_that_were_kept_are_chosen_where_nothing_is(qt: QApplication) -> None:
    morph = Morph()
    morph.show_names(["a", "b", "c"], ("c", "gone"))
    assert morph.sides == ("c", "a")
    chosen: list[tuple[str, str]] = []
    morph.chosen.connect(lambda: chosen.append(morph.sides))
    morph.ends[1].setCurrentIndex(0)
    morph.ends[1].activated.emit(0)  # by hand
    assert chosen == [("c", "a")]
    morph.show_names(["a", "b", "c", "d"], ("c", "d"))
    assert morph.sides == ("c", "a")
    morph.start_at("b")
    assert morph.sides == ("c", "a")
    morph.choose(("gone", "d"))
    assert morph.sides == ("c", "d")


def test_it_is_back_at_its_start_where_it_is_between_others_or_over(qt: QApplication) -> None:
    morph = Morph()
    morph.show_names(["a", "b", "c"])

    def shown() -> tuple[float, str]:
        return morph.fader.position, morph.share.text()

    def go(position: float) -> None:
        morph.fader.choose(position)
        assert shown() == (position, f"{position * 100:.0f} %")

    go(0.5)
    morph.ends[1].setCurrentIndex(2)
    morph.ends[1].activated.emit(2)  # by hand
    assert shown() == (0.0, "0 %")
    go(0.25)
    morph.show_names(["a", "b", "c", "d"])  # between the same two
    assert shown() == (0.25, "25 %")
    morph.show_names(["a", "b", "d"])
    assert shown() == (0.0, "0 %")
    go(0.75)
    morph.choose(("b", "a"))
    assert shown() == (0.0, "0 %")
    go(1.0)
    morph.rest()
    assert shown() == (0.0, "0 %")
    QTest.mousePress(morph.fader, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    held = shown()
    morph.rest()  # not from under the hand
    assert shown() == held != (0.0, "0 %")
    QTest.mouseRelease(morph.fader, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
