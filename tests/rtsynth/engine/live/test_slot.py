"""Timed events of a slot: each at its frame, late ones counted, none lost without a word."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.controls import place
from rtsynth.compiler.modulation import place_depths
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CLOCK,
    CONFIG_MODULATION,
    FOLLOW,
    FOLLOW_ATTACK,
    FOLLOW_RELEASE,
    FOLLOWER,
    GAIN,
    GLIDE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    SLOT_PEAK,
    SOURCES,
    STRETCH_PEAK,
    TARGET_DEPTH,
    TARGET_FORGET,
    TARGET_SEED,
    header_of,
)
from rtsynth.engine.run.modulators import STEP
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import Voice, make_voice
from tests.rtsynth.engine.driver import Driver, started

F32 = NDArray[np.float32]


def test_events_take_effect_at_their_frame(compiled: Compiled) -> None:
    """A reseed at a device frame changes nothing before it (but for the delay of one sample)."""
    plain = started(compiled, 16_000).run(2000, 128)
    for frame in (129, 500, 1023, 1024, 1025):
        driver = started(compiled, 16_000)
        first = driver.run(128, 128)
        assert driver.push(TARGET_SEED, 77.0, frame)
        audio = np.concatenate([first, driver.run(1872, 128)])
        np.testing.assert_array_equal(audio[: frame + 1], plain[: frame + 1])
        assert np.mean(audio[frame + 1 : frame + 51] != plain[frame + 1 : frame + 51]) > 0.5


def test_late_events_act_now_and_are_counted(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    driver.run(1000, 100)
    driver.push(BUILT_IN + 2, 76.0, 500)
    driver.push(BUILT_IN + 2, 70.0, sh.NOW)
    driver.run(100, 100)
    assert driver.core.counter(sh.LATE_EVENTS) == 1


def test_events_for_a_voice_that_is_gone_are_let_go(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    stranger = make_voice(compiled, 48_000)
    before = stranger.words.copy()
    for _ in range(15):
        assert driver.core.push(stranger, GAIN, 0.0)
    driver.run(100, 100)
    assert driver.core.words[sh.EVENT_TAIL] == driver.core.words[sh.EVENT_HEAD] == 15
    np.testing.assert_array_equal(stranger.words, before)


def test_an_event_for_a_freed_voice_never_reaches_one_at_its_address(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    driver.run(640, 64)
    freed = driver.voice
    assert freed is not None
    driver.core.play(0, None)
    driver.run(4096, 512)
    fresh = make_voice(compiled, 48_000)
    freed.words[:] = fresh.words  # its memory is used again
    driver.voice = replace(fresh, words=freed.words)
    assert driver.voice.address == freed.address
    driver.core.play(0, driver.voice)
    gain = HEADER_FLOATS + GAIN * PARAMETER_FLOATS
    assert driver.core.push(freed, GAIN, 0.125)  # somebody still moves a knob of the old one
    driver.run(4096, 512)
    assert driver.core.words[sh.EVENT_TAIL] == driver.core.words[sh.EVENT_HEAD]
    assert driver.voice.arena[gain] == 1.0
    assert driver.push(GAIN, 0.25)
    driver.run(4096, 512)
    assert driver.voice.arena[gain] == 0.25


def test_events_for_the_next_voice_wait_for_it(compiled: Compiled) -> None:
    """Published while an earlier change of plugin still fades."""
    driver = started(compiled, 48_000)
    driver.run(640, 64)
    driver.core.play(0, make_voice(compiled, 48_000))
    driver.run(64, 64)
    assert driver.core.counter(sh.FADING)
    driver.voice = make_voice(compiled, 48_000)
    sh.write_word(driver.core.words, sh.NEXT, driver.voice.address)
    driver.push(BUILT_IN + 2, 76.0)
    driver.run(64, 64)
    assert driver.core.counter(sh.CURRENT) != driver.voice.address
    driver.run(4800, 64)
    assert driver.core.counter(sh.CURRENT) == driver.voice.address
    row = HEADER_FLOATS + (BUILT_IN + 2) * PARAMETER_FLOATS
    assert driver.voice.arena[row] == 76


def test_a_full_ring_says_so_and_recovers(compiled: Compiled) -> None:
    driver = started(compiled, 48_000)
    taken = sum(driver.push(GAIN, 1.0) for _ in range(sh.EVENT_CAPACITY + 10))
    assert taken == sh.EVENT_CAPACITY
    driver.run(256, 64)
    assert driver.push(GAIN, 1.0)


def test_a_flood_ends_at_the_last_value(compiled: Compiled) -> None:
    """However many changes come at once, the last one is where a knob ends up."""
    driver = started(compiled, 16_000)
    driver.run(128, 128)
    for step in range(5000):
        assert driver.push(GAIN, step / 4999)
    driver.push(GAIN, 0.0)
    driver.run(2000, 128)
    np.testing.assert_array_equal(driver.run(500, 128), np.zeros(500))
    assert driver.core.counter(sh.LOST_EVENTS) == 0


def test_a_queue_full_of_later_events_still_lets_a_knob_move(compiled: Compiled) -> None:
    driver = started(compiled, 16_000)
    driver.run(128, 128)
    for step in range(sh.QUEUE_CAPACITY):
        assert driver.push(GAIN, 0.4, 100_000 + step)
    driver.push(GAIN, 0.4, 500_000)  # further ahead than all that are kept
    driver.push(GAIN, 0.0)
    driver.run(1000, 128)
    np.testing.assert_array_equal(driver.run(500, 128), np.zeros(500))
    assert driver.core.counter(sh.LOST_EVENTS) == 2


@pytest.mark.parametrize("frame", [sh.NOW, 1500])
def test_what_is_for_later_is_forgotten(compiled: Compiled, frame: int) -> None:
    """Behind a time, or all of it; what came before the word stays, what comes after it is kept."""
    driver = started(compiled, 16_000)
    driver.run(128, 128)
    row = HEADER_FLOATS + (BUILT_IN + 2) * PARAMETER_FLOATS
    for at, pitch in ((1000, 71.0), (1400, 72.0), (2000, 73.0), (3000, 74.0)):
        driver.push(BUILT_IN + 2, pitch, at)
    driver.push(TARGET_FORGET, 0.0, frame)
    driver.push(BUILT_IN + 2, 66.0, 4000)
    driver.run(3200, 128)
    assert driver.voice.arena[row] == (69.0 if frame == sh.NOW else 72.0)
    driver.run(1600, 128)
    assert driver.voice.arena[row] == 66.0
    assert driver.core.counter(sh.LOST_EVENTS) == 0


def two_that_follow(compiled: Compiled) -> tuple[Driver, list[Voice], F32]:
    """Slot 2 follows slot 1, which is computed before it; slot 1 follows slot 2, a stretch late."""
    core = EngineCore(16_000, 2)
    voices = [make_voice(compiled, 16_000, seed) for seed in (3, 4)]
    for slot, voice in enumerate(voices):
        place(voice.arena, FOLLOW, 2.0 - slot)
        for setting in (FOLLOW_ATTACK, FOLLOW_RELEASE):  # the follower is where the peak was
            place(voice.arena, setting, 0.0)
        place_depths(compiled.program, voice.arena, [(TARGET_DEPTH + SOURCES * GLIDE + 2, 0.1)])
        core.play(slot, voice)
    return Driver(core), voices, core._rings[sh.FLOATS][sh.SLOT_PEAKS :]


def test_a_voice_follows_another_slot_by_its_last_stretch(compiled: Compiled) -> None:
    driver, voices, peaks = two_that_follow(compiled)
    at = int(compiled.program.config[CONFIG_MODULATION]) + STRETCH_PEAK
    for _ in range(20):
        before = peaks[:2].copy()
        driver.run_all(64, 64)
        assert [voice.arena[at] for voice in voices] == [before[1], peaks[0]]
    assert (peaks[:2] > 0.05).all()
    assert not peaks[2:].any()
    driver.core.play(0, None)
    driver.run_all(8192, 64)
    assert peaks[0] == 0.0 == voices[1].arena[at]


@pytest.mark.parametrize("frames", [1, 9, 16, 40])
def test_no_peak_is_missed_in_short_blocks(compiled: Compiled, frames: int) -> None:
    """The follower has the largest of all stretches since it looked last, the latest included."""
    driver, voices, peaks = two_that_follow(compiled)
    follower = int(compiled.program.config[CONFIG_MODULATION]) + FOLLOWER
    header = header_of(voices[1].arena)
    driver.run_all(64, 64)  # with what is computed ahead
    since: list[float] = []
    missed = 0  # where the last stretch alone would not do
    start, has_looked = int(header[CLOCK]), False
    for _ in range(3200 // frames):
        driver.run_all(frames, frames)
        since.append(float(peaks[0]))
        if -(-start // STEP) * STEP < header[CLOCK]:
            if has_looked:
                assert voices[1].arena[follower] == max(since)
                missed += max(since) > since[-1]
            has_looked = True
            since.clear()
        start = int(header[CLOCK])
    assert missed > 3


def test_a_peak_lasts_for_all_steps_of_a_long_stretch(compiled: Compiled) -> None:
    driver, voices, peaks = two_that_follow(compiled)
    follower = int(compiled.program.config[CONFIG_MODULATION]) + FOLLOWER
    driver.run_all(64, 64)
    for _ in range(10):
        driver.run_all(sh.CHUNK_FRAMES, sh.CHUNK_FRAMES)
        assert voices[1].arena[follower] == peaks[0] > 0


def test_peaks_of_a_slot_that_is_followed_no_longer_do_not_count(compiled: Compiled) -> None:
    """Slot 1 was louder than silence; slot 3, which is empty, is followed within the same step."""
    driver, voices, peaks = two_that_follow(compiled)
    at = int(compiled.program.config[CONFIG_MODULATION])
    driver.run_all(64, 64)
    while voices[1].arena[at + SLOT_PEAK] == 0.0:
        driver.run_all(1, 1)
    driver.core.push(voices[1], FOLLOW, 3.0)
    driver.run_all(1, 1)  # takes effect in it
    driver.run_all(1, 1)
    assert peaks[0] > 0.0
    assert voices[1].arena[at + SLOT_PEAK] == 0.0
    driver.run_all(STEP, 1)
    assert voices[1].arena[at + FOLLOWER] == 0.0
