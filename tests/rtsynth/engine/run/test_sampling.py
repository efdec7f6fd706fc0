"""Drawing a code: cuts against a reference that sorts, frequencies against the softmax."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.layout import HEADER_WORDS, LEAST_SHARE, RNG_COUNT
from rtsynth.engine.run.rng import seed_header
from rtsynth.engine.run.sampling import NONE, categorical, pick
from tests.rtsynth.engine.run.test_rng import MASK, header_giving
from tests.rtsynth.reference import log_softmax

LEVELS = [2, 3, 15, 16, 17, 100, 128, 256, 257]


@jit()
def _draw_many(
    header: Any, arena: Any, levels: Any, scratch: Any, knobs: Any, counts: Any, times: Any
) -> None:
    for _ in range(times):
        code = categorical(
            header, 0, arena, 0, levels, scratch, knobs[0], knobs[1], knobs[2], knobs[3]
        )
        counts[code] += 1


@jit()
def _pick(u: Any, arena: Any, size: Any) -> Any:
    return pick(u, arena, 0, size)


def _likely(logits: NDArray[np.floating], temperature: float = 1.0) -> set[int]:
    """The codes that have a share of at least LEAST_SHARE of the most probable one's."""
    wide = np.asarray(logits, np.float64) / temperature
    return set(np.flatnonzero(wide - wide.max() >= np.log(LEAST_SHARE)).tolist())


class Drawer:
    """Draws from fixed logits; what lies in the padding must not matter."""

    def __init__(self, logits: NDArray[np.float32], seed: int = 1) -> None:
        self.levels = logits.size
        self.scratch = padded(logits.size)
        self.arena = np.zeros(2 * self.scratch, np.float32)
        self.arena[self.levels : self.scratch] = 1e9
        self.arena[: self.levels] = logits
        self.header = np.zeros(HEADER_WORDS, np.int64)
        seed_header(self.header, 0, seed)

    def counts(
        self,
        times: int,
        temperature: float = 1.0,
        top_k: float = 0.0,
        top_p: float = 1.0,
        min_p: float = 0.0,
    ) -> NDArray[np.int64]:
        counts = np.zeros(self.levels, np.int64)
        knobs = np.array([temperature, top_k, top_p, min_p], np.float32)
        _draw_many(self.header, self.arena, self.levels, self.scratch, knobs, counts, times)
        return counts

    def kept(self, **knobs: float) -> set[int]:
        """The codes that one draw could have given: those with a probability left."""
        self.counts(1, **knobs)
        probabilities = self.arena[self.scratch :]
        assert np.all(probabilities[self.levels :] == 0)
        return set(np.flatnonzero(probabilities).tolist())


def _logits(levels: int, seed: int, spread: float = 3.0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, spread, levels).astype(np.float32)


@pytest.mark.parametrize("levels", LEVELS)
def test_top_k_keeps_the_k_largest(levels: int) -> None:
    logits = _logits(levels, levels)
    order = np.argsort(-logits)
    for k in range(1, levels + 1):
        assert Drawer(logits).kept(top_k=k) == set(order[:k].tolist()) & _likely(logits)


@pytest.mark.parametrize("levels", [16, 17, 256])
def test_top_k_keeps_all_ties_of_the_last(levels: int) -> None:
    logits = np.round(_logits(levels, 5, 1.0))
    for k in range(1, levels + 1):
        smallest = np.sort(logits)[-k]
        wanted = set(np.flatnonzero(logits >= smallest).tolist()) & _likely(logits)
        assert Drawer(logits).kept(top_k=k) == wanted


def test_top_k_of_nothing_or_more_than_all_keeps_all() -> None:
    logits = _logits(20, 6)
    for k in (0.0, 0.49, 20.0, 21.0, 1e6):
        assert Drawer(logits).kept(top_k=k) == set(range(20))
    assert len(Drawer(logits).kept(top_k=2.5)) == 3  # a knob on its way rounds
    assert len(Drawer(logits).kept(top_k=2.4)) == 2


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_top_p_keeps_the_fewest_that_reach_it(levels: int, temperature: float) -> None:
    logits = _logits(levels, 10 + levels)
    wide = logits.astype(np.float64) / temperature
    order = np.argsort(-wide)
    cumulated = np.cumsum(np.exp(log_softmax(wide))[order])
    likely = _likely(logits, temperature)
    tested = 0
    for p in np.linspace(0.01, 0.999, 97):
        if np.min(np.abs(cumulated - p)) < 1e-5:
            continue  # float32 sums may round to either side
        tested += 1
        wanted = set(order[: np.searchsorted(cumulated, p) + 1].tolist()) & likely
        assert Drawer(logits).kept(top_p=p, temperature=temperature) == wanted
    assert tested > 50


