"""SplitMix64 against the published algorithm in Python's own integers, and its statistics."""

import numpy as np
import pytest

from rtsynth.engine.program.layout import HEADER_WORDS, RNG_COUNT, RNG_KEY
from rtsynth.engine.run.rng import counted, seed_header, uniform
from tests.rtsynth.engine.run.modulation_statement import uniform as uniform_of

MASK = (1 << 64) - 1


def splitmix64(state: int) -> tuple[int, int]:
    """(next state, output): `nextSeed` and `mix64` of Steele, Lea, Flood 2014, as in Java 8."""
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


def header_giving(output: int) -> np.ndarray:
    """A voice's header whose next 64 random bits are `output`: the generator run backwards."""
    z = output ^ (output >> 31) ^ (output >> 62)
    z = z * pow(0x94D049BB133111EB, -1, 1 << 64) & MASK
    z ^= (z >> 27) ^ (z >> 54)
    z = z * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & MASK
    z ^= (z >> 30) ^ (z >> 60)
    header = np.zeros(HEADER_WORDS, np.int64)
    header[RNG_KEY] = np.uint64((z - 0x9E3779B97F4A7C15) & MASK).astype(np.int64)
    return header


def _header(seed: int) -> np.ndarray:
    header = np.zeros(HEADER_WORDS, np.int64)
    header[RNG_COUNT] = 99  # seeding starts the count over
    seed_header(header, 0, seed)
    return header


def test_reference_values_of_the_algorithm() -> None:
    # The first outputs for state 1234567, as published with the algorithm's common C version.
    state, outputs = 1234567, []
    for _ in range(3):
        state, output = splitmix64(state)
        outputs.append(output)
    assert outputs == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@pytest.mark.parametrize("seed", [0, 1, 7, 1234567, 2**53, -1])
def test_stream_is_splitmix64(seed: int) -> None:
    header = _header(seed)
    # The key is itself one output of the generator started at the seed.
    state = splitmix64(seed & MASK)[1]
    assert int(header[RNG_KEY]) & MASK == state
    for count in range(1, 200):
        state, output = splitmix64(state)
        assert uniform(header, 0) == ((output >> 41) + 0.5) * 2.0**-23
        assert header[RNG_COUNT] == count


def test_uniform_range_and_distribution() -> None:
    header = _header(3)
    draws = np.array([uniform(header, 0) for _ in range(50_000)], np.float64)
    assert 0 < draws.min() < 1e-3
    assert 1 - 1e-3 < draws.max() < 1
    assert np.all(draws * 2**23 - 0.5 == np.round(draws * 2**23 - 0.5))
    assert abs(draws.mean() - 0.5) < 4 / np.sqrt(12 * draws.size)
    counts = np.bincount((draws * 100).astype(int), minlength=100)
    chi_square = ((counts - 500.0) ** 2 / 500).sum()
    assert chi_square < 149  # 99 degrees of freedom, p = 0.001


@pytest.mark.parametrize("output", [0, 1, 0x123456789ABCDEF0, MASK - 1, MASK])
def test_any_output_can_be_reached(output: int) -> None:
    header = header_giving(output)
    assert splitmix64(int(header[RNG_KEY]) & MASK)[1] == output
    assert uniform(header, 0) == ((output >> 41) + 0.5) * 2.0**-23


def test_neither_0_nor_1_comes_whatever_the_bits() -> None:
    """The ends are as far from 0 and 1 as half a step, and one minus either is the other."""
    least, most = (uniform(header_giving(output), 0) for output in (0, MASK))
    assert least == 2.0**-24
    assert np.float32(1.0) - most == least


def test_neighbouring_seeds_are_unlike() -> None:
    streams = []
    for seed in range(64):
        header = _header(seed)
        streams.append([uniform(header, 0) for _ in range(256)])
    correlation = np.corrcoef(np.array(streams)) - np.eye(64)
    assert np.abs(correlation).max() < 0.35  # 2016 pairs of 256 draws: 5.5 standard deviations


def test_voices_have_streams_of_their_own() -> None:
    """Header words of several voices in one array: one is seeded and drawn from, no other moves."""
    alone = _header(5)
    header = np.zeros(4 * HEADER_WORDS, np.int64)
    at = 2 * HEADER_WORDS
    seed_header(header, at, 5)
    assert [uniform(header, at) for _ in range(20)] == [uniform(alone, 0) for _ in range(20)]
    assert header[at + RNG_COUNT] == 20
    header[at : at + HEADER_WORDS] = 0
    assert not header.any()


def test_counted_numbers_are_of_their_voice_stream_and_count() -> None:
    header = _header(7)
    before = header.copy()
    numbers = {
        (stream, count): counted(header, 0, stream, count)
        for stream in range(3)
        for count in range(300)
    }
    assert np.array_equal(header, before)  # nothing is drawn
    assert all(
        value == uniform_of(int(header[RNG_KEY]), *place) for place, value in numbers.items()
    )
    assert len(set(numbers.values())) > 890
    assert abs(np.mean(list(numbers.values())) - 0.5) < 0.04
    drawn = {uniform(header, 0) for _ in range(1000)}
    assert len(drawn & set(numbers.values())) < 3
