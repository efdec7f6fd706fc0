"""Bend and expression: what a voice does to its pitch and amplitude on the way to the network."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import place
from rtsynth.engine.program.layout import (
    BEND,
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    EXPRESSION,
    Events,
    header_of,
    voice_target,
)
from rtsynth.engine.program.table import row_named
from rtsynth.engine.run.render import render_block
from tests.rtsynth.plugins import tiers_plugin

F32 = NDArray[np.float32]
PITCH, AMPLITUDE = BUILT_IN + 2, BUILT_IN + 1
RAMP = 160  # samples, of every parameter


def play(
    compiled: Compiled,
    moves: list[tuple[int, int, float]],
    voices: int = 1,
    samples: int = 600,
    block: int = 600,
) -> tuple[F32, F32]:
    """(the arena afterwards [voices, floats], the sound)."""
    rows = sorted(moves, key=lambda row: row[0])
    times, targets, values = zip(*rows, strict=True)
    events = Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )
    arena, first = new_arena(compiled, voices=voices), 0
    out = np.zeros(samples, np.float32)
    for start in range(0, samples, block):
        first = render_block(
            compiled.program, header_of(arena), arena, events, first, out[start : start + block]
        )
    return arena.reshape(voices, int(compiled.program.config[CONFIG_ARENA_FLOATS])), out


def heard(compiled: Compiled, voice: F32, row: int) -> float:
    """What the network gets of a parameter, normalised."""
    (at,) = [int(at) for wanted, at, _ in compiled.program.routes if wanted == row]
    return float(voice[at])


@pytest.mark.parametrize(
    ("pitch", "bend", "sounding"),
    [(70, 2, 72), (70, -0.25, 69.75), (75, 2, 76), (65, -12, 64), (76, 1, 76), (64, 127, 76)],
)
def test_a_bend_is_added_and_stays_in_range(
    compiled: Compiled, pitch: float, bend: float, sounding: float
) -> None:
    (voice,), _ = play(compiled, [(0, PITCH, pitch), (0, BEND, bend)])
    assert heard(compiled, voice, PITCH) == pytest.approx((sounding - 64) / 12, abs=1e-6)


def test_a_bent_note_is_the_other_note_to_the_bit(compiled: Compiled) -> None:
    """A quarter of a second on, with the network where it then is."""
    sounds = []
    for pitch, bend in ((72.0, 0.0), (70.0, 2.0)):
        arena = new_arena(compiled)
        place(arena, PITCH, pitch)
        place(arena, BEND, bend)
        out, nothing = np.zeros(4000, np.float32), Events(
            np.zeros(1, np.int64), np.array([PITCH], np.int32), np.array([pitch])
        )  # fmt: skip
        render_block(compiled.program, header_of(arena), arena, nothing, 0, out)
        sounds.append(out)
    np.testing.assert_array_equal(*sounds)


def test_each_voice_has_its_own(compiled: Compiled) -> None:
    moves = [
        (0, voice_target(PITCH, 0), 66.0), (0, voice_target(PITCH, 1), 70.0),
        (100, voice_target(BEND, 1), 2.0), (100, voice_target(EXPRESSION, 0), 0.5),
        (0, AMPLITUDE, 1.0),
    ]  # fmt: skip
    voices, _ = play(compiled, moves, voices=2)
    pitches = [64 + 12 * heard(compiled, voice, PITCH) for voice in voices]
    assert pitches == pytest.approx([66, 72], abs=1e-5)
    # The amplitude goes from .1 to 1, and the network gets 0 to 1.
    assert [heard(compiled, voice, AMPLITUDE) for voice in voices] == pytest.approx([0.55, 1.0])


def test_it_moves_as_smoothly_as_the_parameter(compiled: Compiled) -> None:
    inputs = []
    for samples in range(90, 280):
        (voice,), _ = play(compiled, [(0, PITCH, 69.0), (100, BEND, 2.0)], samples=samples)
        inputs.append(64 + 12 * heard(compiled, voice, PITCH))
    steps = np.diff(inputs)
    assert steps.max() == pytest.approx(2 / RAMP, rel=1e-3)
    assert inputs[-1] - inputs[0] == pytest.approx(2.0, abs=1e-5)


def test_blocks_have_no_influence(compiled: Compiled) -> None:
    moves = [(0, PITCH, 70.0), (33, BEND, 1.5), (90, EXPRESSION, 0.2), (300, BEND, 0.0)]
    _, whole = play(compiled, moves)
    for block in (1, 7, 100):
        np.testing.assert_array_equal(play(compiled, moves, block=block)[1], whole)


def test_back_at_rest_there_is_no_trace(compiled: Compiled) -> None:
    still = [(0, PITCH, 70.3), (0, AMPLITUDE, 0.77)]
    moved = [*still, (0, BEND, 0.7), (0, EXPRESSION, 0.3), (0, BEND, 0.0), (0, EXPRESSION, 1.0)]
    np.testing.assert_array_equal(play(compiled, moved)[1], play(compiled, still)[1])


@pytest.fixture(scope="module")
def generated() -> Compiled:
    return compile_plugin(tiers_plugin(pitch_role="pitch"))


def followed(generated: Compiled, moves: list[tuple[int, int, float]]) -> float:
    """The generated pitch as the tier below gets it at the end."""
    (voice,), _ = play(generated, moves, samples=2000)
    return 48 + 36 * float(voice[generated.followed["pitch"]])


def test_a_generated_pitch_is_bent_from_where_it_is(generated: Compiled) -> None:
    free = followed(generated, [(0, BEND, 0.0)])
    assert followed(generated, [(0, BEND, 2.0)]) == pytest.approx(free + 2, abs=1e-3)


@pytest.mark.parametrize(("note", "bend", "sounding"), [(60, 2, 62), (83, 2, 84), (50, -12, 48)])
def test_a_note_that_took_a_generated_pitch_over_is_bent(
    generated: Compiled, note: float, bend: float, sounding: float
) -> None:
    manifest = generated.plugin.manifest
    knob, take = row_named(manifest, "pitch"), row_named(manifest, "pitch.take")
    moves = [(0, knob, note), (0, take, 1.0), (0, BEND, bend)]
    assert followed(generated, moves) == pytest.approx(sounding, abs=1e-4)


def test_a_drawn_value_out_of_range_is_not_pulled_in(generated: Compiled) -> None:
    """The network may draw what no knob reaches: the bend adds nothing, and takes nothing away."""
    offset = row_named(generated.plugin.manifest, "pitch.offset")
    far = followed(generated, [(0, offset, -36.0), (0, BEND, 0.0)])
    assert far < 47
    assert followed(generated, [(0, offset, -36.0), (0, BEND, -2.0)]) == pytest.approx(far)
    assert followed(generated, [(0, offset, -36.0), (0, BEND, 1.0)]) == pytest.approx(far + 1)
