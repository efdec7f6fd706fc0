"""A network that is fed what another one drew has the other one's state, to the bit."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import place_in_all
from rtsynth.compiler.network_state import voices_of
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CODE,
    CONFIG_ARENA_FLOATS,
    CONFIG_SILENCE,
    ENVELOPE,
    EXPRESSION,
    GATE,
    SECTION_DIVIDER,
    header_of,
    no_events,
)
from rtsynth.engine.run.render import render_block
from rtsynth.host.fed import Fed, codes_of, encoded, whole_steps
from rtsynth.host.voice import Voice, make_voice, taken_state
from rtsynth.plugin import Plugin, codec
from tests.rtsynth.plugins import (
    MOTION,
    TIMBRE,
    gru_manifest,
    gru_tensors,
    samplernn_manifest,
    samplernn_tensors,
    tiers_plugin,
)

SEED = 5


def gru() -> Plugin:
    manifest = gru_manifest()
    return Plugin(manifest, gru_tensors(manifest))


def frames(*sizes: int) -> Plugin:
    manifest = samplernn_manifest("gru", sizes, hidden=16)
    tensors = samplernn_tensors(manifest)
    return Plugin(manifest, tensors)


def tiers() -> Plugin:
    """The tiers above the audio draw with next to no deviation: a fed network draws fewer random
    numbers, as it draws no codes.
    """
    plugin = tiers_plugin(networks=(0, 0, 0))
    for name, made in (("motion", MOTION), ("timbre", TIMBRE)):
        weight = plugin.tensors[f"{name}.h2v.weight"]
        plugin.tensors[f"{name}.h2v.weight"] = np.zeros_like(weight)
        plugin.tensors[f"{name}.h2v.bias"] = np.full(len(made), -60, np.float32)
    return plugin


FAMILIES = {
    "gru": gru,
    "samplernn, two tiers": lambda: frames(8),
    "samplernn, three tiers": lambda: frames(8, 2),
    "mtcrnn, three tiers": tiers,
}


def slowest(compiled: Compiled) -> int:
    return int(compiled.program.sections[:, SECTION_DIVIDER].max())


def drawn(voice: Voice, arena: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The codes that the first voice of an arena draws."""
    codes, one = np.zeros(count, np.int64), np.empty(1, np.float32)
    for t in range(count):
        render_block(voice.compiled.program, header_of(arena), arena, no_events(), 0, one)
        codes[t] = header_of(arena)[CODE]
    return codes


