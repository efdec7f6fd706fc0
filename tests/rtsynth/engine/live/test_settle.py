"""The sound has stopped: what was due by then counts, what is for later is forgotten."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.settle import settle
from rtsynth.engine.program.layout import (
    BUILT_IN,
    GAIN,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET,
    TARGET_SEED,
    voice_target,
)
from rtsynth.host.voice import make_voice
from tests.rtsynth.engine.driver import Driver, started

PITCH = BUILT_IN + 2


def target_of(driver: Driver, row: int, voice: int = 0) -> float:
    assert driver.voice is not None
    size = driver.voice.arena.size // driver.voice.voices
    at = voice * size + HEADER_FLOATS + row * PARAMETER_FLOATS + TARGET
    return float(driver.voice.arena[at])


def playing(compiled: Compiled) -> Driver:
    driver = started(compiled, 48_000)
    driver.run(640, 64)
    return driver


@pytest.mark.parametrize("queued", [False, True])
def test_a_slot_has_what_was_due_and_forgets_what_is_later(
    compiled: Compiled, *, queued: bool
) -> None:
    """Whether the audio thread has taken it off the ring, or has not."""
    driver = playing(compiled)
    frames = driver.core.counter(sh.FRAMES)
    driver.push(PITCH, 0.25, frames + 300)
    driver.push(GAIN, 0.125, frames + 500)
    driver.push(PITCH, 0.75, frames + 520)
    if queued:
        driver.run(64, 64)
    settle(driver.core.words, frames + 500)
    assert target_of(driver, GAIN) == 0.125
    assert target_of(driver, PITCH) == 0.25
    assert driver.core.counter(sh.EVENT_TAIL) == driver.core.counter(sh.EVENT_HEAD)
    driver.run(1000, 64)
    assert target_of(driver, PITCH) == 0.25


def test_what_is_for_now_counts(compiled: Compiled) -> None:
    driver = playing(compiled)
    driver.push(GAIN, 0.125)
    settle(driver.core.words, sh.NOW)
    assert target_of(driver, GAIN) == 0.125


def test_the_mixer_does_the_same(compiled: Compiled) -> None:
    driver = playing(compiled)
    core, frames = driver.core, driver.core.counter(sh.FRAMES)
    core.push_setting(sh.PAN, 0.5, frames + 100)
    core.push_setting(sh.MUTE, 1.0, frames + 101)
    driver.run(1, 1)
    settle(core.words, frames + 100)
    assert core.mixer.settings[sh.PAN] == 0.5
    driver.run_all(1000, 64)
    assert core.mixer.settings[sh.MUTE] == 0.0
    assert core.counter(sh.SETTING_COUNT) == 0


def test_a_note_that_ends_later_ends(compiled: Compiled) -> None:
    driver = playing(compiled)
    voice = driver.voice = make_voice(compiled, 48_000, 3, 2)
    driver.core.play(0, voice)
    driver.run(2048, 64)
    frames = driver.core.counter(sh.FRAMES)
    for number in range(2):
        driver.push(voice_target(GATE, number), 1.0)
    driver.run(64, 64)
    driver.push(voice_target(GATE, 1), 0.0, frames + 5000)
    driver.push(voice_target(GATE, 0), 0.5, frames + 5000)
    settle(driver.core.words, frames + 100)
    assert (target_of(driver, GATE, 0), target_of(driver, GATE, 1)) == (1.0, 0.0)


def test_more_than_a_queue_holds(compiled: Compiled) -> None:
    """The last of many values for one time stays, as it would in a block."""
    driver = playing(compiled)
    for number in range(3 * sh.QUEUE_CAPACITY):
        assert driver.push(GAIN, number / 4096)
    settle(driver.core.words, sh.NOW)
    assert target_of(driver, GAIN) == (3 * sh.QUEUE_CAPACITY - 1) / 4096


def test_what_goes_on_is_what_would_have(compiled: Compiled) -> None:
    """Nothing waits: nothing is changed. And a voice that has not been seen yet gets its events."""
    driver, plain = playing(compiled), playing(compiled)
    settle(driver.core.words, sh.NOW)
    np.testing.assert_array_equal(driver.run(1000, 64), plain.run(1000, 64))
    voice = driver.voice = make_voice(compiled, 48_000, 3)
    driver.core.play(0, voice)
    driver.push(TARGET_SEED, 99.0)
    driver.push(GAIN, 0.25)
    settle(driver.core.words, sh.NOW)
    assert target_of(driver, GAIN) == 0.25
