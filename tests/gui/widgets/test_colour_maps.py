"""Colour maps: even steps, the theme's ground where there is nothing, ends as strong as another."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.colour_maps import STEPS, argb, loudness, oklab, signed


def text(colour: int) -> str:
    assert colour >> 24 == 0xFF
    return f"#{colour & 0xFFFFFF:06x}"


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#e0a458", "#74aecb", "#101316"])
def test_there_and_back(colour: str) -> None:
    assert text(argb(oklab(colour)[None])[0]) == colour


def test_white_is_light_and_has_no_hue() -> None:
    np.testing.assert_allclose(oklab("#ffffff"), [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(oklab("#ff0000"), [0.62796, 0.22486, 0.12585], atol=1e-4)


@pytest.fixture(params=["dark", "light"], autouse=True)
def applied(request: pytest.FixtureRequest, qt: QApplication) -> Iterator[None]:
    """Each theme, and the usual one again."""
    theme.apply_theme(qt, request.param)
    yield
    theme.apply_theme(qt, theme.DEFAULT)


def test_louder_is_further_from_the_ground_in_even_steps() -> None:
    colours = loudness()
    assert len(colours) == STEPS
    assert text(colours[0]) == theme.WELL
    assert text(colours[-1]) == theme.TEXT
    steps = np.diff([oklab(text(colour))[0] for colour in colours])
    assert np.all(np.sign(steps) == np.sign(steps.sum())) or np.all(np.abs(steps) < 0.02)
    np.testing.assert_allclose(steps, steps.mean(), atol=0.006)


def test_signs_are_told_apart_without_red_and_green() -> None:
    colours = [oklab(text(colour)) for colour in signed()]
    assert text(signed()[STEPS // 2]) in (theme.WELL, text(signed()[STEPS // 2 - 1])) or (
        np.linalg.norm(colours[STEPS // 2] - oklab(theme.WELL)) < 0.01
    )
    assert colours[0][0] == pytest.approx(colours[-1][0], abs=0.02)  # as strong as each other
    assert (
        colours[0][2] < -0.03 < 0.03 < colours[-1][2]
    )  # blue and yellow, on the axis that is kept
