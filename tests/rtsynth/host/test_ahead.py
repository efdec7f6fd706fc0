"""What is computed ahead is the same sound, and what is not there in time is reported."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import TARGET_SEED
from rtsynth.host.ahead import AheadThread
from tests.rtsynth.engine.driver import Driver, started
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system

RATE_HZ = 48_000


@contextmanager
def ahead_of(driver: Driver, frames: int) -> Iterator[AheadThread]:
    """The driver's engine computes so far ahead."""
    driver.core.set_ahead(frames)
    thread = AheadThread(driver.core)
    thread.start()
    try:
        assert thread.wait_until_full(10.0)
        yield thread
    finally:
        thread.stop()


def _play(driver: Driver, thread: AheadThread, frames: int, block: int) -> np.ndarray:
    out = []
    for first in range(0, frames, block):
        out.append(driver.run(min(block, frames - first), block))
        assert thread.wait_until_full(10.0)
    return np.concatenate(out)


@pytest.mark.parametrize(("frames", "block"), [(800, 64), (4800, 128), (30_000, 1000)])
def test_it_is_the_same_sound_to_the_bit(compiled: Compiled, frames: int, block: int) -> None:
    expected = started(compiled, RATE_HZ).run(20_000, 128)
    driver = started(compiled, RATE_HZ)
    with ahead_of(driver, frames) as thread:
        heard = _play(driver, thread, 20_000, block)
    np.testing.assert_array_equal(heard, expected)
    assert driver.core.counter(sh.XRUNS) == 0
    assert driver.core.counter(sh.PLAYED) == 20_000


def test_it_is_never_further_ahead_than_wanted(compiled: Compiled) -> None:
    driver = started(compiled, RATE_HZ)
    with ahead_of(driver, 1000) as thread:
        for _ in range(50):
            _play(driver, thread, 100, 100)
            left = driver.core.counter(sh.OUT_HEAD) - driver.core.counter(sh.PLAYED)
            assert 1100 - driver.core.counter(sh.STEP_FRAMES) < left <= 1100


@pytest.mark.parametrize("block", [480, 1024, 4096])
def test_blocks_longer_than_it_lack_nothing(compiled: Compiled, block: int) -> None:
    """A block is always there in whole, however little is ahead of it."""
    driver = started(compiled, RATE_HZ)
    driver.core.set_device(RATE_HZ, block)
    with ahead_of(driver, 100) as thread:
        _play(driver, thread, 5 * block, block)
    assert driver.core.counter(sh.XRUNS) == 0


def test_one_callback_is_one_xrun(compiled: Compiled) -> None:
    driver = started(compiled, RATE_HZ)
    driver.core.set_ahead(100)  # and nobody computes
    driver.run(64, 64, flags=4)  # paOutputUnderflow
    assert driver.core.counter(sh.XRUNS) == 1


def test_what_is_not_there_is_silence_and_counted_and_comes_later(compiled: Compiled) -> None:
    expected = started(compiled, RATE_HZ).run(2000, 128)
    driver = started(compiled, RATE_HZ)
    with ahead_of(driver, 800):
        pass  # it has computed what there is room for, and ended
    ready = driver.core.counter(sh.OUT_HEAD)
    assert 700 < ready <= 800
    late = driver.run(1000, 1000)
    np.testing.assert_array_equal(late[:ready], expected[:ready])
    assert not late[ready:].any()
    assert driver.core.counter(sh.XRUNS) == 1
    assert driver.core.counter(sh.PLAYED) == ready
    driver.run(64, 64)
    assert driver.core.counter(sh.XRUNS) == 2
    with ahead_of(driver, 800) as thread:
        np.testing.assert_array_equal(_play(driver, thread, 400, 64), expected[ready : ready + 400])


def test_timed_changes_are_equally_late_and_sooner_than_what_is_computed(
    compiled: Compiled,
) -> None:
    """And none is late for its own frame."""
    driver = started(compiled, RATE_HZ)
    sooner = 0
    with ahead_of(driver, 24_000) as thread:
        for _ in range(20):
            _play(driver, thread, 128, 128)
            time.sleep(128 / RATE_HZ)  # as a device would
            now = time.monotonic_ns()
            frame = driver.core.frame_at(now)
            played = driver.core.counter(sh.PLAYED)
            assert played < frame
            sooner += frame < played + 12_000
            assert driver.core.frame_at(now + 10_000_000) == pytest.approx(frame + 480, abs=1)
            driver.push(TARGET_SEED, 5.0, frame)
            until(lambda: driver.core.counter(sh.LOOKED) == driver.core.counter(sh.EVENT_HEAD))
        _play(driver, thread, 30_000, 128)
    assert driver.core.counter(sh.LATE_EVENTS) == 0
    assert driver.core.counter(sh.BACKS) > 0
    assert sooner > 10  # some `sleep` may have been long


def test_what_was_played_is_what_can_be_read(compiled: Compiled) -> None:
    driver = started(compiled, RATE_HZ)
    with ahead_of(driver, 4800) as thread:
        audio = _play(driver, thread, 3000, 128)
        head, heard = driver.core.read_output(0)
    assert head == 3000
    np.testing.assert_array_equal(heard, audio)
