"""Quantisers against their formulas, and what must hold of any of them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.plugin import Codec
from rtsynth.plugin.codec import (
    CODECS,
    codec_rule,
    decode,
    decode_table,
    encode,
    input_table,
    silence,
)
from tests.places import FIXTURES

LEVELS = [2, 3, 16, 128, 255, 256, 1024]
MTCRNN = FIXTURES / "mtcrnn"
SAMPLERNN_TORCH = FIXTURES / "samplernn_torch" / "small"
# What is fed for index Q - 1; the indices before it follow in even steps from what 0 is fed as.
INPUTS: dict[str, Callable[[int], tuple[float, float]]] = {
    "mu_law_round": lambda levels: (0.0, 1.0),
    "mu_law_floor": lambda levels: (0.0, 1 - 1 / levels),
    **dict.fromkeys(
        ("mu_law", "a_law", "linear", "mu_law_samplernn"), lambda levels: (-2.0, 2 - 4 / levels)
    ),
    "linear_samplernn": lambda levels: (-2.0, 2 * ((levels - 1) / (levels // 2) - 1)),
}
EXACT = ["mu_law_round", "mu_law", "a_law", "linear"]  # index -> amplitude -> index is the identity
UPRIGHT = sorted(set(CODECS) - {"linear_inverted"})  # index 0 is the lowest amplitude


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


@pytest.mark.parametrize("name", UPRIGHT)
@pytest.mark.parametrize("levels", LEVELS)
def test_tables(name: str, levels: int) -> None:
    table = decode_table(name, levels)
    assert table.dtype == np.float32
    assert table.shape == (levels,)
    assert np.all(np.diff(table) > 0)
    assert np.abs(table).max() <= 1
    inputs = input_table(name, levels)
    assert inputs.dtype == np.float32
    np.testing.assert_allclose(inputs, np.linspace(*INPUTS[name](levels), levels), atol=1e-7)


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("levels", [*LEVELS, 65_536])
def test_every_index_comes_back(name: str, levels: int) -> None:
    index = np.arange(levels)
    np.testing.assert_array_equal(encode(name, levels, decode(name, levels, index)), index)
    limits = (-0.3, 0.7)
    np.testing.assert_array_equal(
        encode(name, levels, decode(name, levels, index, limits), limits), index
    )


@pytest.mark.parametrize("name", UPRIGHT)
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


@pytest.mark.parametrize("levels", LEVELS)
def test_mu_law_samplernn_by_its_formula(levels: int) -> None:
    """The original SampleRNN's rule in scalar Python: int((s + 1) / 2 (Q - 1))."""
    mu = levels - 1
    for x in np.linspace(-1, 1, 401):
        s = math.copysign(math.log1p(mu * abs(x)) / math.log1p(mu), x)
        code = encode("mu_law_samplernn", levels, np.array([x]))[0]
        assert code in (int((s + 1) / 2 * mu), int((s + 1) / 2 * mu + 1e-12))
    for code in range(levels):
        y = 2 * (code - levels / 2) / levels
        amplitude = math.copysign(((1 + mu) ** abs(y) - 1) / mu, y)
        assert decode("mu_law_samplernn", levels, np.array([code]))[0] == pytest.approx(
            amplitude, abs=1e-12
        )
    assert silence("mu_law_samplernn", levels) == levels // 2


def test_mu_law_samplernn_drops_a_level_when_encoded_again() -> None:
    """0 is encoded as 127, and 128 is what decodes to it: the network starts from 128."""
    table = decode("mu_law_samplernn", 256, np.arange(256))
    again = encode("mu_law_samplernn", 256, table)
    assert np.count_nonzero(again == np.arange(256) - 1) == 255
    assert encode("mu_law_samplernn", 256, np.zeros(1))[0] == 127
    assert table[silence("mu_law_samplernn", 256)] == 0


@pytest.mark.parametrize("levels", LEVELS)
def test_linear_samplernn_by_its_formula(levels: int) -> None:
    """The original SampleRNN's linear rule in scalar Python: int(u (Q - 1e-5) + 1e-5 / 2)."""
    random = np.random.default_rng(levels)
    for x in [-1.0, -0.5, 0.0, 0.5, 1.0, *random.uniform(-1, 1, 400)]:
        code = int((x + 1) / 2 * (levels - 1e-5) + 1e-5 / 2)
        assert encode("linear_samplernn", levels, np.array([x]))[0] == code
    half = levels // 2
    amplitudes = decode("linear_samplernn", levels, np.arange(levels))
    assert amplitudes.tolist() == [(code - half) / (levels / 2) for code in range(levels)]
    inputs = input_table("linear_samplernn", levels)
    wanted = [(code / half - 1) * 2 for code in range(levels)]
    np.testing.assert_allclose(inputs, wanted, atol=1e-6)
    assert silence("linear_samplernn", levels) == half
    assert inputs[half] == amplitudes[half] == 0


@pytest.mark.parametrize("levels", LEVELS)
def test_a_law_by_its_formula(levels: int) -> None:
    """G.711's curve in scalar Python, A = 87.6, to the nearest level."""
    a = 87.6
    for x in np.linspace(-1, 1, 401):
        size = a * abs(x) if abs(x) < 1 / a else 1 + math.log(a * abs(x))
        s = math.copysign(size / (1 + math.log(a)), x)
        place = (s + 1) / 2 * (levels - 1)
        assert abs(encode("a_law", levels, np.array([x]))[0] - place) <= 0.5 + 1e-9
    amplitudes = decode("a_law", 1025, np.arange(1025))
    assert (amplitudes[0], amplitudes[512], amplitudes[1024]) == pytest.approx((-1, 0, 1))
    # 1 / A, where the curve turns from a line to a logarithm.
    assert encode("a_law", 1025, np.array([1 / a]))[0] == 512 + round(512 / (1 + math.log(a)))


