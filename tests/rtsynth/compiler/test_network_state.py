"""States outside the engine: what is refused, and what another network takes over of one."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.compiler.network_state import carried_state, check_state, state_floats, voices_of
from rtsynth.engine.live.bank import keep_state
from rtsynth.engine.program.layout import GAIN, RNG_COUNT, RNG_KEY
from rtsynth.host.voice import Voice, begin_from, give_state, make_voice, read_state
from rtsynth.plugin import Plugin
from tests.rtsynth.engine.live.test_bank import first_step, one, plugins, render
from tests.rtsynth.plugins import gru_manifest, gru_tensors

F32 = NDArray[np.float32]
__all__ = ["one"]  # a fixture


def state_at(voice: Voice, samples: int) -> F32:
    """The state of a voice after so many samples."""
    render(voice, [(0, GAIN, 1.0)], samples, 100)
    keep_state(voice.slot, 9, 9, -1)
    state = read_state(voice, 9)
    assert state is not None
    return state


def test_a_state_that_was_kept_is_one(one: Compiled) -> None:
    state = state_at(make_voice(one, 16_000, 5, 3), first_step(one))
    check_state(one, 3, state)
    assert state.size == 3 * state_floats(one)
    parts = voices_of(one, state)
    assert len(parts) == 3
    np.testing.assert_array_equal(np.concatenate([np.concatenate(part) for part in parts]), state)
    assert any(part.hidden.any() for part in parts)


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        (0, 1e6, "a code that is none of 0"),
        (0, -1.0, "a code that is none of 0"),
        (0, 0.5, "a code that is none of 0"),
        (0, np.nan, "a code that is none of 0"),
        (3, -1.0, "a time that is none"),
        (4, 2.0**24, "a time that is none"),
        (1, np.inf, "not finite"),
        (-1, np.inf, "not finite"),
    ],
)
def test_what_would_not_play_is_refused(
    one: Compiled, place: int, value: float, problem: str
) -> None:
    voice = make_voice(one, 16_000, 5)
    state = state_at(voice, first_step(one))
    state[place] = value
    for use in (lambda: give_state(voice, 3, state), lambda: begin_from(voice, state)):
        with pytest.raises(ValueError, match=problem):
            use()
    assert read_state(voice, 3) is None
    with pytest.raises(ValueError, match=r"a state of \d+ numbers, where there are"):
        check_state(one, 2, state)


def test_a_code_of_the_past_is_a_place_in_a_table() -> None:
    compiled = compile_plugin(plugins()["samplernn"])
    state = state_at(make_voice(compiled, 16_000, 5), first_step(compiled))
    voices_of(compiled, state)[0].codes[0] = 16.0
    with pytest.raises(ValueError, match=r"a code that is none of 0\.\.15"):
        check_state(compiled, 1, state)


def test_a_voice_that_begins_from_a_state_goes_on_as_it_did(one: Compiled) -> None:
    before, kept = make_voice(one, 16_000, 5, 2), first_step(one)
    state = state_at(before, kept)
    voice = make_voice(one, 16_000, 77, 2)
    begin_from(voice, state)
    # Random numbers are no part of a state: the same ones for both.
    for word in (RNG_KEY, RNG_COUNT):
        each = slice(word, None, voice.arena.size // 4)
        voice.slot.header[each] = before.slot.header[each]
    plain, opened = [(0, GAIN, 1.0)], 200  # samples, in which the fresh one's gate opens
    out, expected = render(voice, plain, 3000, 64), render(before, plain, 3000, 100)
    np.testing.assert_array_equal(out[opened:], expected[opened:])


def test_its_own_state_is_carried_whole(one: Compiled) -> None:
    state = state_at(make_voice(one, 16_000, 5, 2), first_step(one))
    np.testing.assert_array_equal(carried_state(one, one, state), state)


def test_a_tier_of_other_units_is_at_rest_and_the_code_comes_along() -> None:
    manifest, larger = gru_manifest(hidden=20), gru_manifest(hidden=21)
    old = compile_plugin(Plugin(manifest, gru_tensors(manifest)))
    new = compile_plugin(Plugin(larger, gru_tensors(larger)))
    state = state_at(make_voice(old, 16_000, 5), 500)
    (carried,), (before,) = voices_of(new, carried_state(old, new, state)), voices_of(old, state)
    np.testing.assert_array_equal(carried.hidden, new.program.rest)
    np.testing.assert_array_equal(carried.drawn, before.drawn)
    check_state(new, 1, carried_state(old, new, state))
