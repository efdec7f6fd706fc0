"""What was observed while a plugin played, and that rounding with regard to it pays."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler import calibrate
from rtsynth.compiler.calibrate import (
    CALIBRATION_VOICES,
    WARM_UP_SAMPLES,
    Observed,
    divergence,
    observe,
)
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CODE,
    CONFIG_ARENA_FLOATS,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TEMPERATURE,
    header_of,
    no_events,
)
from rtsynth.engine.program.program import FEWEST_INPUTS_INT4
from rtsynth.engine.run.parameters import route_parameters
from rtsynth.engine.run.render import render_block
from rtsynth.offline.teacher import teacher_force
from rtsynth.plugin import Parameter, Plugin, Sampling
from tests.rtsynth.plugins import gru_manifest, gru_tensors, random_plugin
from tests.rtsynth.reference import log_softmax

SAMPLES = 300
HIDDEN = FEWEST_INPUTS_INT4 + 16  # units: enough for four bits
PARAMETERS = [
    Parameter(name="kind", minimum=0, maximum=1, default=0, role="class"),
    Parameter(name="pitch", minimum=60, maximum=72, default=66, network_minimum=36),
]


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiled:
    """33 units (so that states have padding); calibrated with SAMPLES samples."""
    monkeypatch.setattr(calibrate, "MOST_SAMPLES", SAMPLES)
    path = tmp_path / "x.safetensors"
    return compile_plugin(
        random_plugin(path, hidden=33, parameters=PARAMETERS, sampling=Sampling(temperature=0))
    )


def _heard(compiled: Compiled) -> tuple[Observed, NDArray[np.float32]]:
    """What was observed, and the parameters [voices, parameters] at which it was."""
    arena = new_arena(compiled, 1, CALIBRATION_VOICES)
    heard = observe(compiled.program, compiled.sources, arena, stepped={0: 1})
    return heard, _parameters(compiled, arena)[:, :, 0].copy()


def _parameters(compiled: Compiled, arena: NDArray[np.float32]) -> NDArray[np.float32]:
    """The parameter tables [voices, parameters, 4] (a view)."""
    voices = arena.reshape(-1, int(compiled.program.config[CONFIG_ARENA_FLOATS]))
    end = HEADER_FLOATS + (BUILT_IN + len(PARAMETERS)) * PARAMETER_FLOATS
    return voices[:, HEADER_FLOATS:end].reshape(len(voices), -1, PARAMETER_FLOATS)


def _routed(compiled: Compiled) -> NDArray[np.int32]:
    """Where the network's inputs are, in the order of its conditioning."""
    return compiled.program.routes[:, 1]