def test_linear_over_a_range() -> None:
    limits = (-0.5, 1.5)
    np.testing.assert_allclose(decode_table("linear", 5, limits), [-0.5, 0, 0.5, 1, 1.5])
    amplitude = np.array([-3, -0.5, -0.26, -0.24, 0.74, 0.76, 1.5, np.inf])
    assert encode("linear", 5, amplitude, limits).tolist() == [0, 0, 0, 1, 2, 3, 4, 4]
    # The network's input is of the code, not of the amplitude.
    np.testing.assert_array_equal(input_table("linear", 5, limits), input_table("linear", 5))
    assert silence("linear", 5, limits) == 1


def test_linear_inverted_equals_the_systems_own() -> None:
    """Index 0 is the highest amplitude; all of the two-tier PyTorch SampleRNN's codes."""
    with np.load(SAMPLERNN_TORCH / "golden.npz") as golden:
        audio, codes = golden["audio"], golden["codes"]
        minimum, maximum, least = golden["q_min"], golden["q_max"], golden["q_rounded_min"]
    limits = (float(audio.min()), float(audio.max()))
    assert limits == (maximum, minimum)  # the system has them swapped
    np.testing.assert_array_equal(encode("linear_inverted", 256, audio, limits), codes)
    scale = (maximum - minimum) / 255
    inputs = 2 * (codes + least) * scale
    np.testing.assert_allclose(
        input_table("linear_inverted", 256, limits)[codes], inputs, atol=1e-7
    )
    table = decode_table("linear_inverted", 256, limits)
    assert np.all(np.diff(table) < 0)
    np.testing.assert_allclose(2 * table[codes], inputs, atol=1e-7)
    assert np.max(np.abs(table[codes] - audio)) < abs(scale)  # it truncates
    assert table[silence("linear_inverted", 256, limits)] == 0
    # Louder than the file: the ends.
    louder = encode("linear_inverted", 256, np.array([2.0, -2.0]), limits)
    assert louder.tolist() == [0, 254]


def torch_samplernn_code(x: float, levels: int, limits: tuple[float, float]) -> tuple[int, float]:
    """(code, amplitude) of one sample: the two-tier PyTorch SampleRNN's rule in plain Python.

    That code calls the file's highest amplitude its minimum, and its lowest the maximum.
    """
    maximum, minimum = limits
    scale = (maximum - minimum) / (levels - 1)
    rounded_minimum = int(minimum / scale)
    code = min(max(int(x / scale) - rounded_minimum, 0), levels - 1)
    return code, (code + rounded_minimum) * scale


def test_linear_inverted_truncates_its_minimum() -> None:
    """.8397 / scale is -128.7: -128 is subtracted, not the nearest integer."""
    limits = (-0.8236, 0.8397)
    scale = (limits[0] - limits[1]) / 255
    table = decode_table("linear_inverted", 256, limits)
    assert table[0] == pytest.approx(-128 * scale, abs=1e-7)
    assert silence("linear_inverted", 256, limits) == 128
    assert encode("linear_inverted", 256, np.array([0.8397, -0.8236]), limits).tolist() == [0, 254]


@pytest.mark.parametrize("levels", LEVELS)
def test_linear_inverted_by_its_formula_over_any_range(levels: int) -> None:
    """Ranges of every size and place: symmetric, one-sided, narrow ones far from zero."""
    random = np.random.default_rng(levels)
    ranges = [(-1.0, 1.0), (-1.0, 0.0), (0.0, 1.0), (-1.0, 1e-9), (0.5, 0.5 + 1e-9), (-1e-300, 1.0)]
    ranges += [(0.0, 1e-30), (-1e30, 1e30), (-3e-7, 1e-7)]
    for _ in range(60):
        centre, size = random.uniform(-1, 1), 10 ** random.uniform(-6, 0.5)
        ranges.append((centre - size, centre + size))
    for low, high in ranges:
        inside = random.uniform(0, 1, 12)
        audio = np.clip([low, high, 0.0, *(low + inside * (high - low))], low, high)
        codes = encode("linear_inverted", levels, audio, (low, high))
        exact = [torch_samplernn_code(float(x), levels, (low, high)) for x in audio]
        assert codes.tolist() == [code for code, _ in exact], (low, high)
        wanted = [amplitude for _, amplitude in exact]
        assert decode("linear_inverted", levels, codes, (low, high)).tolist() == wanted
        inputs = input_table("linear_inverted", levels, (low, high))[codes]
        np.testing.assert_allclose(inputs, 2 * np.array(wanted), rtol=1e-6)


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


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"minimum": -1.0}, "minimum and maximum: a range needs both"),
        ({"minimum": 0.5, "maximum": 0.5}, "minimum 0.5 is not below maximum 0.5"),
        ({"minimum": 0.5, "maximum": float("nan")}, "maximum"),
        ({"name": "mu_law", "minimum": -1.0, "maximum": 1.0}, "'mu_law' takes none; linear and"),
    ],
)
def test_a_range_that_is_none(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as info:
        Codec(**{"name": "linear", "levels": 16} | fields)
    (error,) = info.value.errors()
    assert message in error["msg"] or message in error["loc"]


def test_the_range_of_a_codec() -> None:
    assert Codec(name="linear", levels=16).limits == (-1, 1)
    assert Codec(name="linear_inverted", levels=16, minimum=-0.5, maximum=2).limits == (-0.5, 2)
