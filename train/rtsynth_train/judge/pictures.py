"""Spectrograms of a comparison, as PNG."""

import numpy as np
from numpy.typing import NDArray

from rtsynth_train.core.loss_picture import dark_axes, written

WINDOW, OVERLAP = 512, 384
LOUDEST_DB, RANGE_DB = -30.0, 80.0  # of a spectrogram's colours


def spectrogram_png(audio: NDArray[np.floating], rate_hz: int, seconds: float) -> bytes:
    """Of mono audio [T]; the axis of time is `seconds` long, whatever the audio is."""
    figure, axes = dark_axes(6, 2.2)
    floor = 1e-6 * np.random.default_rng(0).normal(size=len(audio))  # no log of 0
    axes.specgram(
        np.asarray(audio, np.float64) + floor, NFFT=WINDOW, Fs=rate_hz, noverlap=OVERLAP,
        cmap="magma", vmin=LOUDEST_DB - RANGE_DB - 10, vmax=LOUDEST_DB - 10,
    )  # fmt: skip
    axes.grid(visible=False)
    axes.set(xlim=(0, seconds), ylabel="kHz", xlabel="seconds")
    axes.yaxis.set_major_formatter(lambda hertz, _: f"{hertz / 1000:g}")
    return written(figure, "png")
