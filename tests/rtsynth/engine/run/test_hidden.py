"""Opened plugins: as their controls are at first they sound as closed ones; and what those do."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin, get_hidden, new_arena, open_compiled
from rtsynth.engine.program.layout import (
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    TARGET_RESET,
    TARGET_SEED,
    TEMPERATURE,
    Events,
    header_of,
    voice_target,
)
from rtsynth.engine.program.ops import Alter, Freeze, Remember
from rtsynth.engine.program.table import row_named
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Plugin
from rtsynth.plugin.opened import hidden_of
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.plugins import (
    gru_manifest,
    gru_tensors,
    samplernn_manifest,
    samplernn_tensors,
    tiers_plugin,
)

F32 = NDArray[np.float32]
LENGTH = 800
SAMPLERNN = {
    "samplernn gru": {},
    "samplernn lstm": {"rnn": "lstm", "frame_sizes": (8, 2), "layers": 2},
    "samplernn reset before": {"rnn": "gru_reset_before", "layers": 2, "skip": True},
    "samplernn one tier": {"frame_sizes": (), "layers": 2, "window": 4},
}
KINDS = ("gru", "tiers", "phased", *SAMPLERNN)


@cache
def made(kind: str) -> Plugin:
    if kind == "gru":
        manifest = gru_manifest(hidden=72, layers=2)  # wide enough to be rounded, no whole vectors
        return Plugin(manifest, gru_tensors(manifest, 1, 0.2))
    if kind in ("tiers", "phased"):
        networks = (0, 5, 0) if kind == "phased" else (2, 5, 0)
        return tiers_plugin(networks=networks, phased=kind == "phased", hidden=(40, 48, 72))
    manifest = samplernn_manifest(hidden=40, **SAMPLERNN[kind])
    return Plugin(manifest, samplernn_tensors(manifest))


@cache
def pair(kind: str, precision: str = "float32", threads: int = 1) -> tuple[Compiled, Compiled]:
    """A plugin closed, and opened."""
    closed = compile_plugin(made(kind), precision, threads, calibrated=False)
    return closed, open_compiled(closed)


def opened(kind: str) -> Compiled:
    return pair(kind)[1]


def row(compiled: Compiled, name: str) -> int:
    return row_named(compiled.plugin.manifest, name)


def render(
    compiled: Compiled,
    rows: list[tuple[int, int, float]],
    blocks: int = LENGTH,
    voices: int = 1,
    length: int = LENGTH,
    arena: F32 | None = None,
) -> F32:
    if arena is None:
        arena = new_arena(compiled, 3, voices)
    rows = sorted(rows, key=lambda each: each[0])
    events = Events(
        np.array([time for time, _, _ in rows], np.int64),
        np.array([target for _, target, _ in rows], np.int32),
        np.array([value for _, _, value in rows], np.float64),
    )
    out, event = np.zeros(length, np.float32), 0
    for at in range(0, length, blocks):
        part = out[at : at + blocks]
        event = render_block(compiled.program, header_of(arena), arena, events, event, part)
    return out


@pytest.mark.parametrize("precision", ["float32", "int8", "int4"])
@pytest.mark.parametrize("kind", KINDS)
def test_opened_it_sounds_the_same(kind: str, precision: str) -> None:
    closed, open_one = pair(kind, precision)
    rows = [(90, TARGET_RESET, 0.0), (400, TEMPERATURE, 0.7)]
    for voices in (1, 3):
        sounds = [render(each, rows, voices=voices) for each in (closed, open_one)]
        assert np.unique(sounds[0]).size > 20
        np.testing.assert_array_equal(*sounds)


@pytest.mark.parametrize("kind", KINDS)
def test_states_are_of_both(kind: str) -> None:
    """What a closed voice is, and what an opened one is, lie alike."""
    states = []
    for compiled in pair(kind):
        arena = new_arena(compiled)
        render(compiled, [], arena=arena)
        config = compiled.program.config
        states.append(arena[config[CONFIG_HIDDEN_START] : config[CONFIG_HIDDEN_END]])
    assert np.count_nonzero(states[0]) >= 40
    np.testing.assert_array_equal(*states)


@pytest.mark.parametrize("kind", KINDS)
def test_what_there_is_to_reach_into(kind: str) -> None:
    closed, open_one = pair(kind)
    for op in (Alter, Freeze, Remember):
        assert ops_of(closed.program.ops, op) == []
    hidden = hidden_of(open_one.plugin.manifest)
    altered = ops_of(open_one.program.ops, Alter)
    assert len(altered) == sum(len(tier.layers) for tier in hidden)
    assert len({op.stream for op in altered}) == len(altered)
    sections = len(open_one.program.sections)
    assert sections == sum(len(tier.holds) for tier in hidden)
    assert [op.ring for op in ops_of(open_one.program.ops, Freeze)] == [
        op.ring for op in ops_of(open_one.program.ops, Remember)
    ]
    assert len(ops_of(open_one.program.ops, Freeze)) == sections


def _moves(compiled: Compiled, voices: int) -> Iterator[tuple[int, int, float]]:
    """Everything that an opened plugin has, moved about."""
    random = np.random.default_rng(5)
    for tier in hidden_of(compiled.plugin.manifest):
        names = [f"layer{n + 1}_{what}" for n in range(len(tier.layers)) for what in
                 ("scale", "noise")]  # fmt: skip
        parts = [f"frame{n + 1}_" for n in range(len(tier.holds) - 1)] + [""]
        names += [f"{part}{what}" for part in parts for what in ("freeze", "loop")]
        for name in names:
            number = row(compiled, f"{tier.tier}.{name}")
            for time in random.integers(0, LENGTH, 4).tolist():
                value = random.integers(0, 3) if name.endswith("freeze") else random.uniform(0, 2)
                yield time, number, float(value)
            if name.endswith("scale"):
                yield 300, voice_target(number, voices - 1), 1.5
    yield 411, TARGET_RESET, 0.0


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_and_threads_have_no_influence(kind: str) -> None:
    rows = list(_moves(opened(kind), 2))
    expected = render(opened(kind), rows, voices=2)
    assert np.unique(expected).size > 20
    for blocks in (1, 64, 333):
        np.testing.assert_array_equal(expected, render(opened(kind), rows, blocks, 2))
    shared = pair(kind, threads=2)[1]
    np.testing.assert_array_equal(expected, render(shared, rows, 100, 2))


@pytest.mark.parametrize("kind", ["gru", "tiers", "samplernn lstm"])
def test_a_muted_layer_passes_nothing_on(kind: str) -> None:
    """With the top layer at 0 the logits are the bias of the output, whatever came before."""
    compiled = opened(kind)
    tier, top = ("audio", len(hidden_of(compiled.plugin.manifest)[-1].layers))
    if kind == "samplernn lstm":
        top = 4
    arena = new_arena(compiled)
    mute = [(0, row(compiled, f"{tier}.layer{top}_scale"), 0.0)]
    places = compiled.tiers[-1].outputs
    render(compiled, mute, arena=arena)
    before = arena[places].copy()
    render(compiled, [], arena=arena, length=160)
    if kind != "samplernn lstm":  # whose logits depend on the last codes as well
        np.testing.assert_array_equal(before, arena[places])
    assert np.abs(get_hidden(compiled, arena)).max() > 0.01, "the layer itself goes on"


def test_noise_is_of_the_seed_and_leaves_the_draws_alone() -> None:
    compiled = opened("gru")
    noise = row(compiled, "audio.layer2_noise")
    plain = render(compiled, [])
    loud = [(200, noise, 0.8)]
    one, again = render(compiled, loud), render(compiled, loud)
    np.testing.assert_array_equal(one, again)
    np.testing.assert_array_equal(one[:200], plain[:200])
    assert np.any(one[200:] != plain[200:])
    back = render(compiled, [*loud, (201, noise, 0.0)])
    headers = []
    for rows in (loud, []):
        arena = new_arena(compiled, 3)
        render(compiled, rows, arena=arena)
        headers.append(header_of(arena)[:4].copy())
    assert headers[0][2] == headers[1][2], "as many numbers are drawn"
    assert back.size == LENGTH


def test_noise_after_a_reset_with_its_seed_is_the_same() -> None:
    """So that a state that is put back, with the seed, gives what it gave."""
    compiled = opened("tiers")
    rows = [(0, row(compiled, "audio.layer1_noise"), 0.5)]
    for time in (0, 1600):
        rows += [(time, TARGET_SEED, 9.0), (time, TARGET_RESET, 0.0)]
    # Ramps and the gain of a new voice have ended by 1600; the first is rendered twice for that.
    rows += [(3200, TARGET_SEED, 9.0), (3200, TARGET_RESET, 0.0)]
    sound = render(compiled, rows, length=4800)
    assert np.unique(sound[1600:3200]).size > 20
    np.testing.assert_array_equal(sound[1600:3200], sound[3200:])


def test_a_held_tier_gives_what_it_gave() -> None:
    compiled = opened("tiers")
    motion, audio = compiled.tiers[0], compiled.tiers[-1]
    arena = new_arena(compiled)
    frozen = row(compiled, "motion.freeze")
    render(compiled, [(5000, frozen, 1.0)], arena=arena, length=6000)
    values, hidden = arena[motion.values].copy(), get_hidden(compiled, arena, 0)
    assert np.isfinite(values).all()
    below = get_hidden(compiled, arena)
    for _ in range(3):
        render(compiled, [], arena=arena, length=777)
        np.testing.assert_array_equal(values, arena[motion.values])
        np.testing.assert_array_equal(hidden, get_hidden(compiled, arena, 0))
    assert np.any(below != get_hidden(compiled, arena)), "the others go on"
    assert audio.holds[0].floats == 256
    clock = int(header_of(arena)[0])
    render(compiled, [(clock + 5, frozen, 0.0)], arena=arena, length=3000)
    assert np.any(values != arena[motion.values])
    assert np.any(hidden != get_hidden(compiled, arena, 0))


def test_a_loop_gives_its_steps_again() -> None:
    compiled = opened("tiers")
    motion, divider = compiled.tiers[0], compiled.tiers[0].holds[0].divider
    arena, steps = new_arena(compiled), []
    rows = [(0, row(compiled, "motion.loop"), 3.0)]
    frozen_at = 12 * divider
    rows.append((frozen_at - 1, row(compiled, "motion.freeze"), 2.0))
    render(compiled, rows[:1], arena=arena, length=1)
    for step in range(24):
        due = [rows[1]] if step == 11 else []
        render(compiled, due, arena=arena, length=divider if step else divider - 1)
        if step == 11:
            continue
        steps.append(arena[motion.values].copy())
    steps = np.array(steps)
    free, looped = steps[:11], steps[11:]
    assert np.unique(free[:, 0]).size == 11
    for number, values in enumerate(looped):
        np.testing.assert_array_equal(values, looped[number % 3])
    assert np.unique(looped[:, 0]).size == 3


@pytest.mark.parametrize("kind", ["samplernn gru", "samplernn lstm"])
def test_a_frame_tier_can_be_held(kind: str) -> None:
    """Its recurrent layers stand still; the samples are drawn on."""
    compiled = opened(kind)
    arena = new_arena(compiled)
    frozen = row(compiled, "audio.frame1_freeze")
    first = render(compiled, [(400, frozen, 1.0)], arena=arena)
    hidden = get_hidden(compiled, arena)
    then = render(compiled, [], arena=arena)
    per_section = len(hidden) // len(compiled.tiers[0].holds[:-1])
    np.testing.assert_array_equal(hidden[:per_section], get_hidden(compiled, arena)[:per_section])
    assert np.unique(first).size > 20
    assert np.unique(then).size > 10


def test_the_audio_draws_on_from_a_held_distribution() -> None:
    compiled = opened("gru")
    arena = new_arena(compiled)
    outputs = compiled.tiers[-1].outputs
    render(compiled, [(500, row(compiled, "audio.freeze"), 1.0)], arena=arena)
    logits = arena[outputs].copy()
    sound = render(compiled, [], arena=arena)
    np.testing.assert_array_equal(logits, arena[outputs])
    assert np.unique(sound).size > 20


def test_a_file_is_never_opened(tmp_path: Path) -> None:
    """What is found as it is compiled is in no file, and does not count for what it is."""
    closed, open_one = pair("gru")
    assert open_one.plugin.content_hash == closed.plugin.content_hash
