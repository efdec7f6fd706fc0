import numpy as np
import pytest

from rtsynth.plugin import codec
from rtsynth_train.measure import linear
from rtsynth_train.measure.linear import linear_bits

TABLE = codec.decode_table("linear", 256)


def coded(sound: np.ndarray, name: str = "linear") -> np.ndarray:
    return codec.encode(name, 256, sound)


def resonance(seed: int, count: int = 40_000) -> tuple[np.ndarray, float]:
    """Noise through a resonator, and the noise's deviation: what nobody can foretell."""
    random, deviation = np.random.default_rng(seed), 0.05
    noise = deviation * random.laplace(size=count) / np.sqrt(2)
    sound = np.zeros(count)
    for n in range(2, count):
        sound[n] = 1.6 * sound[n - 1] - 0.8 * sound[n - 2] + noise[n]
    return sound, deviation


def test_what_it_needs_is_the_entropy_of_what_cannot_be_foretold() -> None:
    (first, deviation), (second, _) = resonance(0), resonance(1)
    # Of Laplace's distribution, less the step of the codes.
    entropy = np.log2(2 * np.e * deviation / np.sqrt(2)) - np.log2(2 / 255)
    found = linear_bits([coded(first)], [coded(second)], TABLE)
    assert found == pytest.approx(entropy, abs=0.06)
    assert linear_bits([coded(first)], [coded(second)], TABLE, order=1) > found + 0.3


def test_what_cannot_be_foretold_takes_all_bits() -> None:
    codes = np.random.default_rng(0).integers(0, 256, 50_000)
    assert 8.0 <= linear_bits([codes[:25_000]], [codes[25_000:]], TABLE) < 8.5


def test_silence_takes_next_to_nothing() -> None:
    silent = np.full(20_000, 128)
    assert linear_bits([silent], [silent], TABLE) < 0.05


@pytest.mark.parametrize("name", ["mu_law", "a_law"])
def test_of_companded_codes(name: str) -> None:
    sound, _ = resonance(0)
    codes = coded(0.2 * sound, name)
    table = codec.decode_table(name, 256)
    half = len(codes) // 2
    shuffled = np.random.default_rng(0).permutation(codes)
    ordered = linear_bits([codes[:half]], [codes[half:]], table)
    assert ordered < linear_bits([shuffled[:half]], [shuffled[half:]], table) - 1.0


def test_codes_may_fall() -> None:
    codes = coded(resonance(0)[0])
    rising = linear_bits([codes], [codes], TABLE)
    assert linear_bits([255 - codes], [255 - codes], TABLE[::-1]) == rising


def test_there_may_be_nothing_to_score() -> None:
    assert np.isnan(linear_bits([np.arange(100)], [], TABLE))
    assert np.isnan(linear_bits([np.arange(100)], [np.arange(10)], TABLE))


def test_only_the_beginning_of_a_long_set_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "MOST_SAMPLES", 20_000)
    codes = coded(resonance(0)[0])
    beginning = linear_bits([codes[:20_000]], [codes[:20_000]], TABLE)
    assert linear_bits([codes], [codes, codes[::-1]], TABLE) == beginning