def test_top_p_keeps_ties_together() -> None:
    logits = np.array([2.0, 1.0, 1.0, 1.0, 0.0] + [-9.0] * 12, np.float32)
    probabilities = np.exp(log_softmax(logits.astype(np.float64)))
    p = probabilities[0] + 0.5 * probabilities[1]
    assert Drawer(logits).kept(top_p=p) == {0, 1, 2, 3}
    assert Drawer(logits).kept(top_p=probabilities[0] - 1e-4) == {0}


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_min_p_drops_what_is_below_that_share_of_the_peak(levels: int, temperature: float) -> None:
    logits = _logits(levels, 30 + levels)
    wide = logits.astype(np.float64) / temperature
    shares = np.exp(wide - wide.max())
    tested = 0
    for share in (1e-6, 1e-3, 0.01, 0.03, 0.1, 0.5, 1.0):
        if np.min(np.abs(shares / share - 1)) < 1e-4 and share < 1.0:
            continue  # float32 may round to either side
        tested += 1
        wanted = set(np.flatnonzero(shares >= share).tolist()) & _likely(logits, temperature)
        assert Drawer(logits).kept(min_p=share, temperature=temperature) == wanted
    assert tested > 4


def test_min_p_drops_the_tail_of_a_flat_distribution_and_top_p_does_not() -> None:
    logits = np.log(np.append(np.full(32, 1.0), np.full(32, 0.005))).astype(np.float32)
    assert len(Drawer(logits).kept(top_p=0.999)) == 64
    assert len(Drawer(logits).kept(min_p=0.01)) == 32


def test_top_k_cuts_before_top_p() -> None:
    logits = np.log(np.array([0.4, 0.3, 0.2, 0.1], np.float32))
    # Of the two that top_k leaves, the first has 4/7 of what remains.
    assert Drawer(logits).kept(top_k=2, top_p=0.56) == {0}
    assert Drawer(logits).kept(top_k=2, top_p=0.58) == {0, 1}


@pytest.mark.parametrize("levels", [2, 17, 64, 256])
@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 1.7},
        {"top_k": 5},
        {"top_p": 0.8},
        {"min_p": 0.05},
        {"temperature": 1.3, "top_k": 12, "top_p": 0.9, "min_p": 0.02},
    ],
    ids=str,
)
def test_frequencies_are_the_softmax(levels: int, knobs: dict[str, float]) -> None:
    times = 200_000
    drawer = Drawer(_logits(levels, 20 + levels, 2.0))
    kept = np.array(sorted(drawer.kept(**knobs)))
    counts = drawer.counts(times, **knobs)
    assert counts.sum() == times
    assert counts[kept].sum() == times
    wide = drawer.arena[kept].astype(np.float64) / knobs.get("temperature", 1.0)
    expected = times * np.exp(log_softmax(wide))
    # Codes expected less than 10 times are counted as one.
    common = expected >= 10
    observed = np.append(counts[kept][common], counts[kept][~common].sum())
    expected = np.append(expected[common], expected[~common].sum())
    observed, expected = observed[expected > 0], expected[expected > 0]
    chi_square = ((observed - expected) ** 2 / expected).sum()
    freedom = observed.size - 1
    # Wilson and Hilferty 1931: the quantile of p = 1e-4, 3.72 standard deviations.
    bound = freedom * (1 - 2 / (9 * freedom) + 3.72 * np.sqrt(2 / (9 * freedom))) ** 3
    assert chi_square < bound if freedom else chi_square < 1e-9


KNOBS: list[dict[str, float]] = [
    {},
    {"temperature": 0.3},
    {"temperature": 2.0},
    {"top_k": 4},
    {"top_p": 0.9},
    {"top_p": 0.999999},
    {"temperature": 1.5, "top_k": 9, "top_p": 0.95},
]


