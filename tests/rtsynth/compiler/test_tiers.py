"""A whole plugin of three tiers: what each sees of the others, at every sample."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import rtsynth
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    header_of,
)
from rtsynth.engine.run.render import render_block
from rtsynth.offline.events import ControlEvent, compiled_events
from rtsynth.plugin import Plugin
from tests.rtsynth.compiler.tier_traces import (
    F32,
    LENGTH,
    MOTION_STEP,
    SPAN,
    TIMBRE_STEP,
    Trace,
    record,
    timed_events,
)
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin
from tests.rtsynth.reference_tiers import TierNetwork, upsampled

MOTIONS = ("motion", "timbre", "audio")


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


@pytest.fixture(scope="module")
def trace(three: Compiled) -> Trace:
    return record(three)


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
        heard = np.concatenate(
            [np.zeros_like(drawn[:1]), drawn[:-1]]
        )  # a fresh voice starts with 0
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
    trace = record(compiled, 100)
    for number, rate_hz in enumerate(rates_hz[:2]):
        divider = rates_hz[2] // rate_hz
        changed = np.any(np.diff(trace.values[number], axis=0, prepend=0) != 0, axis=1)
        np.testing.assert_array_equal(np.flatnonzero(changed), np.arange(0, 100, divider))


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
    events, first = timed_events(compiled, MOVES), 0
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
    first, again, other = (record(three, 300, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.audio, again.audio)
    for number in (0, 1):
        assert np.all(first.values[number][::MOTION_STEP] != other.values[number][::MOTION_STEP])
    assert np.mean(first.codes != other.codes) > 0.8


@pytest.mark.parametrize("at", [4 * MOTION_STEP, 4 * MOTION_STEP + 17])
def test_a_reset_starts_over(three: Compiled, at: int) -> None:
    """With the same seed: the same again, to the bit, wherever in a tier's step it comes."""
    trace = record(three, 2 * at, moves=[(at, "RESET", 0.0), (at, "SEED", 1.0)])
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
        render_block(three.program, header_of(arena), arena, timed_events(three, ()), 0, out)
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


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_smaller_weights(precision: str) -> None:
    """Matrices of every tier become small; all it makes is finite and alive."""
    plugin = tiers_plugin(hidden=(64, 64, 64), layers=2, scale=0.15)
    compiled = compile_plugin(plugin, precision, calibrated=False)
    exact = compile_plugin(plugin)
    assert compiled.program.weights.nbytes < 0.5 * exact.program.weights.nbytes
    trace = record(compiled, 400)
    for tier in (*trace.values, *trace.conditioning, *trace.outputs, *trace.hidden):
        assert np.isfinite(tier).all()
    assert trace.audio.std() > 0.05
    first = record(exact, 1)
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
    trace = record(compiled, 300)
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
    trace = record(compiled, 12 * MOTION_STEP)
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
    trace = record(compile_plugin(Plugin(plugin.manifest, broken)), 300)
    for tier in (trace.values[0], *trace.conditioning, trace.audio):
        assert np.isfinite(tier).all()
