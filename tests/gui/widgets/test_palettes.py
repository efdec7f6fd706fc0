"""Colours that can be read, and told apart by everybody's eyes, in every theme."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from rtsynth_gui.widgets.palettes import DARK, PALETTES
from rtsynth_gui.widgets.style import TEMPLATE

Vector = NDArray[np.float64]

READABLE = 4.5  # WCAG 2.1, 1.4.3
VISIBLE = 3.0  # 1.4.11, of what is no text
DISTANCE = 20.0  # CIE76; 2.3 is a just noticeable difference
GROUNDS = ("BACKGROUND", "PANEL", "WELL")
INKS = ("TEXT", "DIM", "FOLLOW", "GOOD", "BAD", "LEARN", "MODULATION")
WRITTEN = (
    ("TEXT", "SELECTED"),
    ("TEXT", "BUTTON"),
    ("TEXT", "BUTTON_LIVE"),
    ("TEXT", "BUTTON_DOWN"),
    ("DIM", "BUTTON"),
    ("TEXT", "LINE"),
    ("ON_TEXT", "ON"),
    ("HELD_TEXT", "HELD"),
    ("HELD_TEXT", "HELD_LIVE"),
    ("ALARM_TEXT", "ALARM"),
    ("SOLO_TEXT", "SOLO"),
    ("KEY_WHITE_LETTER", "KEY_WHITE"),
    ("KEY_BLACK_LETTER", "KEY_BLACK"),
)
DRAWN = (  # and never written in
    *(("ACCENT", ground) for ground in GROUNDS),
    ("ACCENT", "TRACK"),
    *(("WARN", ground) for ground in GROUNDS),
    *(("HANDLE_RESTING", ground) for ground in GROUNDS),
    ("TRACE", "WELL"),
    ("HANDLE_LINE", "HANDLE_RESTING"),
    ("HANDLE", "CAP"),
)
TOLD_APART = (
    ("GOOD", "WARN"),
    ("GOOD", "BAD"),
    ("WARN", "BAD"),
    ("GOOD", "LINE_STRONG"),
    ("BAD", "LINE"),
    ("ACCENT", "FOLLOW"),
    ("ACCENT", "FOLLOW_DIM"),
    ("ACCENT", "MODULATION"),
    ("ACCENT", "LEARN"),
    ("ACCENT", "LINE_STRONG"),
    ("FOLLOW", "LEARN"),
    ("FOLLOW", "MODULATION"),
    ("FOLLOW_DIM", "MODULATION"),
    ("LEARN", "MODULATION"),
    ("ACCENT", "KEY_WHITE"),
    ("ACCENT", "KEY_BLACK"),
    ("FOLLOW", "KEY_WHITE"),
    ("FOLLOW", "KEY_BLACK"),
)
# What is left of linear RGB at full severity: Machado, Oliveira and Fernandes 2009, "A
# physiologically-based model for simulation of color vision deficiency".
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(  # of linear sRGB, white D65 (IEC 61966-2-1)
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour: str) -> Vector:
    """Linear RGB [3]."""
    parts = np.array([getattr(QColor(colour), part)() for part in ("redF", "greenF", "blueF")])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """Of relative luminances, as of WCAG 2."""
    low, high = sorted(float(XYZ[1] @ linear(colour)) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Vector) -> Vector:
    """CIE L*a*b* [3] of linear RGB."""
    ratios = XYZ @ np.clip(rgb, 0.0, 1.0) / XYZ.sum(axis=1)
    f = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(first: str, second: str, eyes: str = "usual") -> float:
    """CIE76 of two colours as those eyes see them."""
    seen = [lab(EYES[eyes] @ linear(colour)) for colour in (first, second)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_the_measures_are_right() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WCAG's own example
    assert distance("#ffffff", "#000000") == pytest.approx(100.0, abs=0.1)
    red, green = "#d03030", "#508a20"
    assert distance(red, green, "deuteranopia") < DISTANCE < distance(red, green)
    for matrix in EYES.values():  # nobody mistakes grey
        assert matrix.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


@pytest.mark.parametrize("theme", PALETTES)
def test_every_theme_has_every_colour(theme: str) -> None:
    assert list(PALETTES[theme]) == list(DARK)
    assert all(QColor(colour).isValid() for colour in PALETTES[theme].values())


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("ink", INKS)
def test_what_is_written_can_be_read(theme: str, ink: str) -> None:
    palette = PALETTES[theme]
    for ground in GROUNDS:
        assert contrast(palette[ink], palette[ground]) >= READABLE, ground


@pytest.mark.parametrize("theme", PALETTES)
def test_what_is_written_on_something_can_be_read(theme: str) -> None:
    palette = PALETTES[theme]
    found = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in WRITTEN}
    assert not {pair: value for pair, value in found.items() if value < READABLE}


@pytest.mark.parametrize("theme", PALETTES)
def test_what_is_drawn_can_be_seen(theme: str) -> None:
    palette = PALETTES[theme]
    found = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in DRAWN}
    assert not {pair: value for pair, value in found.items() if value < VISIBLE}


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", PALETTES)
def test_what_means_something_else_looks_different(theme: str, eyes: str) -> None:
    palette = PALETTES[theme]
    pairs = TOLD_APART
    found = {pair: distance(palette[pair[0]], palette[pair[1]], eyes) for pair in pairs}
    assert not {pair: value for pair, value in found.items() if value < DISTANCE}


def test_the_style_names_only_colours_that_there_are() -> None:
    named = set(re.findall(r"(?<!{){([A-Z_]+)}(?!})", TEMPLATE))
    assert {"TEXT", "ACCENT", "WELL"} <= named <= set(DARK)
