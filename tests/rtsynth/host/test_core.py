"""Live equals offline, to the bit; plugins swapped and mixed; device time and engine time."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.controls import place
from rtsynth.compiler.modulation import depths_of, place_depths
from rtsynth.engine.kernels.limiter import lookahead_frames
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    BUILT_IN,
    FOLLOW,
    GAIN,
    OWN_SOUND,
    TARGET_RESET,
    TARGET_SEED,
    Events,
    header_of,
    no_events,
)
from rtsynth.engine.run.render import render_block
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import Voice, make_voice
from rtsynth.offline.render import render
from tests.rtsynth.engine.driver import Driver, started
from tests.rtsynth.engine.kernels.test_resample import convert

PITCH = BUILT_IN + 2
FRAMES = 6000
QUIET = 0.4  # the limiter leaves the random plugin alone


def _offline(compiled: Compiled, samples: int, events: Events | None = None) -> NDArray[np.float32]:
    arena = new_arena(compiled, 3)
    place(arena, GAIN, QUIET)
    out = np.empty(samples, np.float32)
    render_block(compiled.program, header_of(arena), arena, events or no_events(), 0, out)
    return out


def _faded_in(
    compiled: Compiled, rate_hz: int, prepare: Callable[[Voice], None] = lambda _: None
) -> tuple[Driver, int]:
    """A driver whose master is fully up, with the plugin published, and the frame it begins at."""
    core = EngineCore(rate_hz, 2)
    core.set_master(True)
    driver = Driver(core)
    driver.run(rate_hz // 40, 37)
    voice = make_voice(compiled, rate_hz, 3)
    place(voice.arena, GAIN, QUIET)
    prepare(voice)
    core.play(0, voice)
    driver.voice = voice
    origin = core.counter(sh.FRAMES)
    driver.catch_up()
    return driver, origin


@pytest.mark.parametrize("block", [1, 7, 64, 333, 1500])
@pytest.mark.parametrize("rate_hz", [16_000, 48_000, 44_100])
def test_live_is_offline_to_the_bit(compiled: Compiled, rate_hz: int, block: int) -> None:
    """At equal rates one sample later; at others, what the converter makes of the whole."""
    driver, _ = _faded_in(compiled, rate_hz)
    frames = 1200 if block == 1 else FRAMES
    live = driver.run(frames, block)
    expected = convert(_offline(compiled, FRAMES + 100), 16_000, rate_hz)[:frames]
    assert np.abs(live).max() > 0.1
    np.testing.assert_array_equal(live.view(np.int32), expected.view(np.int32))
    if rate_hz == 16_000:
        np.testing.assert_array_equal(live[1:], _offline(compiled, frames - 1))


@pytest.mark.parametrize("block", [7, 64, 1024])
@pytest.mark.parametrize("rate_hz", [16_000, 48_000, 44_100])
def test_timed_events_live_are_those_offline(compiled: Compiled, rate_hz: int, block: int) -> None:
    """An event at a device frame acts at the first sample of the voice at or after it."""
    driver, origin = _faded_in(compiled, rate_hz)
    driver.run(1, 1)  # the voice's clock starts here
    rows = [(500, PITCH, 76.0), (511, TARGET_SEED, 5.0), (1024, TARGET_RESET, 0.0),
            (1025, PITCH, 64.0), (1025, PITCH, 66.0), (2999, BUILT_IN, 1.0)]  # fmt: skip
    # Not in order: the queue sorts them.
    for frame, target, value in [rows[2], rows[0], rows[1], *rows[3:]]:
        driver.push(target, value, origin + frame)
    live = driver.run(FRAMES - 1, block)
    samples = [-(-frame * 16_000 // rate_hz) for frame, _, _ in rows]
    events = Events(
        np.array(samples, np.int64),
        np.array([target for _, target, _ in rows], np.int32),
        np.array([value for _, _, value in rows], np.float64),
    )
    expected = convert(_offline(compiled, FRAMES + 100, events), 16_000, rate_hz)[1:FRAMES]
    np.testing.assert_array_equal(live, expected)
    assert driver.core.counter(sh.LATE_EVENTS) == 0


@pytest.mark.parametrize("block", [7, 64, 1024])
def test_modulation_live_is_that_of_render(compiled: Compiled, block: int) -> None:
    """LFO, walk and follower; at equal rates a sample later."""
    depths = {("lfo1", "pitch"): 0.3, ("follow", "instrument"): 0.9, ("walk", "amplitude"): 0.5}

    def prepare(voice: Voice) -> None:
        place(voice.arena, FOLLOW, OWN_SOUND)
        placed = depths_of(compiled.plugin, depths).items()
        place_depths(compiled.program, voice.arena, placed)

    driver, _ = _faded_in(compiled, 16_000, prepare)
    live = driver.run(FRAMES, block)
    controls = {"gain": 20 * np.log10(QUIET), "follow": -1}
    offline = render(compiled, FRAMES / 16_000, controls, 3, modulation=depths, block_frames=333)
    np.testing.assert_array_equal(live[1:], offline[:-1])
    assert not np.array_equal(offline, _offline(compiled, FRAMES))


def test_slots_are_added(compiled: Compiled) -> None:
    alone = [started(compiled, 48_000, seed=seed, gain=0.2).run(3000, 64) for seed in (1, 2)]
    core = EngineCore(48_000, 2)
    core.set_master(True)
    for slot, seed in ((3, 1), (15, 2)):
        voice = make_voice(compiled, 48_000, seed)
        place(voice.arena, GAIN, 0.2)
        core.play(slot, voice)
    mixed = Driver(core).run(3000, 64)
    np.testing.assert_allclose(mixed, alone[0] + alone[1], atol=1e-7)


def test_a_swap_fades_over(compiled: Compiled) -> None:
    """Both voices sound in the proportion of a straight line 1024 frames long, sample by sample."""
    old, new = (started(compiled, 48_000, seed=seed) for seed in (1, 2))
    for driver in (old, new):
        driver.run(4800, 64)
    voice = make_voice(compiled, 48_000, 9)
    place(voice.arena, GAIN, 0.3)
    old_goes_on = started(compiled, 48_000, seed=1)
    old_goes_on.run(4800, 64)
    old.core.play(0, voice)
    for driver in (old, old_goes_on):
        driver.catch_up()
    heard = old.run(3000, 64)
    assert old.core.counter(sh.FADING) == 0
    assert old.core.counter(sh.CURRENT) == voice.address
    alone = _alone(compiled, voice_seed=9, gain=0.3, frames=3000)
    weight = np.maximum(1 - np.arange(3000) / 1024, 0)
    expected = old_goes_on.run(3000, 64) * weight + alone * (1 - weight)
    np.testing.assert_allclose(heard, expected, atol=1e-6)
    # No click: nothing but the material moves, so no step is larger than the material's own.
    steps = np.abs(np.diff(heard)).max()
    own = max(np.abs(np.diff(part)).max() for part in (old_goes_on.run(3000, 64), alone))
    assert steps <= own


def _alone(compiled: Compiled, voice_seed: int, gain: float, frames: int) -> NDArray[np.float32]:
    """A voice from its start, heard through a master that is fully up."""
    core = EngineCore(48_000, 2)
    core.set_master(True)
    driver = Driver(core)
    driver.run(1200, 64)
    voice = make_voice(compiled, 48_000, voice_seed)
    place(voice.arena, GAIN, gain)
    core.play(0, voice)
    driver.catch_up()
    return driver.run(frames, 64)


def test_an_emptied_slot_fades_out(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    driver.run(4800, 64)
    driver.core.play(0, None)
    driver.catch_up()
    heard = driver.run(3000, 64)
    assert np.abs(heard[:512]).max() > 0.01
    assert np.all(np.abs(heard[1024:]) == 0)
    assert driver.core.counter(sh.CURRENT) == 0


def test_old_voices_are_let_go(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    for seed in range(20):
        driver.core.play(seed % 2, make_voice(compiled, 48_000, seed))
        driver.run(2048, 64)
    # Two that play, the newest that replaced one of them, and one still to be forgotten.
    assert len(driver.core._alive) <= 4


def test_device_time_of_a_clock_time(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    assert driver.core.frame_at(time.monotonic_ns()) == sh.NOW  # nothing has been called back
    driver.run(64, 64)
    began = driver.core.counter(sh.ANCHOR_NS)
    assert driver.core.counter(sh.ANCHOR_FRAME) == 0
    ahead = lookahead_frames(48_000)
    assert driver.core.frame_at(began) == 64 + ahead
    assert driver.core.frame_at(began + 10_000_000) == 64 + ahead + 480
    driver.run(640, 64)
    assert driver.core.counter(sh.ANCHOR_FRAME) == 640
    assert driver.core.frame_at(began - 10_000_000_000) == 0


def test_the_clock_is_pythons(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    before = time.monotonic_ns()
    driver.run(64, 64)
    assert before <= driver.core.counter(sh.ANCHOR_NS) <= time.monotonic_ns()
