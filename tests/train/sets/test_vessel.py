"""The vessel: its sound rises as it fills."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import find_pairs, read_params
from rtsynth_train.cli.prepare import prepare
from rtsynth_train.sets.check_folder import check_params_folder
from rtsynth_train.sets.vessel import (
    POURINGS,
    RATE_HZ,
    TRACK_HZ,
    bubbles,
    column_hz,
    fill_track,
    synthesise,
)


def heard(fill: float) -> tuple[float, float]:
    """(pitch, centroid) of a vessel held at `fill`, Hz."""
    audio = synthesise(np.full(2 * RATE_HZ, fill), np.random.default_rng(2))
    magnitude = np.abs(np.fft.rfft(audio))
    frequency_hz = np.fft.rfftfreq(len(audio), 1 / RATE_HZ)
    centroid_hz = (frequency_hz * magnitude).sum() / magnitude.sum()
    return float(frequency_hz[np.argmax(magnitude)]), float(centroid_hz)


def test_pitch_and_brightness_rise_with_fill() -> None:
    fills = np.linspace(0, 1, 6)
    pitches, centroids = zip(*[heard(fill) for fill in fills.tolist()], strict=True)
    np.testing.assert_allclose(pitches, column_hz(fills), rtol=0.06)
    assert (np.diff(centroids) > 0).all()
    assert centroids[-1] > 1.6 * centroids[0]
    assert column_hz(np.array(0.0)) == pytest.approx(343 / 4 / 0.271)


def test_pourings_are_smooth_and_within_range() -> None:
    rng = np.random.default_rng(0)
    speeds, ends = [], []
    for pouring in POURINGS:
        track = fill_track(pouring(rng), 8.0)
        assert track.times[[0, -1]].tolist() == [0, 8]
        assert track.values.min() >= 0
        assert track.values.max() <= 1
        assert np.abs(np.diff(track.values)).max() * TRACK_HZ < 1  # nobody fills it in a second
        speeds.append(np.diff(track.values).max())
        ends.append(track.values[-1])
        assert np.abs(np.diff(track.values, 2)).max() < 0.2 * speeds[-1]  # corners are rounded
    assert max(speeds) > 2 * min(speeds)
    assert min(ends) < 0.1  # one pours out again
    assert max(ends) > 0.99


def test_more_flow_means_more_bubbles() -> None:
    quiet, busy = (bubbles(np.full(RATE_HZ, flow), np.random.default_rng(1)) for flow in (0.1, 1.0))
    assert np.mean(busy**2) > 3 * np.mean(quiet**2) > 0
    assert not bubbles(np.zeros(RATE_HZ), np.random.default_rng(1)).any()


def test_the_command_writes_a_sound_set(tmp_path: Path) -> None:
    prepare("vessel", out_folder=tmp_path, files=3, seconds=3.0)
    assert check_params_folder(tmp_path) == (3, [])
    pairs = find_pairs(tmp_path)
    fills = np.concatenate([read_params(params)["fill"].values for _, params in pairs])
    assert np.histogram(fills, 10, (0, 1))[0].min() > 0
    levels = []
    for audio, _ in pairs:
        samples, rate_hz = sf.read(audio)
        assert (rate_hz, samples.shape) == (16000, (48000,))
        levels += np.sqrt(np.mean(samples.reshape(-1, 1600) ** 2, axis=1)).tolist()
    assert 0.02 < np.median(levels) < 0.2
    assert max(levels) > 2 * min(levels) > 0  # its loudness varies
    with pytest.raises(InputError, match=r"--seconds nan: not in 1\.\."):
        prepare("vessel", tmp_path, seconds=float("nan"))
    with pytest.raises(InputError, match="'more' is one argument too many"):
        prepare("vessel", tmp_path, ["more"])
