"""What a voice starts with: found, and placed again to the bit."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.controls import place, place_in_all
from rtsynth.compiler.modulation import place_depths
from rtsynth.engine.program.layout import (
    BUILT_IN,
    GAIN,
    GATE,
    RNG_COUNT,
    SOURCES,
    TARGET_DEPTH,
    header_of,
    voice_target,
)
from rtsynth.host.event_start import place_start, start_of

SEED, VOICES = 5, 3
PITCH = BUILT_IN + 2


def test_a_fresh_voice_starts_with_nothing(compiled: Compiled) -> None:
    assert start_of(compiled, SEED, VOICES, new_arena(compiled, SEED, VOICES)) == []


def test_what_was_placed_is_found_and_placed_again(compiled: Compiled) -> None:
    arena = new_arena(compiled, SEED, VOICES)
    place_in_all(compiled.program, arena, PITCH, 70.123)
    place_in_all(compiled.program, arena, GAIN, 0.1)
    place_in_all(compiled.program, arena, GATE, 0.0)
    size = arena.size // VOICES
    place(arena[size : 2 * size], GAIN, 0.25)
    start = start_of(compiled, SEED, VOICES, arena)
    assert start is not None
    tenth = float(np.float32(0.1))
    assert dict(start) == {
        PITCH: float(np.float32(70.123)),
        GATE: 0.0,
        voice_target(GAIN, 0): tenth,
        voice_target(GAIN, 1): 0.25,
        voice_target(GAIN, 2): tenth,
    }
    again = new_arena(compiled, SEED, VOICES)
    place_start(compiled, again, start)
    np.testing.assert_array_equal(again.view(np.int32), arena.view(np.int32))


def test_depths_of_modulation_are_placed_again(compiled: Compiled) -> None:
    arena = new_arena(compiled, SEED, VOICES)
    first, second = TARGET_DEPTH + PITCH * SOURCES, TARGET_DEPTH + GAIN * SOURCES + 5
    place_depths(compiled.program, arena, [(first, 0.25), (second, -1.0)])
    place_in_all(compiled.program, arena, PITCH, 71.0)
    start = start_of(compiled, SEED, VOICES, arena)
    assert start == [(PITCH, 71.0), (second, -1.0), (first, 0.25)]
    again = new_arena(compiled, SEED, VOICES)
    place_start(compiled, again, start)
    np.testing.assert_array_equal(again.view(np.int32), arena.view(np.int32))
    place_depths(compiled.program, arena, [(first, 0.0), (second, 0.0)])
    assert start_of(compiled, SEED, VOICES, arena) == [(PITCH, 71.0)]


def test_a_voice_that_has_played_has_no_start(compiled: Compiled) -> None:
    arena = new_arena(compiled, SEED)
    header_of(arena)[RNG_COUNT] += 1
    assert start_of(compiled, SEED, 1, arena) is None


@pytest.mark.parametrize(
    "target", [1000, voice_target(GAIN, VOICES), TARGET_DEPTH + 1000 * SOURCES]
)
def test_what_the_plugin_has_not_is_refused(compiled: Compiled, target: int) -> None:
    with pytest.raises(ValueError, match=f"{target}: is no target of this plugin"):
        place_start(compiled, new_arena(compiled, SEED, VOICES), [(target, 0.0)])
