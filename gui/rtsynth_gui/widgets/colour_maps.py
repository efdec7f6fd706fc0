"""Colours for numbers: even steps for the eye, told apart by colour-blind people, of every theme.

They are mixed in OKLab (Ottosson 2020), where equal distances look equal. Lightness alone orders
them; the hues are blue and orange, which every common kind of colour blindness keeps apart.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from rtsynth_gui.widgets import theme

STEPS = 256
Lab = NDArray[np.float64]

# Linear sRGB -> LMS; LMS (cube roots) -> OKLab.
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(colour: str) -> Lab:
    """[L, a, b] of "#rrggbb"."""
    srgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab: Lab = _TO_LAB @ np.cbrt(_TO_LMS @ linear)
    return lab


def argb(lab: Lab) -> list[int]:
    """Opaque 0xAARRGGBB of OKLab colours [N, 3]; beyond what a screen shows, the nearest."""
    lms = np.linalg.solve(_TO_LAB, lab.T) ** 3
    linear = np.clip(np.linalg.solve(_TO_LMS, lms), 0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(255 * srgb).astype(int)
    numbers: list[int] = (0xFF000000 | red << 16 | green << 8 | blue).tolist()
    return numbers


def ramp(stops: Lab) -> list[int]:
    """STEPS colours through evenly spaced stops [N, 3]."""
    places = np.linspace(0, 1, len(stops))
    at = np.linspace(0, 1, STEPS)
    return argb(np.stack([np.interp(at, places, channel) for channel in stops.T], axis=1))


def loudness() -> list[int]:
    """From nothing (the ground of the theme) to all there is."""
    return _loudness(theme.WELL, theme.FOLLOW_DIM, theme.ACCENT, theme.TEXT)


def signed() -> list[int]:
    """From -1 (blue) through 0 (the ground of the theme) to 1 (orange), both ends as strong."""
    return _signed(theme.FOLLOW, theme.WELL, theme.ACCENT)


@lru_cache(maxsize=8)
def _loudness(*colours: str) -> list[int]:
    stops = np.array([oklab(colour) for colour in colours])
    stops[:, 0] = np.linspace(stops[0, 0], stops[-1, 0], len(stops))
    return ramp(stops)


@lru_cache(maxsize=8)
def _signed(low: str, centre: str, high: str) -> list[int]:
    stops = np.array([oklab(low), oklab(centre), oklab(high)])
    stops[[0, 2], 0] = (stops[0, 0] + stops[2, 0]) / 2
    return ramp(stops)


def indexed(shown: NDArray[np.uint8], colours: list[int]) -> QImage:
    """A picture of numbers [height, width], C-contiguous, each the place of a colour.

    The memory is the array's: it has to outlive the picture.
    """
    height, width = shown.shape
    image = QImage(shown.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(colours)
    return image
