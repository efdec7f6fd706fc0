"""A spectrogram shows what sounds, where it sounds."""

import io

import numpy as np
from matplotlib import image

from rtsynth_train.judge.pictures import spectrogram_png


def test_a_tone_is_a_bright_line_for_as_long_as_it_sounds() -> None:
    times = np.arange(16_000) / 16_000
    picture = image.imread(
        io.BytesIO(spectrogram_png(0.5 * np.sin(2 * np.pi * 2000 * times), 16_000, 2.0))
    )
    height, width, _ = picture.shape
    brightness = picture[:, :, :3].sum(axis=2)
    first, last = brightness[:, : width // 2], brightness[:, int(0.7 * width) :]
    row = int(np.argmax(first[int(0.1 * height) : int(0.7 * height), width // 4])) / height + 0.1
    assert 0.45 < row < 0.75  # 2 of 8 kHz, above the labels
    assert first.max() > last[int(0.1 * height) : int(0.7 * height), :-10].max()