def test_moments_and_codes_are_those_of_the_voices_played(compiled: Compiled) -> None:
    """Collected once more, sample by sample, in float64."""
    heard, values = _heard(compiled)
    arena = new_arena(compiled, 1, CALIBRATION_VOICES)
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    table = _parameters(compiled, arena)
    table[:, BUILT_IN:, 0] = values[:, BUILT_IN:]
    table[:, TEMPERATURE, 0] = 1.0
    for voice in range(0, arena.size, size):
        route_parameters(compiled.program, arena, voice)
    rows: dict[tuple[int, int], list[NDArray[np.float64]]] = {}
    out = np.empty(1, np.float32)
    codes = []
    for time in range(WARM_UP_SAMPLES + SAMPLES):
        render_block(compiled.program, header_of(arena), arena, no_events(), 0, out)
        if time < WARM_UP_SAMPLES:
            continue
        codes.append(header_of(arena)[CODE :: size // 2].tolist())
        for at, inputs in set(compiled.sources):
            seen = arena.reshape(-1, size)[:, at : at + inputs].astype(np.float64)
            rows.setdefault((at, inputs), []).append(np.pad(seen, ((0, 0), (0, 1))))
    np.testing.assert_array_equal(heard.codes, np.transpose(codes))
    np.testing.assert_array_equal(heard.inputs, arena.reshape(-1, size)[:, _routed(compiled)])
    for source, found in zip(compiled.sources, heard.moments, strict=True):
        wide = np.concatenate(rows[source])
        wide[:, -1] = 1
        assert found[-1, -1] == SAMPLES * CALIBRATION_VOICES
        # Summed in float32 over stretches of 50 samples.
        np.testing.assert_allclose(found, wide.T @ wide, rtol=1e-5, atol=1e-3)


def test_voices_are_spread_over_what_the_network_knows(compiled: Compiled) -> None:
    _, values = _heard(compiled)
    kind, pitch = values[:, BUILT_IN], values[:, BUILT_IN + 1]
    # A class is one or the other; a range is covered, and as far as the network knows it.
    assert set(np.unique(kind)) == {0.0, 1.0}
    assert 36 <= pitch.min() < 45
    assert 64 < pitch.max() <= 72
    assert np.unique(pitch).size == CALIBRATION_VOICES
    assert set(values[:, TEMPERATURE]) == {1.0}  # whatever the plugin's own default


def test_it_is_the_same_every_time(compiled: Compiled) -> None:
    (first, _), (second, _) = _heard(compiled), _heard(compiled)
    np.testing.assert_array_equal(first.codes, second.codes)
    for one, other in zip(first.moments, second.moments, strict=True):
        np.testing.assert_array_equal(one, other)


def test_divergence_in_bits() -> None:
    random = np.random.default_rng(4)
    exact, other = random.normal(0, 3, (2, 50, 17)).astype(np.float32)
    p, q = (log_softmax(logits.astype(np.float64)) for logits in (exact, other))
    wanted = np.mean(np.sum(np.exp(p) * (p - q), axis=1)) / np.log(2)
    assert divergence(exact, other) == pytest.approx(wanted, rel=1e-5)
    assert divergence(exact, exact + np.float32(2)) == pytest.approx(0, abs=1e-6)
    # One of two equally likely codes taken for three times as likely as the other.
    fair, unfair = np.zeros((1, 2), np.float32), np.log(np.array([[3, 1]], np.float32))
    assert divergence(fair, unfair) == pytest.approx(0.5 * np.log2(4 / 3), rel=1e-5)


def test_a_calibrated_plugin_is_closer_to_the_exact_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Logits of the same codes, at four bits, with and without calibration."""
    monkeypatch.setattr("rtsynth.compiler.packed_cache.CACHE_FOLDER", tmp_path / "kernels")
    plugin = random_plugin(
        tmp_path / "x.safetensors", scale=1.2 / HIDDEN**0.5, hidden=HIDDEN, layers=1
    )
    random = np.random.default_rng(2)
    exact = compile_plugin(plugin)
    codes = np.full(400, 128) + np.round(20 * np.sin(np.arange(400) / 9)).astype(int)
    conditioning = np.tile(random.uniform(0, 1, 3), (400, 1))
    wanted, _ = teacher_force(exact, codes, conditioning)
    errors = {}
    for calibrated in (False, True):
        small = compile_plugin(plugin, "int4", calibrated=calibrated)
        logits, _ = teacher_force(small, codes, conditioning)
        errors[calibrated] = float(np.sqrt(np.mean((logits - wanted)[50:] ** 2)))
    assert errors[True] < 0.7 * errors[False]


@pytest.mark.parametrize("precision", ["int8", "int4"])
@pytest.mark.parametrize("factor", [0.0, pytest.param(1e-3, marks=pytest.mark.measure)])
def test_a_network_that_hardly_moves_is_rounded_too(
    precision: str, factor: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """States that are (all but) constant: rounding errors of their moments must not matter."""
    monkeypatch.setattr("rtsynth.compiler.packed_cache.CACHE_FOLDER", tmp_path / "kernels")
    monkeypatch.setattr(calibrate, "MOST_SAMPLES", SAMPLES)
    manifest = gru_manifest(hidden=HIDDEN, layers=1, initial_state="zeros")
    tensors = gru_tensors(manifest, scale=0.1)
    for name in ("audio.gru.0.weight_ih", "audio.gru.0.weight_hh"):
        tensors[name] = tensors[name] * np.float32(factor)
    small = compile_plugin(Plugin(manifest, tensors), precision)
    out = np.empty(300, np.float32)
    arena = new_arena(small, 1)
    render_block(small.program, header_of(arena), arena, no_events(), 0, out)
    assert np.unique(out).size > 50
