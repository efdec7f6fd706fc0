"""A field of the settings says what a hand has typed."""

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.settings.line import LONGEST, Line


@pytest.fixture
def line(qt: QApplication) -> Iterator[Line]:
    shown = Line("Port", "Where it listens")
    yield shown
    shown.close()


def test_what_is_typed_is_chosen_and_what_is_shown_is_not(line: Line) -> None:
    chosen: list[str] = []
    line.chosen.connect(chosen.append)
    line.show_text("90")
    assert (line.key, chosen) == ("90", [])
    QTest.keyClicks(line.field, "01 ")
    assert chosen == ["900", "9001", "9001"]
    line.show_text("9001")  # an answer comes meanwhile: the blank is being typed
    assert line.field.text() == "9001 "
    line.show_text("x" * 900)
    assert len(line.key) == LONGEST


def test_what_is_wrong_is_said_below_it(line: Line) -> None:
    line.show_wrong("A port is a number")
    assert not line.problem.isHidden()
    assert (line.problem.text(), line.field.property("refused")) == ("A port is a number", True)
    assert line.field.accessibleDescription() == "A port is a number"
    line.show_wrong("")
    assert line.problem.isHidden()
    assert line.field.accessibleDescription() == "Where it listens"


def test_only_what_may_be_there_can_be_typed(qt: QApplication) -> None:
    line = Line("Port", typed=r"\d{0,5}")
    QTest.keyClicks(line.field, "a9b0c01234")
    assert line.key == "90012"


def test_why_it_cannot_be_changed(line: Line) -> None:
    assert line.field.accessibleName() == "Port"
    assert line.field.accessibleDescription() == "Where it listens"
    line.explain("nobody answers")
    assert not line.field.isEnabled()
    assert line.field.accessibleDescription() == "nobody answers"
