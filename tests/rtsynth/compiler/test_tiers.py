"""A whole plugin of three tiers: what each sees of the others, at every sample."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import rtsynth
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import changes_of, find_control, place_in_all
from rtsynth.engine.program.layout import (
    CODE,
    CONFIG_ARENA_FLOATS,
    TARGET_RESET,
    TARGET_SEED,
    TOP_K,
    Events,
    header_of,
)
from rtsynth.engine.run.render import render_block
from rtsynth.offline.events import ControlEvent, compiled_events
from rtsynth.plugin import Plugin
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin
from tests.rtsynth.reference_tiers import TierNetwork, controlled, upsampled

F32 = NDArray[np.float32]
MOTION_STEP, TIMBRE_STEP = 128, 32  # samples
LENGTH = 8 * MOTION_STEP
RATE_HZ = 16_000
CENTROID = MOTION.index("centroid")
SPAN = np.float32(5000)  # of the centroid, as networks see it; its low end is 0
MOTIONS = ("motion", "timbre", "audio")


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


def _events(compiled: Compiled, moves: Sequence[tuple[int, str, float]]) -> Events:
    """Moves of controls (or RESET, SEED) at samples."""
    rows: list[tuple[int, int, float]] = []
    for time, name, value in moves:
        targets = {"RESET": TARGET_RESET, "SEED": TARGET_SEED}
        if name in targets:
            rows.append((time, targets[name], value))
            continue
        control = find_control(compiled.plugin, name)
        rows += [
            (time, index, number) for index, number in changes_of(compiled.plugin, control, value)
        ]
    columns = [np.array([row[i] for row in rows]) for i in range(3)]
    return Events(
        columns[0].astype(np.int64), columns[1].astype(np.int32), columns[2].astype(np.float64)
    )


class Trace(NamedTuple):
    """What was seen in the arena after every sample, of each tier."""

    values: list[F32]  # [T, D], drawn last
    conditioning: list[F32]  # [T, C]
    outputs: list[F32]  # [T, N] of the head
    hidden: list[F32]  # [T, ...]
    codes: NDArray[np.int64]  # [T]
    audio: F32  # [T]


def _trace(
    compiled: Compiled,
    length: int = LENGTH,
    seed: int = 1,
    moves: Sequence[tuple[int, str, float]] = (),
) -> Trace:
    """Play sample by sample and look."""
    arena = new_arena(compiled, seed)
    header, events, first = header_of(arena), _events(compiled, moves), 0
    out = np.empty(1, np.float32)
    seen: list[list[list[F32]]] = [[[] for _ in compiled.tiers] for _ in range(4)]
    codes, audio = [], []
    for _ in range(length):
        first = render_block(compiled.program, header, arena, events, first, out)
        audio.append(out[0])
        codes.append(int(header[CODE]))
        for number, tier in enumerate(compiled.tiers):
            hidden = np.concatenate([np.arange(at, at + floats) for at, floats in tier.hidden])
            for kind, at in enumerate((tier.values, tier.conditioning, tier.outputs, hidden)):
                seen[kind][number].append(arena[at].copy())
    stacked = [[np.array(tier) for tier in kind] for kind in seen]
    return Trace(*stacked, np.array(codes), np.array(audio, np.float32))


@pytest.fixture(scope="module")
def trace(three: Compiled) -> Trace:
    return _trace(three)


# --- stepping ------------------------------------------------------------------------------------


def test_each_tier_steps_when_it_is_due(trace: Trace) -> None:
    for number, divider in ((0, MOTION_STEP), (1, TIMBRE_STEP), (2, 1)):
        changed = np.any(np.diff(trace.hidden[number], axis=0, prepend=0) != 0, axis=1)
        np.testing.assert_array_equal(np.flatnonzero(changed), np.arange(0, LENGTH, divider))
    for number, divider in ((0, MOTION_STEP), (1, TIMBRE_STEP)):
        changed = np.any(np.diff(trace.values[number], axis=0, prepend=0) != 0, axis=1)
        np.testing.assert_array_equal(np.flatnonzero(changed), np.arange(0, LENGTH, divider))
    assert len(np.unique(trace.codes)) > 20


@pytest.mark.parametrize("number", [0, 1, 2], ids=MOTIONS)
def test_every_tier_plays_as_it_is_forced(three: Compiled, trace: Trace, number: int) -> None:
    """Given what it drew and what it was conditioned on, its head says the same to the bit."""
    divider = (MOTION_STEP, TIMBRE_STEP, 1)[number]
    due = slice(0, None, divider)
    conditioning = trace.conditioning[number][due]
    if number < 2:
        drawn = trace.values[number][due]
        heard = np.concatenate([np.zeros_like(drawn[:1]), drawn[:-1]])  # a fresh voice heard 0
    else:
        heard = np.concatenate([[127], trace.codes[:-1]])  # or silence
    got, _ = rtsynth.teacher_force(three, heard, conditioning, tier=MOTIONS[number])
    wanted = trace.outputs[number][due]
    np.testing.assert_array_equal(got.reshape(len(wanted), -1), wanted)


@pytest.mark.parametrize(
    "rates_hz", [(1000, 16_000, 16_000), (16_000, 16_000, 16_000), (1, 2, 4000)]
)
def test_other_rates(rates_hz: tuple[int, int, int]) -> None:
    compiled = compile_plugin(tiers_plugin(rates_hz=rates_hz))
    trace = _trace(compiled, 100)
    for number, rate_hz in enumerate(rates_hz[:2]):
        divider = rates_hz[2] // rate_hz
        changed = np.any(np.diff(trace.values[number], axis=0, prepend=0) != 0, axis=1)
        np.testing.assert_array_equal(np.flatnonzero(changed), np.arange(0, 100, divider))


# --- upsampling ----------------------------------------------------------------------------------


def _wanted(three: Compiled, trace: Trace, name: str) -> F32:
    """What tiers below see of a value, [T], from what its tier drew."""
    manifest = three.plugin.manifest
    tier = manifest.generated[name]
    number = manifest.tiers.index(tier)
    divider = manifest.sample_rate_hz // tier.rate_hz
    drawn = trace.values[number][::divider, tier.outputs.index(name)]
    parameter = next(p for p in manifest.parameters if p.name == name)
    return upsampled(drawn, divider, parameter.upsampling)


@pytest.mark.parametrize("name", [*MOTION, *TIMBRE])
def test_upsampling_is_the_offline_computation_to_the_bit(
    three: Compiled, trace: Trace, name: str
) -> None:
    """Held or on straight lines, at every step of every tier that uses the value."""
    wanted = _wanted(three, trace, name)
    used = 0
    for number, (tier, divider) in enumerate(
        zip(three.plugin.manifest.tiers, (MOTION_STEP, TIMBRE_STEP, 1), strict=True)
    ):
        if name in tier.conditioning:
            got = trace.conditioning[number][:, tier.conditioning.index(name)]
            steps = np.arange(LENGTH) // divider * divider  # between its steps nothing moves
            np.testing.assert_array_equal(got.view(np.int32), wanted[steps].view(np.int32))
            used += 1
    assert used == (2 if name == "centroid" else 1)
    assert np.ptp(wanted) > 0.01


def test_linear_arrives_a_step_late_and_hold_at_once(three: Compiled, trace: Trace) -> None:
    for name, late in (("centroid", 1), ("pitch", 0)):
        drawn = trace.values[0][::MOTION_STEP, MOTION.index(name)]
        seen = _wanted(three, trace, name)[::MOTION_STEP]
        np.testing.assert_array_equal(seen[late:], drawn[: len(drawn) - late])


# --- the same whatever the blocks ----------------------------------------------------------------

MOVES = [
    (5, "fill", 0.1),
    (100, "centroid", 3000.0),
    (333, "mfcc3.offset", 12.0),
    (400, "centroid.take", 0.0),
    (401, "motion.beta", 3.0),
    (402, "timbre.beta", 0.2),
    (500, "RESET", 0.0),
    (600, "pitch.scale", 1.25),
    (700, "SEED", 9.0),
    (801, "temperature", 0.6),
]


def _play(
    compiled: Compiled, block: int, voices: int = 1, seed: int = 1
) -> tuple[F32, NDArray[np.int32]]:
    """(audio, all of the voices' state) with all the moves, in blocks."""
    arena = new_arena(compiled, seed, voices)
    events, first = _events(compiled, MOVES), 0
    out = np.empty(LENGTH + 3, np.float32)
    for start in range(0, out.size, block):
        part = out[start : start + block]
        first = render_block(compiled.program, header_of(arena), arena, events, first, part)
    assert first == len(events.times)
    return out, arena.view(np.int32)


@pytest.mark.parametrize("block", [1, 7, 64, 1024])
@pytest.mark.parametrize("voices", [1, 3])
def test_blocks_have_no_influence(three: Compiled, block: int, voices: int) -> None:
    audio, arena = _play(three, LENGTH + 3, voices)
    again, other = _play(three, block, voices)
    np.testing.assert_array_equal(again.view(np.int32), audio.view(np.int32))
    np.testing.assert_array_equal(other, arena)
    assert audio.std() > 0.05


def test_render_in_any_blocks(three: Compiled) -> None:
    events = [ControlEvent(0.03, "centroid", 3000.0), ControlEvent(0.06, "centroid.take", 0.0)]
    whole = rtsynth.render(three, 0.1, {"fill": 0.2}, seed=3, events=events)
    for block in (1, 7, 64, 1024):
        again = rtsynth.render(three, 0.1, {"fill": 0.2}, seed=3, events=events, block_frames=block)
        np.testing.assert_array_equal(again, whole)


def test_seeds(three: Compiled) -> None:
    first, again, other = (_trace(three, 300, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.audio, again.audio)
    for number in (0, 1):
        assert np.all(first.values[number][::MOTION_STEP] != other.values[number][::MOTION_STEP])
    assert np.mean(first.codes != other.codes) > 0.8


@pytest.mark.parametrize("at", [4 * MOTION_STEP, 4 * MOTION_STEP + 17])
def test_a_reset_starts_over(three: Compiled, at: int) -> None:
    """With the same seed: the same again, to the bit, wherever in a tier's step it comes."""
    trace = _trace(three, 2 * at, moves=[(at, "RESET", 0.0), (at, "SEED", 1.0)])
    np.testing.assert_array_equal(trace.codes[at:], trace.codes[:at])
    for kind in (trace.values, trace.conditioning, trace.hidden):
        for tier in kind:
            np.testing.assert_array_equal(tier[at:], tier[:at])


def test_voices_are_the_same_as_alone(three: Compiled) -> None:
    batch = new_arena(three, 1, voices=3)
    size = int(three.program.config[CONFIG_ARENA_FLOATS])
    singles = [batch[at : at + size].copy() for at in range(0, batch.size, size)]
    for arena in (batch, *singles):
        out = np.empty(500, np.float32)
        render_block(three.program, header_of(arena), arena, _events(three, ()), 0, out)
    np.testing.assert_array_equal(batch.view(np.int32), np.concatenate(singles).view(np.int32))
    values = [arena[three.tiers[0].values] for arena in singles]
    assert np.all(values[0] != values[1])


def test_a_take_over_for_one_voice_leaves_the_others(three: Compiled) -> None:
    seen = three.followed["centroid"]
    arena = new_arena(three, 1, voices=2)
    events = [ControlEvent(0.0, "centroid", 2500.0, voice=1)]
    timed = compiled_events(three, events)
    render_block(three.program, header_of(arena), arena, timed, 0, np.empty(640, np.float32))
    size = int(three.program.config[CONFIG_ARENA_FLOATS])
    assert arena[size + seen] == np.float32(2500) / SPAN
    assert arena[seen] != np.float32(2500) / SPAN


# --- precisions and networks ---------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_smaller_weights(precision: str) -> None:
    """Matrices of every tier become small; all it makes is finite and alive."""
    plugin = tiers_plugin(hidden=(64, 64, 64), layers=2, scale=0.15)
    compiled = compile_plugin(plugin, precision, calibrated=False)
    exact = compile_plugin(plugin)
    assert compiled.program.weights.nbytes < 0.5 * exact.program.weights.nbytes
    trace = _trace(compiled, 400)
    for tier in (*trace.values, *trace.conditioning, *trace.outputs, *trace.hidden):
        assert np.isfinite(tier).all()
    assert trace.audio.std() > 0.05
    first = _trace(exact, 1)
    # The first draws are from nearly the same distributions, with the same random numbers.
    assert np.abs(first.values[0] - trace.values[0][0]).max() < 0.1


def test_smaller_weights_as_they_are_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calibrated on what the plugin plays, also where parameters are generated."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    plugin = tiers_plugin(hidden=(40, 40, 40), scale=0.15)
    compiled = compile_plugin(plugin, "int8")
    audio = rtsynth.render(compiled, 0.05, seed=1)
    assert np.isfinite(audio).all()
    assert audio.std() > 0.05


@pytest.mark.parametrize("networks", [(0, 1, 0), (3, 4, 6), (5, 2, 0)])
def test_other_networks(networks: tuple[int, int, int]) -> None:
    compiled = compile_plugin(tiers_plugin(networks=networks, layers=2))
    trace = _trace(compiled, 300)
    for number in range(3):
        divider = (MOTION_STEP, TIMBRE_STEP, 1)[number]
        drawn = trace.values[number][::divider]
        heard = np.concatenate([np.zeros_like(drawn[:1]), drawn[:-1]])
        if number == 2:
            heard = np.concatenate([[127], trace.codes[:-1]])
        got, _ = rtsynth.teacher_force(
            compiled, heard, trace.conditioning[number][::divider], tier=MOTIONS[number]
        )
        wanted = trace.outputs[number][::divider]
        np.testing.assert_array_equal(got.reshape(len(wanted), -1), wanted)


def test_a_phased_tier_counts_its_own_steps() -> None:
    """Its clock is the number of the step, not of the sample."""
    compiled = compile_plugin(tiers_plugin(networks=(0, 5, 0), phased=True))
    trace = _trace(compiled, 12 * MOTION_STEP)
    drawn = trace.values[0][::MOTION_STEP]
    heard = np.concatenate([np.zeros_like(drawn[:1]), drawn[:-1]])
    conditioning = trace.conditioning[0][::MOTION_STEP]
    got, _ = rtsynth.teacher_force(compiled, heard, conditioning, tier="motion")
    played = trace.outputs[0][::MOTION_STEP]
    np.testing.assert_array_equal(got.reshape(played.shape), played)
    exact = TierNetwork(compiled.plugin, compiled.plugin.manifest.tiers[0])
    wanted = [exact.step(h, c) for h, c in zip(heard, conditioning.astype(np.float64), strict=True)]
    assert np.abs(got - np.array(wanted)).max() < 5e-5


def test_clocks_that_stand_still_do_no_harm() -> None:
    """A period of 0 makes numbers of nothing; what goes down stays finite."""
    plugin = tiers_plugin(networks=(0, 5, 0), phased=True)
    broken = {
        name: np.zeros_like(tensor) if name.endswith(".period") else tensor
        for name, tensor in plugin.tensors.items()
    }
    trace = _trace(compile_plugin(Plugin(plugin.manifest, broken)), 300)
    for tier in (trace.values[0], *trace.conditioning, trace.audio):
        assert np.isfinite(tier).all()


# --- taking over ---------------------------------------------------------------------------------

TAKE = 320  # samples, the ramp of a take
SMOOTHING = 160  # of the parameters
HALF = (MOTION_STEP * 4, MOTION_STEP * 12)
TAKEN = [(HALF[0], "centroid", 3210.0), (HALF[1], "centroid.take", 0.0)]
AUDIO_CENTROID = 13  # its place in the audio tier's conditioning


@pytest.fixture(scope="module")
def free(three: Compiled) -> Trace:
    return _trace(three, 20 * MOTION_STEP)


@pytest.fixture(scope="module")
def taken(three: Compiled) -> Trace:
    return _trace(three, 20 * MOTION_STEP, moves=TAKEN)


def test_taken_over_the_tiers_below_see_exactly_the_knob(free: Trace, taken: Trace) -> None:
    seen, own = (trace.conditioning[2][:, AUDIO_CENTROID] for trace in (taken, free))
    knob = np.float32(3210) / SPAN
    np.testing.assert_array_equal(seen[: HALF[0]], own[: HALF[0]])
    # A ramp's first step comes with the sample of the change, so it ends a sample earlier.
    end = HALF[0] + TAKE - 1
    assert np.all(seen[HALF[0] : end] != knob)
    assert np.all(seen[end : HALF[1]] == knob)
    at_timbre = taken.conditioning[1][:, 2]
    due = np.arange(0, len(seen), TIMBRE_STEP)
    np.testing.assert_array_equal(at_timbre[due], seen[due])


def test_released_they_see_exactly_the_drawn_value_again(free: Trace, taken: Trace) -> None:
    seen, own = (trace.conditioning[2][:, AUDIO_CENTROID] for trace in (taken, free))
    end = HALF[1] + TAKE - 1
    assert np.all(seen[HALF[1] : end] != own[HALF[1] : end])
    np.testing.assert_array_equal(seen[end:].view(np.int32), own[end:].view(np.int32))


def test_the_tier_itself_goes_on_as_if_nothing_happened(free: Trace, taken: Trace) -> None:
    """It hears what it drew: the same values, to the bit, and the same hidden state."""
    np.testing.assert_array_equal(taken.values[0], free.values[0])
    np.testing.assert_array_equal(taken.hidden[0], free.hidden[0])
    # While the tiers below do hear the knob.
    assert np.any(taken.values[1][HALF[0] :] != free.values[1][HALF[0] :])
    np.testing.assert_array_equal(taken.values[1][: HALF[0]], free.values[1][: HALF[0]])


def test_the_other_values_of_the_tier_are_not_touched(free: Trace, taken: Trace) -> None:
    np.testing.assert_array_equal(taken.conditioning[1][:, :2], free.conditioning[1][:, :2])


def test_a_half_take_is_half_way(three: Compiled, free: Trace) -> None:
    half = _trace(
        three, 8 * MOTION_STEP, moves=[(0, "centroid", 3210.0), (0, "centroid.take", 0.5)]
    )
    own = free.conditioning[2][TAKE : 8 * MOTION_STEP, AUDIO_CENTROID]
    seen = half.conditioning[2][TAKE:, AUDIO_CENTROID]
    knob = np.float32(3210) / SPAN
    np.testing.assert_array_equal(seen, own + (knob - own) * np.float32(0.5))


def test_a_moved_knob_ramps_and_ends_exactly(three: Compiled) -> None:
    start = 3 * MOTION_STEP
    trace = _trace(
        three, 8 * MOTION_STEP, moves=[(0, "centroid", 200.0), (start, "centroid", 3210.0)]
    )
    seen = trace.conditioning[2][:, AUDIO_CENTROID]
    ramp = seen[start : start + SMOOTHING]
    assert np.all(seen[TAKE:start] == np.float32(200) / SPAN)
    assert np.all(np.diff(ramp) > 0)
    np.testing.assert_allclose(np.diff(ramp), 3010 / 5000 / SMOOTHING, rtol=1e-3)
    assert np.all(seen[start + SMOOTHING - 1 :] == np.float32(3210) / SPAN)


# --- offset and scale ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "low", "high", "offset", "scale"),
    [("centroid", 0, 5000, 200.0, 1.0), ("centroid", 0, 5000, 0.0, 1.1),
     ("centroid", 0, 5000, -150.0, 0.5), ("pitch", 48, 84, 12.0, 1.0), ("pitch", 48, 84, 0.5, 2.0)],
)  # fmt: skip
def test_offset_and_scale_are_in_the_parameters_unit(
    three: Compiled, free: Trace, name: str, low: float, high: float, offset: float, scale: float
) -> None:
    moves = [(0, f"{name}.offset", offset), (0, f"{name}.scale", scale)]
    trace = _trace(three, 8 * MOTION_STEP, moves=moves)
    column = three.plugin.manifest.tiers[1].conditioning.index(name)
    due = np.arange(SMOOTHING, 8 * MOTION_STEP, TIMBRE_STEP)
    own, seen = (x.conditioning[1][due, column] for x in (free, trace))
    np.testing.assert_array_equal(seen, controlled(own, low, high, offset, scale))
    unit = [low + x.astype(np.float64) * (high - low) for x in (own, seen)]
    np.testing.assert_allclose(
        unit[1], unit[0] * scale + offset, rtol=1e-5, atol=1e-5 * (high - low)
    )
    np.testing.assert_array_equal(trace.values[0], free.values[0][: 8 * MOTION_STEP])


def test_controls_back_at_their_defaults_leave_no_trace(three: Compiled, free: Trace) -> None:
    moves = [
        (10, "centroid.offset", 900.0), (10, "centroid.scale", 2.0), (10, "centroid.take", 0.7),
        (400, "centroid.offset", 0.0), (400, "centroid.scale", 1.0), (400, "centroid.take", 0.0),
    ]  # fmt: skip
    trace = _trace(three, 8 * MOTION_STEP, moves=moves)
    end = 400 + TAKE - 1
    own, seen = (x.conditioning[2][end : 8 * MOTION_STEP, AUDIO_CENTROID] for x in (free, trace))
    np.testing.assert_array_equal(seen.view(np.int32), own.view(np.int32))


# --- beta ----------------------------------------------------------------------------------------


def test_beta_narrows_what_its_own_tier_draws(three: Compiled) -> None:
    spread = {}
    for name in ("motion", "timbre"):
        for beta in (0.1, 20.0):
            trace = _trace(three, 24 * MOTION_STEP, moves=[(0, f"{name}.beta", beta)])
            spread[name, beta] = [trace.values[number].std(axis=0).mean() for number in (0, 1)]
    assert spread["motion", 0.1][0] > 4 * spread["motion", 20.0][0]
    assert spread["timbre", 0.1][1] > 4 * spread["timbre", 20.0][1]
    # What timbre draws is nothing to motion.
    assert spread["timbre", 0.1][0] == spread["timbre", 20.0][0]


# --- plugins that make parameters only -----------------------------------------------------------


def test_a_plugin_of_parameters_steps_and_is_silent() -> None:
    plugin = tiers_plugin()
    manifest = plugin.manifest.model_copy(
        update={"tiers": plugin.manifest.tiers[:2], "codec": None, "sample_rate_hz": 500}
    )
    tensors = {n: t for n, t in plugin.tensors.items() if not n.startswith("audio.")}
    compiled = compile_plugin(Plugin(manifest, tensors))
    trace = _trace(compiled, 100)
    assert not trace.audio.any()
    whole = _trace(compile_plugin(plugin), 100)
    drawn = trace.values[0][::4]
    assert len(np.unique(drawn[:, 0])) == 25
    # The same first draw as among all tiers.
    np.testing.assert_array_equal(drawn[0], whole.values[0][0])
    assert compiled.followed["mfcc1"] == compiled.tiers[1].values[0]


def test_a_control_put_in_place_holds_from_the_first_sample(three: Compiled) -> None:
    audio = rtsynth.render(three, 0.02, {"centroid": 3000.0}, seed=1)
    arena = new_arena(three, 1)
    for index, value in changes_of(three.plugin, find_control(three.plugin, "centroid"), 3000.0):
        place_in_all(three.program, arena, index, value)
    place_in_all(three.program, arena, TOP_K, 0.0)
    out = np.empty(320, np.float32)
    render_block(three.program, header_of(arena), arena, _events(three, ()), 0, out)
    np.testing.assert_array_equal(out, audio)
    assert arena[three.followed["centroid"]] == np.float32(3000) / SPAN
    assert np.any(audio != rtsynth.render(three, 0.02, seed=1))