@pytest.mark.parametrize("family", FAMILIES)
def test_the_state_is_that_of_a_network_that_drew_it(family: str) -> None:
    compiled = compile_plugin(FAMILIES[family]())
    voice, drawing = make_voice(compiled, 16_000, SEED), new_arena(compiled, SEED)
    for arena in (voice.arena, drawing) if compiled.plugin.parameters else ():
        place_in_all(compiled.program, arena, BUILT_IN, 0.75)
    codes = drawn(voice, drawing, -(-400 // slowest(compiled)) * slowest(compiled))
    assert len(set(codes.tolist())) > 20

    rule = compiled.plugin.manifest.audio_codec
    sound = codec.decode(rule.name, rule.levels, codes, rule.limits)
    if rule.name != "mu_law_floor":  # which drops a level on the way there and back
        np.testing.assert_array_equal(encoded(compiled.plugin, sound), codes)
    fed = Fed(voice)
    for piece in np.array_split(codes, 5):
        fed.feed(piece)
    state = fed.state()
    np.testing.assert_array_equal(state, taken_state(compiled, drawing))
    assert np.abs(np.nan_to_num(voices_of(compiled, state)[0].hidden)).max() > 0.1

    other = Fed(voice)
    other.feed(np.append(codes[:-2], [codes[-2] ^ 1, codes[-1]]))
    assert np.any(other.state() != state)


def test_each_voice_is_fed_under_its_own_values() -> None:
    """And one alone under its own, for all of them; the network as it starts is the same in all."""
    manifest = gru_manifest(initial_state="zeros")
    compiled = compile_plugin(Plugin(manifest, gru_tensors(manifest)))
    voice = make_voice(compiled, 16_000, SEED, voices=3)
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    for number, pitch in enumerate((65.0, 70.0, 75.0)):
        one = voice.arena[number * size : (number + 1) * size]
        place_in_all(compiled.program, one, BUILT_IN + 2, pitch)
    codes = np.random.default_rng(1).integers(256, size=200)

    def state_of(number: int | None) -> list[NDArray[np.float32]]:
        fed = Fed(voice, number)
        fed.feed(codes)
        return [part.hidden for part in voices_of(compiled, fed.state())]

    together = state_of(None)
    assert np.any(together[0] != together[1])
    assert np.any(together[1] != together[2])
    for number, hidden in enumerate(together):
        alone = state_of(number)
        assert len(alone) == 3
        for each in alone:
            np.testing.assert_array_equal(each, hidden)


def test_a_released_voice_is_fed_as_if_its_note_were_held() -> None:
    compiled = compile_plugin(gru())

    def state_of(**rows: float) -> NDArray[np.float32]:
        voice = make_voice(compiled, 16_000, SEED)
        places = {"gate": GATE, "envelope": ENVELOPE, "expression": EXPRESSION}
        for name, value in rows.items():
            place_in_all(compiled.program, voice.arena, places[name], value)
        fed = Fed(voice)
        fed.feed(np.random.default_rng(1).integers(256, size=100))
        return fed.state()

    np.testing.assert_array_equal(state_of(gate=0.0, envelope=0.0), state_of())
    assert np.any(state_of(gate=1.0, envelope=0.5) != state_of())
    assert np.any(state_of(gate=0.0, envelope=0.0, expression=0.5) != state_of())


def test_what_is_fed_changes_nothing_that_plays() -> None:
    compiled = compile_plugin(gru())
    voice = make_voice(compiled, 16_000, SEED, voices=2)
    before = voice.arena.copy()
    fed = Fed(voice)
    fed.feed(np.arange(256))
    fed.state()
    np.testing.assert_array_equal(voice.arena, before)


def test_whole_steps() -> None:
    compiled = compile_plugin(frames(8, 2))
    silence = int(compiled.program.config[CONFIG_SILENCE])
    np.testing.assert_array_equal(whole_steps(compiled, np.arange(19)), np.arange(3, 19))
    np.testing.assert_array_equal(whole_steps(compiled, np.arange(16)), np.arange(16))
    short = whole_steps(compiled, np.array([1, 2, 3]))
    np.testing.assert_array_equal(short, [silence] * 5 + [1, 2, 3])


def test_samples_become_codes() -> None:
    """Mixed down, at the plugin's rate, and only their end."""
    plugin = gru()
    time_s = np.arange(48_000) / 48_000
    left, right = (0.4 * np.sin(2 * np.pi * hz * time_s) for hz in (440, 700))
    codes = codes_of(plugin, np.stack([left, right], axis=1), 48_000, 0.25)
    assert len(codes) == 4000
    wanted = 0.5 * (left + right)[36_000::3]
    rule = plugin.manifest.audio_codec
    made = codec.decode(rule.name, rule.levels, codes, rule.limits)
    middle = slice(100, -100)  # beyond the end a resampler knows nothing
    assert np.abs(made - wanted)[middle].max() < 0.02
    loud = codes_of(plugin, np.array([-3.0, 3.0]), 16_000, 1.0)
    np.testing.assert_array_equal(loud, [0, 255])


@pytest.mark.parametrize(
    ("samples", "rate_hz", "problem"),
    [
        (np.zeros(0), 16_000, "at least one"),
        (np.zeros((2, 2, 2)), 16_000, "at least one"),
        (np.zeros(5, np.int16), 16_000, "expected floats"),
        (np.array([0.0, math.nan]), 16_000, "no finite numbers"),
        (np.zeros(5), 0, "a rate of 0 Hz"),
    ],
)
def test_what_are_no_samples(samples: NDArray[np.float64], rate_hz: int, problem: str) -> None:
    with pytest.raises(ControlError, match=problem):
        codes_of(gru(), samples, rate_hz, 1.0)
