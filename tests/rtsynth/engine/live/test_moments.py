"""Going back: what is heard is as if all that changed had been known from the first."""

from collections.abc import Callable

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import moments
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    GAIN,
)
from rtsynth.host.core import EngineCore
from tests.rtsynth.engine.ahead import BLOCK, RATE_HZ, ahead_driver, straight, taken, voice_of

AHEAD = 4800
MARGIN = 15 * RATE_HZ // 1000


def test_an_event_for_now_is_heard_after_the_margin(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    driver.play(6000, BLOCK)
    driver.turns()
    assert driver.left > AHEAD - BLOCK
    driver.push(GAIN, 0.0)
    assert driver.turns(1) == 1
    core, step = driver.core, driver.core.counter(sh.STEP_FRAMES)
    assert core.counter(sh.BACKS) == 1
    ((time, target, _),) = taken(core)
    soonest = core.counter(sh.PLAYED) + BLOCK + MARGIN
    assert target == GAIN
    assert soonest <= time - core.counter(sh.LOOKAHEAD) < soonest + step
    assert core.counter(sh.FRAMES) == time + step
    heard = driver.play(6000, BLOCK)
    expected = straight(compiled, [(time, GAIN, 0.0)], 12_000)[6000:]
    np.testing.assert_array_equal(heard, expected)
    assert not heard[-100:].any()
    assert core.counter(sh.LATE_EVENTS) == 0


def test_without_anything_new_it_never_goes_back(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    np.testing.assert_array_equal(driver.play(9000, BLOCK), straight(compiled, [], 9000))
    assert driver.core.counter(sh.BACKS) == 0


def test_what_is_for_later_than_the_head_needs_no_going_back(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    driver.play(1000, BLOCK)
    driver.turns()
    time = driver.core.counter(sh.FRAMES)
    driver.push(GAIN, 0.1, time)
    heard = driver.play(9000, BLOCK)
    assert driver.core.counter(sh.BACKS) == 0
    np.testing.assert_array_equal(heard, straight(compiled, [(time, GAIN, 0.1)], 10_000)[1000:])


def test_it_goes_back_no_further_than_it_has_to(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    driver.play(1000, BLOCK)
    driver.turns()
    core, step = driver.core, driver.core.counter(sh.STEP_FRAMES)
    time = core.counter(sh.FRAMES) - 10 * step - 7
    driver.push(GAIN, 0.1, time)
    driver.turns(1)
    assert core.counter(sh.BACKS) == 1
    assert time - step <= core.counter(sh.FRAMES) - step <= time
    assert core.counter(sh.LATE_EVENTS) == 0


def test_several_at_once_are_one_going_back(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    driver.play(1000, BLOCK)
    driver.turns()
    for value in (0.1, 0.2, 0.3):
        driver.push(GAIN, value)
    driver.turns()
    assert driver.core.counter(sh.BACKS) == 1
    assert [value for _, _, value in taken(driver.core)] == [0.1, 0.2, 0.3]


def test_of_two_changes_for_now_the_later_one_stays(compiled: Compiled) -> None:
    """Also where the margin has become smaller, and the second could be heard sooner."""
    driver = ahead_driver(compiled)
    driver.play(1000, BLOCK)
    driver.core.words[sh.MARGIN] = 3000
    driver.turns()
    driver.push(GAIN, 0.5)
    driver.turns()
    driver.core.words[sh.MARGIN] = 500
    driver.push(GAIN, 0.0)
    driver.turns()
    heard = driver.play(6000, BLOCK)
    first, second = taken(driver.core)
    assert first[0] <= second[0]
    np.testing.assert_array_equal(heard, straight(compiled, [first, second], 7000)[1000:])
    assert not heard[-1000:].any()


def test_what_the_device_may_be_taking_is_left_alone(compiled: Compiled) -> None:
    """A callback has claimed more than it should while it was looked for a moment."""
    driver = ahead_driver(compiled)
    driver.play(1000, BLOCK)
    driver.turns()
    core = driver.core
    head, ring = core.counter(sh.OUT_HEAD), core.out_ring.copy()
    core.words[sh.CLAIM] = head  # all of it
    driver.push(GAIN, 0.0)
    assert not moments.go_back(core.words, 0)
    assert core.counter(sh.OUT_HEAD) == head
    assert core.counter(sh.BACKS) == 0
    np.testing.assert_array_equal(core.out_ring, ring)


def test_a_claim_that_comes_in_between_is_seen(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`go_back` in Python, with the callback in the middle of it."""
    driver = ahead_driver(compiled)
    driver.play(1000, BLOCK)
    driver.turns()
    core, looked = driver.core, list[int]()
    head, wanted = core.counter(sh.OUT_HEAD), driver.core.counter(sh.PLAYED) + 2000

    def store(words: np.ndarray, index: int, value: int) -> None:
        words[index] = value
        if len(looked) == 0:
            words[sh.CLAIM] = value + 1  # the callback was quicker
        looked.append(value)

    # What can only be called from compiled code.
    monkeypatch.setattr(moments, "moment_words", lambda words, row: core.moments._table[row])
    monkeypatch.setattr(moments, "store_ordered", store)
    for load in ("load_ordered", "load_acquire"):
        monkeypatch.setattr(moments, load, lambda words, index: int(words[index]))
    frames = core.counter(sh.FRAMES)
    assert moments.go_back.py_func(core.words, wanted)
    first, back, second = looked
    assert back == head  # as it was
    assert second > first + MARGIN
    assert core.counter(sh.FRAMES) == second + core.counter(sh.LOOKAHEAD) < frames


def test_a_plugin_is_not_gone_back_across(compiled: Compiled) -> None:
    """Of a voice as it was before it played there is no copy."""
    driver = ahead_driver(compiled)
    driver.play(3000, BLOCK)
    driver.turns()
    core, second = driver.core, voice_of(compiled)
    core.play(0, second)
    driver.turns(1)
    began = core.counter(sh.FRAMES) - core.counter(sh.STEP_FRAMES)
    assert began < core.counter(sh.PLAYED) + 2000  # not behind all that was computed
    assert core.counter(sh.BACKS) == 1
    core.push(second, GAIN, 0.1)
    driver.turns()
    assert core.counter(sh.BACKS) == 1
    core.push(second, GAIN, 0.2)  # now there is something to go back to
    driver.turns()
    assert core.counter(sh.BACKS) == 2
    assert [time for time, _, _ in taken(core)] == 2 * [began + core.counter(sh.STEP_FRAMES)]
    heard = driver.play(4000, BLOCK)
    assert np.abs(heard).max() > 0


def test_voices_are_kept_as_long_as_it_can_be_gone_back_to_them(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    driver.play(3000, BLOCK)
    core, old = driver.core, driver.voice
    core.play(0, voice_of(compiled))
    driver.turns(1)
    core.words[sh.BACK_PLAYED] = -(1 << 62)  # as if hands had rested
    driver.turns()
    assert core.counter(sh.FADING) == 0
    for _ in range(3):  # out of use, as far as is computed
        core.play(1, None)
        driver.turns(3)
        assert any(voice is old for voice in core._alive)
    driver.play(AHEAD + 2 * sh.CHUNK_FRAMES, BLOCK)
    core.play(1, None)
    assert not any(voice is old for voice in core._alive)


def test_it_is_far_ahead_again_when_the_hands_rest(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    driver.play(3000, BLOCK)
    driver.turns()
    driver.push(GAIN, 0.1)
    driver.turns()
    assert BLOCK + MARGIN < driver.left <= BLOCK + 2 * MARGIN
    rest = moments.HANDS_REST_MS * RATE_HZ // 1000
    driver.play(rest - BLOCK, BLOCK)
    driver.turns()
    assert driver.left <= BLOCK + 2 * MARGIN
    driver.play(2 * BLOCK, BLOCK)
    driver.turns()
    assert driver.left > AHEAD - BLOCK


def test_the_master_fades_after_the_margin(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    driver.play(3000, BLOCK)
    driver.turns()
    driver.core.set_master(False)
    heard = driver.play(3000, BLOCK)
    assert np.abs(heard[:MARGIN]).max() > 0.001
    assert not heard[-1000:].any()


def test_the_margin_grows_where_it_was_needed_and_shrinks_again(compiled: Compiled) -> None:
    driver = ahead_driver(compiled)
    core, millisecond = driver.core, RATE_HZ // 1000
    driver.play(3000, BLOCK)

    def turn_knob() -> None:
        driver.push(GAIN, 0.3)
        driver.turns(1)

    turn_knob()
    driver.run_all(driver.left - 50, AHEAD)  # without a turn in between
    driver.turns()
    assert core.counter(sh.MARGIN) == MARGIN + moments.GROWS_MS * millisecond
    driver.run_all(core.counter(sh.OUT_HEAD) - core.counter(sh.PLAYED), AHEAD)
    driver.turns()
    assert core.counter(sh.MARGIN) == MARGIN + moments.GROWS_MS * millisecond  # once
    core.words[sh.LEAST_LEFT] = sh.OUT_CAPACITY
    for _ in range(moments.CALM + 1):
        driver.play(3000, BLOCK)
        driver.turns()
        turn_knob()
    assert core.counter(sh.MARGIN) == MARGIN + (moments.GROWS_MS - 1) * millisecond
    for _ in range(20 * moments.CALM):
        driver.play(2 * BLOCK, BLOCK)
        turn_knob()
    assert core.counter(sh.MARGIN) == moments.LEAST_MARGIN_MS * millisecond


def test_more_events_than_the_journal_holds(compiled: Compiled) -> None:
    driver = ahead_driver(compiled, 24_000)
    driver.play(1000, BLOCK)
    driver.turns()
    core = driver.core
    core.words[sh.JOURNAL_HEAD] += sh.JOURNAL_CAPACITY + 1  # as if so many had been taken
    core.words[sh.JOURNAL_TAIL] = core.words[sh.JOURNAL_HEAD]
    driver.push(GAIN, 0.0)
    driver.turns()
    assert core.counter(sh.BACKS) == 0
    heard = driver.play(30_000, BLOCK)
    assert not heard[-100:].any()


@pytest.mark.parametrize(
    "change", [lambda core: core.set_master(False), lambda core: core.push_setting(sh.MUTE, 1.0)]
)
def test_a_moment_put_back_is_all_there_was(
    compiled: Compiled, change: Callable[[EngineCore], None]
) -> None:
    """Every byte of a moment, whatever was computed since."""
    driver = ahead_driver(compiled, voices=3)
    driver.play(2000, BLOCK)
    core, voice = driver.core, driver.voice
    assert voice is not None
    core.push_setting(sh.PAN, -0.5, core.counter(sh.FRAMES) + 50)
    driver.turns(2)
    number = core.counter(sh.MOMENT_NEXT)
    moments.save_moment(core.words)
    before = [memory.copy() for memory in (voice.arena, voice.words[:4], *core.mixer.limiters)]
    words = core.words[sh.CURRENT : sh.MIXER].copy()
    levels, gains, at = core.levels.copy(), core.mixer.gains.copy(), core.counter(sh.FRAMES)
    change(core)
    driver.turns(6)
    assert core.counter(sh.FRAMES) != at
    moments.restore_moment(core.words, number)
    after = [voice.arena, voice.words[:4], *core.mixer.limiters]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(words, core.words[sh.CURRENT : sh.MIXER])
    np.testing.assert_array_equal(levels, core.levels)
    np.testing.assert_array_equal(gains, core.mixer.gains)
    assert core.counter(sh.FRAMES) == at
