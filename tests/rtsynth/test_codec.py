"""Quantisers against their formulas, and what must hold of any of them."""

import math
from pathlib import Path

import numpy as np
import pytest

from rtsynth.codec import CODECS, codec_rule, decode, decode_table, encode, input_table
from rtsynth.errors import InputError

LEVELS = [2, 3, 16, 128, 255, 256, 1024]
MTCRNN = Path(__file__).parents[1] / "fixtures" / "mtcrnn"
# What index Q would be fed as: the index is divided by this.
HEARD_AS_ONE = {
    "mu_law_round": lambda levels: levels - 1,
    "mu_law_floor": lambda levels: levels,
}


@pytest.mark.parametrize("levels", LEVELS)
def test_mu_law_round_by_its_formula(levels: int) -> None:
    """RNNControl's rule, in scalar Python."""
    mu = levels - 1
    for x in np.linspace(-1, 1, 401):
        s = math.copysign(math.log1p(mu * abs(x)) / math.log1p(mu), x)
        assert encode("mu_law_round", levels, np.array([x]))[0] == math.floor(
            (s + 1) / 2 * mu + 0.5
        )
    for code in range(levels):
        s = 2 * code / mu - 1
        amplitude = math.copysign((math.pow(1 + mu, abs(s)) - 1) / mu, s)
        assert decode("mu_law_round", levels, np.array([code]))[0] == pytest.approx(
            amplitude, abs=1e-12
        )


@pytest.mark.parametrize("name", sorted(CODECS))
@pytest.mark.parametrize("levels", LEVELS)
def test_tables(name: str, levels: int) -> None:
    table = decode_table(name, levels)
    assert table.dtype == np.float32
    assert table.shape == (levels,)
    assert np.all(np.diff(table) > 0)
    assert np.abs(table).max() <= 1
    heard = input_table(name, levels)
    assert heard.dtype == np.float32
    np.testing.assert_array_equal(
        heard, (np.arange(levels) / HEARD_AS_ONE[name](levels)).astype(np.float32)
    )


@pytest.mark.parametrize("levels", LEVELS)
def test_every_index_comes_back(levels: int) -> None:
    index = np.arange(levels)
    np.testing.assert_array_equal(
        encode("mu_law_round", levels, decode("mu_law_round", levels, index)), index
    )


@pytest.mark.parametrize("name", sorted(CODECS))
@pytest.mark.parametrize("levels", LEVELS)
def test_amplitudes_are_clamped(name: str, levels: int) -> None:
    codes = encode(name, levels, np.array([-np.inf, -7, -1, 0, 1, 7, np.inf]))
    assert codes[:3].tolist() == [0, 0, 0]
    assert codes[4:].tolist() == [levels - 1] * 3
    assert abs(codes[3] - (levels - 1) / 2) <= 0.5


def test_mu_law_floor_equals_the_systems_own() -> None:
    with np.load(MTCRNN / "audio_net0" / "golden.npz") as golden:
        np.testing.assert_array_equal(
            encode("mu_law_floor", 256, golden["mulaw_audio"]), golden["mulaw_encoded"]
        )
        np.testing.assert_allclose(
            decode("mu_law_floor", 256, np.arange(256)), golden["mulaw_decoded_0_255"], atol=1e-12
        )


@pytest.mark.parametrize("levels", LEVELS)
def test_mu_law_floor_by_its_formula(levels: int) -> None:
    """MTCRNN's rule in scalar Python: the last edge of -1..1 that is not above the amplitude."""
    edges = np.linspace(-1, 1, levels)
    for x in np.linspace(-1, 1, 101):
        s = math.copysign(math.log(1 + (levels - 1) * abs(x)) / math.log(levels), x)
        code = encode("mu_law_floor", levels, np.array([x]))[0]
        assert edges[code] <= s + 1e-15
        assert code == levels - 1 or s < edges[code + 1]
    for code in range(levels):
        y = 2 * code / levels - 1
        amplitude = math.copysign((levels ** abs(y) - 1) / (levels - 1), y)
        assert decode("mu_law_floor", levels, np.array([code]))[0] == pytest.approx(
            amplitude, abs=1e-12
        )


def test_mu_law_floor_drops_a_level_when_encoded_again() -> None:
    """Why the index drawn is fed back, and never what it sounds like."""
    table = decode("mu_law_floor", 256, np.arange(256))
    again = encode("mu_law_floor", 256, table)
    assert np.count_nonzero(again == np.arange(256) - 1) == 255
    assert table.max() == pytest.approx(0.957, abs=5e-4)
    assert encode("mu_law_floor", 256, np.zeros(1))[0] == 127
    assert table[128] == 0


def test_quantising_picks_the_nearest_on_the_companded_scale() -> None:
    levels = 256
    x = np.random.default_rng(1).uniform(-1, 1, 2000)
    table = decode("mu_law_round", levels, np.arange(levels))
    companded = [np.sign(v) * np.log(1 + 255 * np.abs(v)) for v in (x, table)]
    nearest = np.abs(companded[0][:, None] - companded[1]).argmin(axis=1)
    np.testing.assert_array_equal(encode("mu_law_round", levels, x), nearest)


def test_an_unknown_codec_lists_the_known() -> None:
    with pytest.raises(InputError, match="codec 'opus' is unknown; known: .*mu_law_round"):
        codec_rule("opus")