@pytest.mark.parametrize("knobs", KNOBS, ids=str)
@pytest.mark.parametrize("output", [0, MASK], ids=["least", "most"])
def test_the_ends_of_the_random_numbers_draw_nothing_improbable(
    output: int, knobs: dict[str, float]
) -> None:
    """A peak in the middle and next to nothing at both ends, as a trained network's codes are."""
    for levels in LEVELS:
        for spread in (0.5, 5.0, 15.0, 80.0):
            logits = _logits(levels, levels, spread)
            below = np.array([20, 60], np.float32) * max(knobs.get("temperature", 1.0), 1.0)
            logits[[0, -1]] = logits.max() - below
            drawer = Drawer(logits)
            drawer.header[:] = header_giving(output)
            code = int(np.flatnonzero(drawer.counts(1, **knobs))[0])
            likely = _likely(logits, knobs.get("temperature", 1.0))
            rank = int((logits > logits[code]).sum())
            assert code in likely
            assert rank < knobs.get("top_k", levels)


@pytest.mark.parametrize("u", [2.0**-24, 0.3, 0.5, 1 - 2.0**-24])
def test_what_has_no_share_is_never_picked(u: float) -> None:
    random = np.random.default_rng(3)
    for levels in (16, 32, 256):
        for _ in range(200):
            shares = random.random(levels, np.float32) * (random.random(levels) < 0.1)
            code = _pick(np.float32(u), shares.astype(np.float32), levels)
            assert code == NONE or shares[code] > 0
    assert _pick(np.float32(u), np.zeros(32, np.float32), 32) == NONE
    assert _pick(np.float32(u), np.full(32, np.nan, np.float32), 32) == NONE


def test_what_rounding_leaves_behind_goes_to_the_most_probable() -> None:
    """Of sums whose order matters, a draw near 1 may pass none; never the last code for that."""
    random, leftovers = np.random.default_rng(4), 0
    for seed in range(300):
        shares = np.exp(random.normal(0, 4, 256)).astype(np.float32)
        shares[-1] = 0
        leftovers += _pick(np.float32(1 - 2.0**-24), shares, 256) == NONE
        logits = np.log(np.maximum(shares, 1e-30))
        drawer = Drawer(logits, seed)
        drawer.header[:] = header_giving(MASK)
        code = int(np.flatnonzero(drawer.counts(1))[0])
        assert code in _likely(logits)
    assert leftovers > 0


@pytest.mark.parametrize("seed", range(3))
def test_a_logit_that_is_no_number_is_never_drawn(seed: int) -> None:
    logits = _logits(64, seed)
    logits[::3] = np.nan
    logits[1] = -np.inf
    counts = Drawer(logits, seed).counts(20_000)
    assert counts[::3].sum() == 0
    assert counts[1] == 0


def test_without_any_number_it_is_the_middle() -> None:
    """Near silence in every codec: not the full scale of code 0."""
    for temperature in (0.0, 1.0):
        assert Drawer(np.full(256, np.nan, np.float32)).counts(10, temperature)[128] == 10


@pytest.mark.parametrize("levels", LEVELS)
def test_temperature_zero_takes_the_first_largest(levels: int) -> None:
    logits = np.zeros(levels, np.float32)
    best = levels // 2
    logits[best:] = 1.0  # all ties
    drawer = Drawer(logits)
    assert drawer.counts(50, temperature=0.0)[best] == 50
    assert drawer.header[RNG_COUNT] == 0


def test_temperature_near_zero_takes_the_largest() -> None:
    logits = _logits(256, 30)
    counts = Drawer(logits).counts(1000, temperature=0.002)
    assert counts[np.argmax(logits)] == 1000


@pytest.mark.parametrize(
    "logits",
    [
        np.full(17, np.nan),
        np.full(17, np.inf),
        np.full(17, -np.inf),
        np.array([np.nan, np.inf, -np.inf, 1e38, -1e38, 0] * 3),
        np.full(17, 3e38),
    ],
    ids=["nan", "inf", "-inf", "mixed", "huge"],
)
@pytest.mark.parametrize("temperature", [0.0, 0.01, 1.0])
def test_whatever_the_logits_the_code_is_a_code(
    logits: NDArray[np.float64], temperature: float
) -> None:
    drawer = Drawer(logits.astype(np.float32))
    for top_k in (0, 3):
        for top_p in (1.0, 0.5):
            counts = drawer.counts(100, temperature=temperature, top_k=top_k, top_p=top_p)
            assert counts.sum() == 100


def test_a_draw_takes_one_random_number() -> None:
    drawer = Drawer(_logits(64, 31))
    drawer.counts(10, top_k=3, top_p=0.9)
    assert drawer.header[RNG_COUNT] == 10
