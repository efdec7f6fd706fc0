"""The waveform: its vertical range, and what is painted."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.scope import SILENCE, ZOOM_IN_AFTER_S, ZOOMS, Scope, Zoom


def settled(zoom: Zoom, peak: float, from_s: float) -> float:
    """The range after that peak has been there for a while."""
    zoom.follow(peak, from_s)
    return zoom.follow(peak, from_s + ZOOM_IN_AFTER_S + 0.1)


def test_it_widens_at_once_and_narrows_after_a_while() -> None:
    zoom = Zoom()
    assert zoom.follow(0.1, 0.0) == 1.0
    assert settled(zoom, 0.1, 0.1) == 0.2
    assert zoom.follow(0.7, 2.0) == 1.0
    assert settled(zoom, 0.01, 3.0) == ZOOMS[-1] == 0.05


def test_silence_is_not_looked_at_more_closely() -> None:
    zoom = Zoom()
    assert settled(zoom, 0.0, 0.0) == 1.0
    assert settled(zoom, 0.3, 5.0) == 0.5
    assert settled(zoom, SILENCE / 2, 10.0) == 0.5


@pytest.fixture
def scope(qt: QApplication) -> Scope:
    shown = Scope()
    shown.resize(400, 200)
    shown.show()
    return shown


def brightest(scope: Scope) -> tuple[int, int]:
    """Of a column between two lines of the grid: red, and how far from the top."""
    image = scope.grab().toImage()
    return max((image.pixelColor(210, y).red(), y) for y in range(image.height()))


def test_what_sounds_is_drawn_as_a_line_and_an_engine_that_is_gone_as_none(scope: Scope) -> None:
    scope.push([np.full(9600, 0.5, np.float32)])
    scope.draw()
    assert scope.drawn is not None
    assert scope.drawn[0] == 0.5
    red, y = brightest(scope)
    assert (red > 200, y) == (True, 50)  # half of the way up
    scope.show_live(False)
    assert brightest(scope)[0] < 100


def test_the_corner_says_what_the_upper_edge_is(scope: Scope) -> None:
    corner = QRect(0, 0, 80, 40)
    before = scope.grab(corner).toImage()
    assert scope.range == 1.0
    settled(scope._zoom, 0.1, time.monotonic())
    assert scope.range == 0.2
    assert scope.grab(corner).toImage() != before


def test_nothing_is_drawn_twice(scope: Scope) -> None:
    scope.push([np.full(9600, 0.5, np.float32)])
    scope.draw()
    first = scope.drawn
    scope.draw()
    assert scope.drawn is first
    scope.push([np.full(480, 0.25, np.float32)])
    scope.draw()
    assert scope.drawn is not first


def test_a_loud_line_leaves_the_range_readable(scope: Scope) -> None:
    def labelled() -> object:
        return scope.grab(scope.words).toImage()

    quiet = labelled()
    scope.push([np.tile(np.float32([0.99, -0.99]), 4800)])
    scope.draw()
    assert scope.range == 1.0
    assert labelled() == quiet
    over = QRect(scope.words.right() + 2, scope.words.top(), 20, scope.words.height())
    assert brightest(scope)[0] > 0
    image = scope.grab(over).toImage()
    still = Scope()
    still.resize(400, 200)
    assert image != still.grab(over).toImage()  # the line is right beside it
