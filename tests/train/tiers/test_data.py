"""Tier data: alignment of what is streamed, held-out parts, what is refused."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Track, read_params, track_at, write_params
from rtsynth_train.tiers.config import parse_stack
from rtsynth_train.tiers.data import (
    conditioning_at,
    load_tier_data,
    stream_delay_s,
    streamed,
    tier_delay_s,
)
from tests.train.tiers.sets import RATE_HZ, SLOW_HZ, raw_stack, two_tiers, write_set

RATIO = RATE_HZ // SLOW_HZ
TRACK = Track(np.linspace(0, 3, 31), np.random.default_rng(0).random(31))


def three_tiers(upsampling: str = "linear"):
    raw = raw_stack("x")
    raw["parameters"].append({"name": "mid", "minimum": 0, "maximum": 1, "default": 0})
    for parameter in raw["parameters"]:
        parameter["upsampling"] = upsampling
    raw["tiers"][0]["conditioning"] = ["mid", "level", "fill"]
    middle = {"name": "middle", "rate_hz": 500, "generate": ["mid"], "conditioning": ["level"]}
    raw["tiers"].append(middle)
    return parse_stack(raw, "test")


def test_streamed_is_a_line_that_lags_by_one_value() -> None:
    values = np.array([1.0, 3.0, 2.0])
    expected = [1, 1, 1, 1, 1, 1.5, 2, 2.5, 3, 2.75, 2.5, 2.25]
    np.testing.assert_allclose(streamed(values, 4, "linear"), expected)
    np.testing.assert_array_equal(streamed(values, 2, "hold"), [1, 1, 3, 3, 2, 2])


def test_the_lag_is_taken_out_in_training() -> None:
    """Sound and generated parameters of a recording stay together."""
    stack = two_tiers("x")
    told = conditioning_at(stack, stack.tiers[1], "level", TRACK, 5 * RATIO + 7)
    knots = track_at(TRACK, SLOW_HZ, 10)
    expected = np.interp(np.arange(5 * RATIO + 7) / RATIO, np.arange(10), knots)
    np.testing.assert_allclose(told, expected, atol=1e-12)
    # Where a file ends, its last value is held.
    end = conditioning_at(stack, stack.tiers[1], "level", TRACK, 4 * RATE_HZ)
    np.testing.assert_allclose(end[-10:], TRACK.values[-1])


def test_what_a_tier_hears_lags_as_much_apart_as_it_will_live() -> None:
    stack = three_tiers()
    top, middle, audio = stack.tiers
    assert tier_delay_s(stack, top) == 0
    assert stream_delay_s(stack, "level") == tier_delay_s(stack, middle) == Fraction(1, 125)
    assert stream_delay_s(stack, "mid") == tier_delay_s(stack, audio) == Fraction(1, 100)
    count, ahead = 1000, np.arange(RATE_HZ)
    # The engine's input at its step t, with every tier's values made from the recording as
    # late as that tier's own conditioning was.
    late = round(Fraction(1, 125) * 500)
    level = streamed(track_at(TRACK, 125, 400), RATE_HZ // 125, "linear")
    made = np.concatenate([np.full(late, TRACK.values[0]), track_at(TRACK, 500, 1000)])
    mid = streamed(made, RATE_HZ // 500, "linear")
    fill = track_at(TRACK, RATE_HZ, 20_000)
    lag = RATE_HZ // 100
    for name, live in (("mid", mid), ("level", level), ("fill", fill)):
        told = conditioning_at(stack, audio, name, TRACK, count)
        np.testing.assert_allclose(told, live[ahead[:count] + lag], atol=1e-9, err_msg=name)


def test_holding_does_not_lag() -> None:
    stack = three_tiers("hold")
    audio = stack.tiers[2]
    assert tier_delay_s(stack, audio) == 0
    told = conditioning_at(stack, audio, "mid", TRACK, 100)
    np.testing.assert_allclose(told, np.repeat(track_at(TRACK, 500, 7), 16)[:100])


def test_load(tmp_path: Path) -> None:
    stack = two_tiers(write_set(tmp_path / "set"))
    top, audio = (load_tier_data(stack, tier, 2) for tier in stack.tiers)
    assert audio.generated.dtype == np.uint8
    assert audio.generated.max() < 32
    assert audio.lengths.tolist() == [12000] * 3
    assert audio.train_lengths.tolist() == [10800] * 3
    assert audio.starts.tolist() == [0, 12000, 24000]
    assert audio.conditioning.shape == (36000, 2)
    assert top.generated.shape == (3 * 187, 2)
    fill = track_at(read_params(tmp_path / "set" / "take1.params")["fill"], 125, 187)
    np.testing.assert_allclose(top.conditioning[187:374, 0], fill, atol=1e-6)
    np.testing.assert_allclose(top.generated[187:374, 1], 1 - fill, atol=1e-6)


def test_values_in_units_go_through_the_range(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", files=1)
    tracks = read_params(folder / "take0.params")
    hertz = Track(tracks["tone"].times, 100 + 400 * tracks["tone"].values, "Hz", 100, 500)
    write_params(folder / "take0.params", "take0.wav", {**tracks, "tone": hertz})
    raw = raw_stack(folder)
    raw["parameters"][2] |= {"minimum": 100, "maximum": 500, "default": 100}
    stack = parse_stack(raw, "test")
    made = load_tier_data(stack, stack.tiers[0], 2).generated
    np.testing.assert_allclose(made[:, 1], track_at(tracks["tone"], 125, 187), atol=1e-6)
    raw["parameters"][2]["maximum"] = 400
    stack = parse_stack(raw, "test")
    with pytest.raises(InputError, match=r"take0\.params: 'tone' goes from 100 to 500, outside"):
        load_tier_data(stack, stack.tiers[0], 2)


def test_what_is_refused(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    raw = raw_stack(folder)
    raw["parameters"][0]["field"] = "water"
    stack = parse_stack(raw, "test")
    with pytest.raises(InputError, match=r"take0\.params: no parameter 'water'; it has fill, "):
        load_tier_data(stack, stack.tiers[0], 2)
    stack = two_tiers(folder)
    with pytest.raises(InputError, match=r"take0\.wav: 187 steps of tier 'top' are too few"):
        load_tier_data(stack, stack.tiers[0], 200)
    with pytest.raises(InputError, match="no such folder of recordings"):
        load_tier_data(two_tiers(tmp_path / "none"), stack.tiers[0], 2)


def test_recordings_of_another_rate_are_converted(tmp_path: Path) -> None:
    stack = two_tiers(write_set(tmp_path / "set"))
    expected = load_tier_data(stack, stack.tiers[1], 2)
    other = two_tiers(tmp_path / "set", {"rate_hz": 16000})
    made = load_tier_data(other, other.tiers[1], 2)
    np.testing.assert_array_equal(made.lengths, 2 * expected.lengths)
    np.testing.assert_allclose(made.conditioning[::2], expected.conditioning, atol=0.02)


def test_what_is_held_out_may_be_before_the_silence(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    for path in folder.glob("*.wav"):
        audio, rate_hz = sf.read(path)
        sf.write(path, np.concatenate([audio, np.zeros(rate_hz)]), rate_hz)
    raw = raw_stack(folder)
    raw["data"]["held_out_from"] = "sound"
    for number, plain in enumerate(two_tiers(folder).tiers):
        whole = load_tier_data(two_tiers(folder), plain, 2)
        stack = parse_stack(raw, "test")
        cut = load_tier_data(stack, stack.tiers[number], 2)
        np.testing.assert_allclose(whole.lengths / plain.rate_hz, 2.5, atol=0.01)
        np.testing.assert_allclose(cut.lengths / plain.rate_hz, 1.52, atol=0.02)
        np.testing.assert_array_equal(
            cut.generated[: cut.lengths[0]], whole.generated[: cut.lengths[0]]
        )
