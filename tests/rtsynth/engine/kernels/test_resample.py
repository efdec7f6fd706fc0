"""The rate converter in numbers, per pair of rates; every figure is asserted where it is stated."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.engine.kernels.resample import design_filter, inputs_needed, resample

# Plugins at 16, 22.05, 44.1 and 48 kHz on the usual devices.
PAIRS = [
    (16_000, 48_000),
    (16_000, 44_100),
    (22_050, 48_000),
    (22_050, 44_100),
    (44_100, 48_000),
    (48_000, 44_100),
    (48_000, 96_000),
    (96_000, 44_100),
    (16_000, 22_050),
]
RIPPLE_DB = 0.01  # below 0.45 of the lower rate
REJECTION_DB = 80.0


def convert(
    audio: NDArray[np.floating], input_hz: int, output_hz: int, blocks: list[int] | None = None
) -> NDArray[np.float32]:
    """All outputs that `audio` is enough for, in blocks of the given lengths (of output)."""
    converter = design_filter(input_hz, output_hz)
    filters, advance = converter.rows, converter.advance
    phases, taps = filters.shape
    total = audio.size * phases // advance
    phase, old, taken = 0, np.zeros(taps, np.float32), 0
    outs = []
    for frames in blocks or [total]:
        wanted = int(inputs_needed(phase, phases, advance, frames))
        new = audio[taken : taken + wanted].astype(np.float32)
        assert new.size == wanted
        buffer = np.concatenate([old, new, np.zeros(1, np.float32)])
        out = np.empty(frames, np.float32)
        phase = int(resample(filters, advance, phase, buffer, out))
        old, taken = buffer[wanted : wanted + taps], taken + wanted
        outs.append(out)
    return np.concatenate(outs)


def length_frames(input_hz: int, output_hz: int) -> int:
    """After so many frames of output nothing of the start is left in the filter."""
    taps = design_filter(input_hz, output_hz).rows.shape[1]
    return (taps + 1) * output_hz // input_hz + 1


def _tone(frequency_hz: float, rate_hz: int, count: int) -> NDArray[np.float64]:
    return np.sin(2 * np.pi * frequency_hz * np.arange(count) / rate_hz)


def _fit(
    signal: NDArray[np.floating], frequency_hz: float, rate_hz: int
) -> tuple[float, NDArray[np.float64]]:
    """(amplitude of the tone in the signal, what is left without it), by least squares."""
    angle = 2 * np.pi * frequency_hz * np.arange(signal.size) / rate_hz
    basis = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    wide = signal.astype(np.float64)
    weights = np.linalg.lstsq(basis, wide, rcond=None)[0]
    return float(np.hypot(*weights)), wide - basis @ weights


def _decibel(ratio: float) -> float:
    return 20 * np.log10(max(ratio, 1e-12))


@pytest.mark.parametrize(("input_hz", "output_hz"), PAIRS)
def test_pass_band_and_images(input_hz: int, output_hz: int) -> None:
    """A tone in the pass band keeps its level; all else (images, noise) is 80 dB below it."""
    for fraction in (0.003, 0.05, 0.1, 0.2, 0.3, 0.4, 0.45):
        frequency_hz = fraction * min(input_hz, output_hz)
        out = convert(_tone(frequency_hz, input_hz, 6000), input_hz, output_hz)
        settled = out[length_frames(input_hz, output_hz) :]
        amplitude, rest = _fit(settled, frequency_hz, output_hz)
        assert abs(_decibel(amplitude)) < RIPPLE_DB
        assert _decibel(float(np.sqrt(2 * np.mean(rest**2)))) < -REJECTION_DB


@pytest.mark.parametrize(("input_hz", "output_hz"), [pair for pair in PAIRS if pair[0] > pair[1]])
def test_aliases(input_hz: int, output_hz: int) -> None:
    """Lowering the rate: what does not fit (above 0.55 of it) is 80 dB down wherever it falls."""
    for frequency_hz in np.linspace(0.55 * output_hz, 0.5 * input_hz, 9)[:-1]:
        out = convert(_tone(frequency_hz, input_hz, 6000), input_hz, output_hz)
        settled = out[length_frames(input_hz, output_hz) :].astype(np.float64)
        assert _decibel(float(np.sqrt(2 * np.mean(settled**2)))) < -REJECTION_DB


@pytest.mark.parametrize(("input_hz", "output_hz"), PAIRS)
def test_a_constant_stays_what_it_is(input_hz: int, output_hz: int) -> None:
    out = convert(np.full(2000, 0.5), input_hz, output_hz)
    settled = out[length_frames(input_hz, output_hz) :]
    np.testing.assert_allclose(settled, 0.5, atol=3e-7)  # -130 dB


@pytest.mark.parametrize(("input_hz", "output_hz"), [*PAIRS, (48_000, 48_000)])
def test_latency_is_as_stated(input_hz: int, output_hz: int) -> None:
    """A slow bump arrives so much later, to a hundredth of a frame."""
    count, centre, width = 3000, 1500.0, 60.0
    bump = np.exp(-0.5 * ((np.arange(count) - centre) / width) ** 2)
    out = convert(bump, input_hz, output_hz).astype(np.float64)
    arrived = (np.arange(out.size) * out).sum() / out.sum()
    late = arrived - centre * output_hz / input_hz
    assert late == pytest.approx(design_filter(input_hz, output_hz).latency_frames, abs=0.01)


@pytest.mark.parametrize("output_hz", [44_100, 48_000, 96_000])
def test_a_16_khz_plugin_is_late_by_less_than_half_a_millisecond(output_hz: int) -> None:
    assert design_filter(16_000, output_hz).latency_frames / output_hz < 0.0005


def test_rates_with_little_in_common_are_refused() -> None:
    with pytest.raises(InputError, match="383999 Hz cannot be played at 48000 Hz"):
        design_filter(383_999, 48_000)


def test_equal_rates_change_no_bit() -> None:
    audio = np.random.default_rng(5).normal(0, 1, 500).astype(np.float32)
    out = convert(audio, 48_000, 48_000)
    delay = int(design_filter(48_000, 48_000).latency_frames)
    assert delay == 1
    np.testing.assert_array_equal(out[delay:], audio[:-delay])


@pytest.mark.parametrize(("input_hz", "output_hz"), [*PAIRS, (48_000, 48_000)])
def test_block_size_changes_nothing(input_hz: int, output_hz: int) -> None:
    random = np.random.default_rng(6)
    audio = random.normal(0, 1, 2000)
    whole = convert(audio, input_hz, output_hz)
    sizes = {
        "1": [1] * 400,
        "7": [7] * 60,
        "random": random.integers(0, 90, 20).tolist(),
    }
    for blocks in sizes.values():
        parts = convert(audio, input_hz, output_hz, blocks)
        np.testing.assert_array_equal(parts, whole[: parts.size])


def test_the_converter_takes_exactly_the_inputs_it_needs() -> None:
    """Over many blocks no input is lost or read twice: no drift."""
    for input_hz, output_hz in PAIRS:
        converter = design_filter(input_hz, output_hz)
        filters, advance = converter.rows, converter.advance
        phase, taken, put = 0, 0, 0
        for frames in (1, 64, 7, 1024, 128) * 20:
            taken += int(inputs_needed(phase, filters.shape[0], advance, frames))
            phase = (phase + frames * advance) % filters.shape[0]
            put += frames
        assert taken == put * input_hz // output_hz
