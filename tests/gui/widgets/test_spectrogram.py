"""The spectrogram as it is painted: a tone is a line at its height, in the colour of its level."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.colour_maps import loudness
from rtsynth_gui.widgets.spectrogram import Spectrogram
from rtsynth_gui.widgets.spectrum import ROWS, shades
from tests.gui.widgets.test_spectrum import sine


@pytest.fixture
def spectrogram(qt: QApplication) -> Spectrogram:
    shown = Spectrogram()
    shown.resize(500, 200)
    return shown


@pytest.mark.parametrize(("frequency_hz", "level_db"), [(1000.0, -6.0), (4000.0, -40.0)])
def test_a_tone_is_painted_at_its_height_in_the_colour_of_its_level(
    spectrogram: Spectrogram, frequency_hz: float, level_db: float
) -> None:
    tone = sine(frequency_hz, 10 ** (level_db / 20), 48_000, 3.0)
    for block in np.array_split(tone, 90):
        spectrogram.push([block])
    row = ROWS - 1 - spectrogram.spectrum.row_of(frequency_hz)
    expected = int(shades(np.array([level_db], np.float32))[0])
    assert abs(int(spectrogram.shades[row, 100]) - expected) <= 1
    image = spectrogram.grab().toImage()
    middle = round(spectrogram.picture.center().x())
    picture = spectrogram.picture
    y = round(picture.top() + (row + 0.5) / ROWS * picture.height())
    assert abs(y - spectrogram.height_of(frequency_hz)) <= 2
    near = {int(c) for c in loudness()[max(expected - 1, 0) : expected + 2]}
    column = [image.pixel(QPoint(middle, y + off)) & 0xFFFFFFFF for off in (-1, 0, 1)]
    assert near & set(column)
    quiet = image.pixelColor(middle, round(spectrogram.height_of(60.0)))
    assert quiet == QColor.fromRgba(loudness()[0])


def test_another_rate_begins_anew(spectrogram: Spectrogram) -> None:
    spectrogram.push([sine(1000, 0.5, 48_000)])
    assert spectrogram.shades.any()
    spectrogram.set_rate(48_000.0)
    assert spectrogram.shades.any()
    spectrogram.set_rate(96_000.0)
    assert not spectrogram.shades.any()
    spectrogram.push([sine(2000, 0.5, 96_000)])
    row = ROWS - 1 - spectrogram.spectrum.row_of(2000)
    assert abs(spectrogram.shades[:, -1].argmax() - row) <= 1
    spectrogram.clear()
    assert not spectrogram.shades.any()
    spectrogram.set_rate(0.0)
    spectrogram.push([])
    assert spectrogram.spectrum.rate_hz == 96_000.0


@pytest.mark.measure
def test_a_frame_takes_less_than_two_milliseconds(spectrogram: Spectrogram) -> None:
    spectrogram.resize(1000, 200)
    block = sine(1000, 0.5, 48_000, 1 / 30)
    taken = []
    for _ in range(60):
        begin = time.thread_time()
        spectrogram.push([block])
        spectrogram.grab()
        taken.append(time.thread_time() - begin)
    assert float(np.median(taken)) < 2e-3
