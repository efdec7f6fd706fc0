"""States between states, against the formula written down again for a single vector."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.compiler.network_state import check_state, voices_of
from rtsynth.compiler.state_mix import mixed_state
from rtsynth.engine.program.layout import CONFIG_HIDDEN_START
from rtsynth.host.voice import make_voice
from tests.rtsynth.compiler.test_network_state import state_at
from tests.rtsynth.engine.live.test_bank import first_step, one, plugins

F32 = NDArray[np.float32]
VOICES = 2
__all__ = ["one"]  # a fixture


def two_states(compiled: Compiled) -> tuple[F32, F32]:
    """States of the same network, of other random numbers and another time."""
    kept = first_step(compiled)
    return (
        state_at(make_voice(compiled, 16_000, 5, VOICES), kept),
        state_at(make_voice(compiled, 16_000, 6, VOICES), 2 * kept),
    )


@pytest.fixture(scope="module")
def pair(one: Compiled) -> tuple[F32, F32]:
    return two_states(one)


def layers_of(compiled: Compiled, state: F32) -> list[list[float]]:
    """The vectors of all layers of all voices, as plain numbers."""
    first = int(compiled.program.config[CONFIG_HIDDEN_START])
    return [
        voice.hidden[at - first : at - first + floats].astype(np.float64).tolist()
        for voice in voices_of(compiled, state)
        for tier in compiled.tiers
        for at, floats in tier.hidden
    ]


def length(vector: list[float]) -> float:
    return math.sqrt(math.fsum(x * x for x in vector))


@pytest.mark.parametrize("position", [0.1, 0.5, 0.9])
def test_layers_go_between_and_keep_their_level(
    one: Compiled, pair: tuple[F32, F32], position: float
) -> None:
    first, second = pair
    mixed = mixed_state(one, [first, second], [1 - position, position])
    check_state(one, VOICES, mixed)
    triples = zip(*(layers_of(one, each) for each in (first, second, mixed)), strict=True)
    for a, b, between in triples:
        wanted = (1 - position) * length(a) + position * length(b)
        straight = [(1 - position) * x + position * y for x, y in zip(a, b, strict=True)]
        assert length(straight) < wanted, "they point elsewhere: the sum alone is shorter"
        assert length(between) == pytest.approx(wanted, rel=1e-6)
        scale = wanted / length(straight)
        np.testing.assert_allclose(between, [scale * x for x in straight], atol=1e-6)


def test_what_is_no_layer_is_of_the_nearer_state(one: Compiled, pair: tuple[F32, F32]) -> None:
    first, second = pair
    assert any(
        not np.array_equal(a.drawn, b.drawn)
        for a, b in zip(voices_of(one, first), voices_of(one, second), strict=True)
    )
    start = int(one.program.config[CONFIG_HIDDEN_START])
    for position, nearer in ((0.49, first), (0.5, first), (0.51, second)):
        mixed = mixed_state(one, [first, second], [1 - position, position])
        for got, wanted in zip(voices_of(one, mixed), voices_of(one, nearer), strict=True):
            rest = np.ones(wanted.hidden.size, np.bool_)
            for tier in one.tiers:
                for at, floats in tier.hidden:
                    rest[at - start : at - start + floats] = False
            for part, of in zip(got[:3], wanted[:3], strict=True):
                np.testing.assert_array_equal(part, of)
            np.testing.assert_array_equal(got.hidden[rest], wanted.hidden[rest])


def test_the_ends_are_the_states_to_the_bit(one: Compiled, pair: tuple[F32, F32]) -> None:
    first, second = pair
    np.testing.assert_array_equal(mixed_state(one, [first, second], [3, 0]), first)
    np.testing.assert_array_equal(mixed_state(one, [first, second], [0, 1e-9]), second)


def test_an_average_is_of_any_number_and_sum() -> None:
    compiled = compile_plugin(plugins()["gru"])
    first, second = two_states(compiled)
    half = mixed_state(compiled, [first, second], [1, 1])
    np.testing.assert_array_equal(mixed_state(compiled, [first, second], [1e308, 1e308]), half)
    three = mixed_state(compiled, [first, second, first], [1, 2, 1])
    for got, wanted in zip(layers_of(compiled, three), layers_of(compiled, half), strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-6)


def test_what_cancels_is_as_loud_as_it_was() -> None:
    compiled = compile_plugin(plugins()["gru"])
    first, _ = two_states(compiled)
    against = first.copy()
    for voice in voices_of(compiled, against):
        voice.hidden[:] = -voice.hidden
    mixed = mixed_state(compiled, [first, against], [1, 1])
    for got, wanted in zip(layers_of(compiled, mixed), layers_of(compiled, first), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-6)
    for voice in voices_of(compiled, first), voices_of(compiled, against):
        for part in voice:
            part.hidden[:] = 0
    rest = mixed_state(compiled, [first, against], [1, 1])
    assert not any(any(layer) for layer in layers_of(compiled, rest))


@pytest.mark.parametrize("weights", [[1], [1, -1], [0, 0], [1, math.nan], [math.inf, 1]])
def test_weights_that_cannot_be(weights: list[float]) -> None:
    compiled = compile_plugin(plugins()["gru"])
    with pytest.raises(ValueError, match="weight"):
        mixed_state(compiled, list(two_states(compiled)), weights)
