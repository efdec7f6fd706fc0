"""Colours that can be distinguished and read, and an application that wears them."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets import theme

COLOURS = {name: value for name, value in vars(theme).items() if str(value).startswith("#")}


def luminance(colour: str) -> float:
    """Relative luminance as of WCAG 2."""
    parts = [getattr(QColor(colour), part)() for part in ("redF", "greenF", "blueF")]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", COLOURS)
def test_every_colour_is_one(name: str) -> None:
    assert QColor(COLOURS[name]).isValid()


@pytest.mark.parametrize("ground", ["BACKGROUND", "PANEL", "WELL"])
@pytest.mark.parametrize("ink", ["TEXT", "DIM", "ACCENT", "FOLLOW", "GOOD", "WARN", "BAD"])
def test_what_is_written_can_be_read(ink: str, ground: str) -> None:
    assert contrast(COLOURS[ink], COLOURS[ground]) > 4.5


def test_the_application_wears_it(qt: QApplication) -> None:
    palette = qt.palette()
    assert palette.color(QPalette.ColorRole.Window) == QColor(theme.BACKGROUND)
    assert palette.color(QPalette.ColorRole.WindowText) == QColor(theme.TEXT)
    assert qt.styleSheet() == theme.STYLE
