"""Envelopes against straight lines drawn by NumPy, through the amplitude and the output."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import place_in_all
from rtsynth.engine.program.layout import (
    ATTACK,
    BUILT_IN,
    CLOSE_AT_ONCE,
    CONFIG_ARENA_FLOATS,
    DECAY,
    ENVELOPE,
    GATE,
    GLIDE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    RELEASE,
    SUSTAIN,
    VALUE,
    Events,
    header_of,
    voice_target,
)
from rtsynth.engine.program.table import GATE_MS
from rtsynth.engine.run.envelope import OPEN_MS
from rtsynth.engine.run.render import render_block
from tests.rtsynth.plugins import random_plugin

F64 = NDArray[np.float64]
Moves = list[tuple[int, int, float]]
MS = 16  # samples
AMPLITUDE, PITCH = BUILT_IN + 1, BUILT_IN + 2
GLIDE_LEAST = 160  # samples: the parameters' smoothing
FADE = round(GATE_MS * MS)
RISE = OPEN_MS * MS
ROUNDING = 3e-5  # steps are added up in float32
SETTINGS: Moves = [(0, ATTACK, 20.0), (0, DECAY, 30.0), (0, SUSTAIN, 0.4), (0, RELEASE, 50.0)]
SILENT: Moves = [(0, GATE, CLOSE_AT_ONCE)]
ON, OFF = 600, 2400  # samples


@pytest.fixture(scope="module")
def without_amplitude(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    plugin = random_plugin(tmp_path_factory.mktemp("plugin") / "random.safetensors", seed=4)
    parameters = [
        p.model_copy(update={"role": "conditioning"} if p.role == "amplitude" else {})
        for p in plugin.parameters
    ]
    manifest = plugin.manifest.model_copy(update={"parameters": parameters})
    return compile_plugin(replace(plugin, manifest=manifest))


def play(
    compiled: Compiled, moves: Moves, samples: int, rows: list[tuple[int, int]], voices: int = 1
) -> tuple[F64, NDArray[np.float32]]:
    """(rows [(row, voice)] of the table after every sample [n, rows], the output [n])."""
    ordered = sorted(moves, key=lambda row: row[0])
    times, targets, values = zip(*ordered, strict=True)
    events = Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )
    arena, first = new_arena(compiled, 3, voices=voices), 0
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    places = [v * size + HEADER_FLOATS + row * PARAMETER_FLOATS + VALUE for row, v in rows]
    seen, out = np.zeros((samples, len(rows))), np.zeros(samples, np.float32)
    for i in range(samples):
        first = render_block(
            compiled.program, header_of(arena), arena, events, first, out[i : i + 1]
        )
        seen[i] = arena[places]
    return seen, out


def lines(samples: int, *corners: tuple[int, float]) -> F64:
    """Straight lines through corners (samples since the start, value), as they are after each."""
    times, values = zip(*corners, strict=True)
    return np.interp(np.arange(1, samples + 1), times, values)


EXPECTED = (
    (ON, 0.0),
    (ON + 20 * MS, 1.0),
    (ON + 50 * MS, 0.4),
    (OFF, 0.4),
    (OFF + 50 * MS, 0.0),
)


def test_a_note_goes_through_its_stages(compiled: Compiled) -> None:
    moves = [*SILENT, *SETTINGS, (ON, GATE, 1.0), (OFF, GATE, 0.0)]
    seen, _ = play(compiled, moves, 5000, [(ENVELOPE, 0), (GATE, 0)])
    expected = lines(5000, *EXPECTED)
    np.testing.assert_allclose(seen[ON:, 0], expected[ON:], atol=ROUNDING)
    closing = OFF + 50 * MS
    gate = lines(5000, (ON, 0.0), (ON + RISE, 1.0), (closing, 1.0), (closing + FADE, 0.0))
    np.testing.assert_allclose(seen[ON:, 1], gate[ON:], atol=ROUNDING)


def test_it_scales_the_output_where_there_is_no_amplitude(without_amplitude: Compiled) -> None:
    """By its square. The network draws the same codes: it has no part in it."""
    notes = [(ON, GATE, 1.0), (OFF, GATE, 0.0)]
    _, plain = play(without_amplitude, [*SILENT, (ON, GATE, 1.0)], 5000, [])
    _, out = play(without_amplitude, [*SILENT, *SETTINGS, *notes], 5000, [])
    closing = OFF + 50 * MS
    gate = lines(5000, (ON + RISE, 1.0), (closing, 1.0), (closing + FADE, 0.0))
    wanted = plain * lines(5000, *EXPECTED) ** 2 * gate
    np.testing.assert_allclose(out[ON:], wanted[ON:], atol=2e-5)
    assert np.abs(out[ON:OFF]).max() > 0.1


def test_it_scales_the_amplitude_where_there_is_one(compiled: Compiled) -> None:
    """The network's input, from the bottom of the parameter's range; the output is not scaled."""
    (at,) = [int(at) for row, at, _ in compiled.program.routes if row == AMPLITUDE]
    scale, offset, low, _ = compiled.program.route_map[
        next(i for i, r in enumerate(compiled.program.routes) if r[0] == AMPLITUDE)
    ].tolist()
    moves = [*SILENT, *SETTINGS, (0, AMPLITUDE, 0.8), (ON, GATE, 1.0)]
    samples = ON + 10 * MS
    arena, first = new_arena(compiled, 3), 0
    times, targets, values = zip(*sorted(moves, key=lambda row: row[0]), strict=True)
    events = Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )
    out = np.zeros(samples, np.float32)
    render_block(compiled.program, header_of(arena), arena, events, first, out)
    level = 10 / 20  # halfway through the attack
    assert arena[at] == pytest.approx((low + (0.8 - low) * level) * scale + offset, abs=ROUNDING)


def test_a_note_that_takes_over_rises_from_where_the_level_is(compiled: Compiled) -> None:
    moves = [*SILENT, *SETTINGS, (ON, GATE, 1.0), (OFF, GATE, 0.0), (OFF + 25 * MS, GATE, 1.0)]
    seen, _ = play(compiled, moves, 4000, [(ENVELOPE, 0)])
    again = OFF + 25 * MS
    expected = lines(4000, (OFF, 0.4), (again, 0.2), (again + 20 * MS, 1.0), (again + 50 * MS, 0.4))
    np.testing.assert_allclose(seen[OFF:, 0], expected[OFF:], atol=ROUNDING)
    assert np.abs(np.diff(seen[ON:, 0])).max() < 1.01 / (20 * MS)


def test_a_short_note_is_released_from_where_it_is(compiled: Compiled) -> None:
    moves = [*SILENT, *SETTINGS, (ON, GATE, 1.0), (ON + 10 * MS, GATE, 0.0)]
    seen, _ = play(compiled, moves, 2500, [(ENVELOPE, 0), (GATE, 0)])
    off = ON + 10 * MS
    expected = lines(2500, (ON, 0.0), (off, 0.5), (off + 50 * MS, 0.0))
    np.testing.assert_allclose(seen[ON:, 0], expected[ON:], atol=ROUNDING)
    assert seen[-1, 1] == 0.0


def test_all_sound_off_does_not_wait_for_the_release(compiled: Compiled) -> None:
    moves = [*SILENT, *SETTINGS, (ON, GATE, 1.0), (OFF, GATE, CLOSE_AT_ONCE)]
    seen, out = play(compiled, moves, OFF + FADE + 10, [(GATE, 0)])
    assert seen[OFF + FADE - 1, 0] == 0.0
    assert not out[OFF + FADE :].any()


def test_held_notes_follow_the_sustain(compiled: Compiled) -> None:
    moves = [*SILENT, *SETTINGS, (ON, GATE, 1.0), (OFF, SUSTAIN, 0.9)]
    seen, _ = play(compiled, moves, OFF + 1000, [(ENVELOPE, 0)])
    assert seen[OFF - 1, 0] == pytest.approx(0.4, abs=1e-6)
    assert seen[-1, 0] == pytest.approx(0.9, abs=1e-6)


def test_voices_have_levels_of_their_own(compiled: Compiled) -> None:
    on = [(ON, voice_target(GATE, 0), 1.0), (ON + 100, voice_target(GATE, 2), 1.0)]
    off = [(OFF, voice_target(GATE, 2), 0.0)]
    rows = [(ENVELOPE, voice) for voice in range(3)]
    seen, _ = play(compiled, [*SILENT, *SETTINGS, *on, *off], 3500, rows, voices=3)
    np.testing.assert_allclose(seen[ON:, 0], lines(3500, *EXPECTED[:4])[ON:], atol=ROUNDING)
    shifted = [(at + 100, value) for at, value in EXPECTED[:3]] + list(EXPECTED[3:])
    np.testing.assert_allclose(
        seen[ON + 100 :, 2], lines(3500, *shifted)[ON + 100 :], atol=ROUNDING
    )
    assert (seen[:, 1] == 1.0).all()  # no note: nothing moves


def test_without_settings_nothing_moves(compiled: Compiled) -> None:
    moves = [(ON, GATE, 0.0), (ON + 700, GATE, 1.0), (ON + 900, GATE, 0.0)]
    seen, _ = play(compiled, moves, 2500, [(ENVELOPE, 0)])
    assert (seen == 1.0).all()


def test_what_a_note_moves_is_there_when_a_silent_voice_begins(compiled: Compiled) -> None:
    """A voice that sounds glides to it."""
    note: Moves = [(ON, PITCH, 75.0), (ON, AMPLITUDE, 0.9), (ON, GATE, 1.0)]
    again: Moves = [(OFF, PITCH, 65.0), (OFF, GATE, 1.0)]
    seen, _ = play(
        compiled, [*SILENT, *note, *again], 3500, [(PITCH, 0), (AMPLITUDE, 0), (GATE, 0)]
    )
    np.testing.assert_allclose(seen[ON, :2], [75.0, 0.9], rtol=1e-6)
    assert seen[ON + round(0.9 * RISE), 2] >= 0.9
    glide = lines(3500, (OFF, 75.0), (OFF + GLIDE_LEAST, 65.0))
    np.testing.assert_allclose(seen[OFF:, 0], glide[OFF:], atol=2e-3)


@pytest.mark.parametrize(
    ("glide_ms", "samples"), [(0.0, GLIDE_LEAST), (5.0, GLIDE_LEAST), (40.0, 640)]
)
def test_a_voice_that_sounds_glides(compiled: Compiled, glide_ms: float, samples: int) -> None:
    """As long as it says, but not quicker than the pitch is smoothed; a silent voice does not."""
    moves = [*SILENT, (0, GLIDE, glide_ms), (ON, PITCH, 75.0), (ON, GATE, 1.0), (OFF, PITCH, 65.0)]
    seen, _ = play(compiled, moves, 3500, [(PITCH, 0)])
    assert seen[ON, 0] == 75.0
    expected = lines(3500, (OFF, 75.0), (OFF + samples, 65.0))
    np.testing.assert_allclose(seen[OFF:, 0], expected[OFF:], atol=5e-3)


def test_settings_of_the_same_sample_hold_for_a_note(compiled: Compiled) -> None:
    moves = [*SILENT, *((ON, row, value) for _, row, value in SETTINGS), (ON, GATE, 1.0)]
    seen, _ = play(compiled, moves, OFF, [(ENVELOPE, 0)])
    np.testing.assert_allclose(seen[ON:, 0], lines(OFF, *EXPECTED[:4])[ON:], atol=ROUNDING)


def test_a_sustain_that_is_swept_is_followed_to_its_end(compiled: Compiled) -> None:
    """Moved again while it is still followed, and during the decay."""
    sweep = [(OFF + 80 * n, SUSTAIN, value) for n, value in enumerate((0.9, 0.5, 0.2))]
    moves = [*SILENT, *SETTINGS, (ON, GATE, 1.0), (ON + 30 * MS, SUSTAIN, 0.6), *sweep]
    seen, _ = play(compiled, moves, OFF + 1200, [(ENVELOPE, 0)])
    assert seen[OFF - 1, 0] == pytest.approx(0.6, abs=ROUNDING)
    assert seen[-1, 0] == pytest.approx(0.2, abs=ROUNDING)


def test_a_sustain_of_0_keeps_the_note(compiled: Compiled) -> None:
    moves = [*SILENT, *SETTINGS, (0, SUSTAIN, 0.0), (ON, GATE, 1.0), (OFF, SUSTAIN, 0.5)]
    seen, _ = play(compiled, moves, OFF + 400, [(ENVELOPE, 0), (GATE, 0)])
    assert seen[OFF - 1].tolist() == [0.0, 1.0]
    assert seen[-1].tolist() == [0.5, 1.0]


def test_a_note_that_takes_over_without_an_attack_does_not_jump(compiled: Compiled) -> None:
    moves = [*SILENT, (0, SUSTAIN, 0.3), (0, DECAY, 0.0), (ON, GATE, 1.0), (OFF, GATE, 1.0)]
    seen, _ = play(compiled, moves, OFF + 600, [(ENVELOPE, 0)])
    assert np.abs(np.diff(seen[ON + 1 :, 0])).max() < 1.05 / RISE
    assert seen[OFF:, 0].max() == 1.0


def test_a_second_end_does_not_prolong_a_release(compiled: Compiled) -> None:
    moves = [*SILENT, *SETTINGS, (ON, GATE, 1.0), (OFF, GATE, 0.0), (OFF + 40 * MS, GATE, 0.0)]
    seen, _ = play(compiled, moves, 4500, [(ENVELOPE, 0)])
    np.testing.assert_allclose(seen[OFF:, 0], lines(4500, *EXPECTED)[OFF:], atol=ROUNDING)


@pytest.mark.parametrize("seconds", [1.0, 5.0, 10.0])
def test_a_long_glide_is_straight(compiled: Compiled, seconds: float) -> None:
    """Within a cent: added up in float32 it went 22 cents too far, or did not move."""
    samples = round(seconds * 1000 * MS)
    moves = [(0, GLIDE, seconds * 1000), (0, PITCH, 69.0), (200, PITCH, 70.0)]
    arena, first = new_arena(compiled, 3), 0
    times, targets, values = zip(*moves, strict=True)
    events = Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )
    at = HEADER_FLOATS + PITCH * PARAMETER_FLOATS + VALUE
    for start in range(0, samples + 400, 400):
        out = np.zeros(400, np.float32)
        first = render_block(compiled.program, header_of(arena), arena, events, first, out)
        if start >= 400:
            expected = 69.0 + min((start + 400 - 200) / samples, 1.0)
            assert arena[at] == pytest.approx(expected, abs=0.01)


def test_what_is_placed_is_where_it_would_get_to(compiled: Compiled) -> None:
    arena = new_arena(compiled, voices=2)  # the first one sounds
    place_in_all(compiled.program, arena, SUSTAIN, 0.25)
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    levels = arena.reshape(2, size)[:, HEADER_FLOATS + ENVELOPE * PARAMETER_FLOATS + VALUE]
    assert levels.tolist() == [0.25, 1.0]
