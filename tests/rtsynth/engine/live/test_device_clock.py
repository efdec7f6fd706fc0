"""The device's clock, followed through callbacks that are early, late, or not there."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.device_clock import LOST, follow_device

RATE_HZ = 48_000
BLOCK = 128
BEGAN_NS = 10**15 + 12_345
I64 = NDArray[np.int64]
BLOCK_NS = BLOCK / RATE_HZ * 1e9
NS = 300  # what rounding to whole nanoseconds may add up to; a frame has 20,833


def new_engine() -> I64:
    engine = np.zeros(sh.ENGINE_WORDS, np.int64)
    engine[sh.RATE_HZ] = RATE_HZ
    return engine


def played_at_ns(frames: I64, off_by: float = 0.0) -> NDArray[np.float64]:
    """When a device plays frames [n], whose clock is `off_by` slower than it says."""
    return BEGAN_NS + frames / RATE_HZ * (1 + off_by) * 1e9


def follow(engine: I64, frames: I64, at_ns: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far off [n] the clock is after each callback, in nanoseconds."""
    found = np.zeros(frames.size)
    for number, (frame, now_ns) in enumerate(zip(frames, at_ns, strict=True)):
        follow_device(engine, int(frame), int(now_ns))
        assert engine[sh.ANCHOR_FRAME] == frame
        found[number] = engine[sh.ANCHOR_NS]
    return found


def late_by_ns(count: int, most_ns: float, seed: int = 1) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform(0, most_ns, count)


def test_a_device_on_time_is_followed_exactly() -> None:
    frames = np.arange(2000) * BLOCK
    wanted = played_at_ns(frames)
    assert np.abs(follow(new_engine(), frames, wanted) - wanted).max() < NS


def test_late_callbacks_are_averaged() -> None:
    """Up to 1 ms late, each as it comes: their mean, to 50 us after 3 s, and no steps."""
    frames = np.arange(3000) * BLOCK
    wanted = played_at_ns(frames)
    found = follow(new_engine(), frames, wanted + late_by_ns(frames.size, 1e6)) - wanted
    assert np.abs(found[1125:] - 500_000).max() < 50_000
    assert np.abs(np.diff(found[1125:])).max() < 3_000


def test_a_clock_that_is_off_is_followed() -> None:
    """200 millionths, which is more than any sound card."""
    for off_by in (-2e-4, 2e-4):
        frames, engine = np.arange(8000) * BLOCK, new_engine()
        wanted = played_at_ns(frames, off_by)
        found = follow(engine, frames, wanted)
        assert np.abs(found - wanted).max() < 150_000
        assert np.abs(found - wanted)[4000:].max() < 10_000
        assert abs(engine[sh.ANCHOR_PERIOD] / sh.PERIOD_ONE * RATE_HZ / 1e9 - 1 - off_by) < 5e-6


def test_blocks_may_have_any_length() -> None:
    frames = np.cumsum(np.random.default_rng(2).integers(16, 1024, 3000))
    wanted = played_at_ns(frames)
    assert np.abs(follow(new_engine(), frames, wanted) - wanted).max() < NS


def test_one_callback_that_is_very_late_moves_little() -> None:
    frames, engine = np.arange(3000) * BLOCK, new_engine()
    wanted = played_at_ns(frames)
    at_ns = wanted.copy()
    at_ns[2000] += 40e6
    found = follow(engine, frames, at_ns) - wanted
    assert np.abs(found).max() < 20_000


def test_time_that_the_device_lost_is_noticed() -> None:
    """It stood for 30 ms, and goes on from there."""
    frames, engine = np.arange(3000) * BLOCK, new_engine()
    wanted = played_at_ns(frames)
    wanted[2000:] += 30e6
    found = follow(engine, frames, wanted) - wanted
    assert np.abs(found[:2000]).max() < NS
    assert np.abs(found[2000 + LOST :]).max() < NS


def test_a_device_that_was_stopped_starts_anew() -> None:
    frames, engine = np.arange(3000) * BLOCK, new_engine()
    wanted = played_at_ns(frames)
    wanted[2000:] += 3e9
    assert np.abs(follow(engine, frames, wanted) - wanted).max() < NS


def test_frames_that_were_missing_move_the_clock_within_a_block() -> None:
    """A callback had nothing to deliver: the same frame comes again, a block later."""
    frames, engine = np.arange(3000) * BLOCK, new_engine()
    frames[2000:] -= BLOCK
    wanted = played_at_ns(np.arange(3000) * BLOCK)
    found = follow(engine, frames, wanted) - wanted
    assert np.abs(found[:2000]).max() < NS
    assert 0.5 * BLOCK_NS < np.abs(found[2000]) < BLOCK_NS
    assert np.abs(found).max() < BLOCK_NS
    assert np.abs(found[2000 + LOST :]).max() < NS
