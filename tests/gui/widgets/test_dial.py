"""A knob: where it points, and that up and right are more."""

import math

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.dial import TRAVEL_PIXELS, Dial, degrees
from tests.gui.gestures import LEFT, NO_KEYS, drag


def test_it_turns_clockwise_from_the_lower_left_to_the_lower_right() -> None:
    assert [degrees(position) for position in (0.0, 0.5, 1.0)] == [225.0, 90.0, -45.0]


def test_a_press_does_not_jump_and_both_ways_of_dragging_count(qt: QApplication) -> None:
    dial = Dial()
    dial.show_position(0.5)
    moved: list[float] = []
    dial.dragged.connect(moved.append)
    middle = dial.rect().center()
    QTest.mousePress(dial, LEFT, NO_KEYS, QPoint(2, 2))
    assert moved == []
    QTest.mouseRelease(dial, LEFT, NO_KEYS, middle)
    QTest.mousePress(dial, LEFT, NO_KEYS, middle)
    drag(dial, middle.x() + TRAVEL_PIXELS / 4, y=middle.y())
    assert moved[-1] == pytest.approx(0.75)
    drag(dial, middle.x() + TRAVEL_PIXELS / 4, y=middle.y() + TRAVEL_PIXELS / 2)
    assert moved[-1] == pytest.approx(0.25)


def test_the_hand_points_where_the_position_is(qt: QApplication) -> None:
    dial = Dial(diameter=60)
    dial.resize(dial.sizeHint())
    point = dial.point_at(0.75, 10.0) - dial.rect().toRectF().center()
    assert (point.x(), point.y()) == pytest.approx(
        (10 * math.cos(math.radians(22.5)), -10 * math.sin(math.radians(22.5)))
    )
