"""What an engine computes: counters, rings, channels, fades, limiter and meters."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.kernels.limiter import CEILING, lookahead_frames
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    GAIN,
)
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import make_voice
from tests.rtsynth.engine.driver import Driver, started


def test_counters_and_rings(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    core = driver.core
    audio = driver.run(1000, 64)
    assert core.counter(sh.CALLBACKS) == 16
    assert core.counter(sh.OUT_HEAD) == 1000
    assert core.counter(sh.FRAMES) == 1000 + lookahead_frames(48_000)
    assert core.counter(sh.BLOCK_FRAMES) == 1000 % 64
    assert core.counter(sh.XRUNS) == 0
    driver.run(64, 64, flags=4)  # paOutputUnderflow
    driver.run(64, 64, flags=8)  # paOutputOverflow, which is not ours
    assert core.counter(sh.XRUNS) == 1
    head, heard = core.read_output(0)
    assert head == 1128
    np.testing.assert_array_equal(heard[:1000], audio)
    durations = core.callback_ns()
    assert durations.size == 18
    assert durations.sum() == core.counter(sh.BUSY_NS)
    assert np.all(durations > 0)


def test_the_output_ring_forgets_the_oldest(compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    audio = driver.run(sh.OUT_CAPACITY + 5000, 4096)
    head, heard = driver.core.read_output(0)
    assert head == audio.size
    assert heard.size == sh.OUT_CAPACITY - sh.CHUNK_FRAMES
    np.testing.assert_array_equal(heard, audio[-heard.size :])
    assert driver.core.read_output(head)[1].size == 0


@pytest.mark.parametrize("channels", [1, 2, 7])
def test_the_mix_is_on_the_first_two_channels(compiled: Compiled, channels: int) -> None:
    driver = started(compiled, 48_000, channels)
    audio = driver.run_all(500, 100)
    expected = started(compiled, 48_000, 2).run(500, 100)
    assert audio.shape == (500, channels)
    for channel in range(min(channels, 2)):
        np.testing.assert_array_equal(audio[:, channel], expected)
    assert not audio[:, 2:].any()


def test_without_a_plugin_or_with_master_off_there_is_silence(compiled: Compiled) -> None:
    empty = EngineCore(48_000, 2)
    empty.set_master(True)
    np.testing.assert_array_equal(Driver(empty).run(300, 64), np.zeros(300))
    off = started(compiled, 48_000)
    off.core.set_master(False)
    np.testing.assert_array_equal(off.run(300, 64), np.zeros(300))


def test_master_fades_in_twenty_milliseconds(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    reference = started(compiled, 48_000)
    reference.run(4800, 480)
    driver.run(4800, 480)
    driver.core.set_master(False)
    faded, full = driver.run(1100, 64), reference.run(1100, 64)
    line = np.maximum(1 - np.arange(1, 1101) / 960, 0)
    np.testing.assert_allclose(faded, full * line, atol=1e-4)
    assert np.all(faded[961:] == 0)


def test_the_limiter_is_transparent_below_its_ceiling_and_holds_it(compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    plain = driver.run(8000, 256)
    assert np.abs(plain).max() < CEILING
    driver.push(GAIN, 8.0)
    loud = driver.run(16_000, 256)
    assert np.abs(loud).max() > 0.9
    assert np.abs(loud).max() <= CEILING * (1 + 1e-6)
    # Quiet again, and the limiter lets go, by 17 dB a second.
    driver.push(GAIN, 0.4)
    driver.run(48_000, 256)
    reference = started(compiled, 16_000)
    reference.run(72_000, 256)
    np.testing.assert_array_equal(driver.run(1000, 256), reference.run(1000, 256))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e35])
def test_a_muted_slot_that_is_no_sound_leaves_the_mix_alone(
    compiled: Compiled, value: float
) -> None:
    heard = []
    for broken in (False, True):
        driver = started(compiled, 48_000)
        if broken:
            voice = make_voice(compiled, 48_000, 5)
            driver.core.push_setting(sh.STRIP + sh.MUTE, 1.0)
            driver.core.play(1, voice)
            driver.run(64, 64)
            voice.slot.buffer[:] = value
        else:
            driver.run(64, 64)
        heard.append(driver.run(3000, 64))
    assert np.abs(heard[0]).max() > 0.1
    np.testing.assert_array_equal(heard[1], heard[0])


def test_meters(compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    audio = driver.run(32_000, 128)
    peak, square = driver.core.levels[0]
    assert 0 < peak <= np.abs(audio).max() * (1 + 1e-6)
    assert peak >= np.abs(audio[-128:]).max() * (1 - 1e-6)
    assert square == pytest.approx(np.mean(audio[-16_000:] ** 2), rel=0.3)
    assert np.all(driver.core.levels[1 : sh.MAX_SLOTS] == 0)
    left, right = driver.core.levels[[sh.LEFT_METER, sh.RIGHT_METER]]
    np.testing.assert_array_equal(left, right)
    assert left[0] >= np.abs(audio[-128:]).max() * (1 - 1e-6)
    assert left[1] == pytest.approx(square, rel=0.1)
