"""The `samplernn` family against NumPy float64, and what it refuses."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.compile import Compiled, compile_plugin, get_hidden, new_arena
from rtsynth.engine.controls import place
from rtsynth.engine.kernels import Q_SCALE
from rtsynth.engine.layout import (
    CODE,
    CONFIG_ARENA_FLOATS,
    CONFIG_SILENCE,
    OP_EMBEDDING_SUM,
    OP_LSTM_GATES,
    OP_MATRIX,
    OP_QUANTISE,
    TARGET_RESET,
    TEMPERATURE,
    Events,
    header_of,
    no_events,
)
from rtsynth.engine.packing import FLOAT32, INT4, INT8
from rtsynth.engine.render import render_block
from rtsynth.engine.tape import FEWEST_INPUTS_INT4
from rtsynth.errors import PluginError
from rtsynth.families import find_family
from rtsynth.plugin import Manifest, Parameter, Plugin, Tier, save
from tests.rtsynth.families.samplernn_reference import SampleRnn
from tests.rtsynth.plugins import samplernn_manifest, samplernn_tensors

# rnn, frame sizes, hidden, layers, levels
SIZES: list[tuple[str, tuple[int, ...], int, int, int]] = [
    (rnn, frames, hidden, layers, levels)
    for rnn in ("gru", "lstm")
    for frames, hidden, layers, levels in (
        ((16,), 20, 2, 64),
        ((8, 2), 20, 1, 64),
        ((16, 8, 2), 20, 2, 100),
        ((16, 8, 2), 33, 1, 256),
        ((12, 4), 64, 3, 17),
        ((2,), 1, 1, 2),
    )
]
STEPS = 200
TOLERANCE = 1e-4  # of logits, about 1 in size, over all steps


def _plugin(path: Path, **fields: Any) -> Plugin:
    manifest = samplernn_manifest(**fields)
    tensors = samplernn_tensors(manifest)
    shape = find_family("samplernn").state_shape(manifest, manifest.tiers[0])
    random = np.random.default_rng(1)
    # LSTM cells and states differ from each other, and so do the tiers.
    tensors["rest.audio"] = random.uniform(-0.8, 0.8, shape).astype(np.float32)
    return save(path / "x.safetensors", manifest, tensors)


def _logits(compiled: Compiled, arena: NDArray[np.float32]) -> NDArray[np.float32]:
    at = int(compiled.tiers[-1].outputs[0])
    return arena[at : at + compiled.plugin.manifest.codec.levels].copy()


def _step(compiled: Compiled, arena: NDArray[np.float32]) -> int:
    """One sample: the code drawn."""
    out = np.empty(1, np.float32)
    render_block(compiled.program, header_of(arena), arena, no_events(), 0, out)
    return int(header_of(arena)[CODE])


def _exact(compiled: Compiled) -> SampleRnn:
    rest = np.asarray(compiled.plugin.tensors["rest.audio"])
    return SampleRnn(compiled.plugin, rest, int(compiled.program.config[CONFIG_SILENCE]))


@pytest.mark.parametrize("temperature", [0.0, 1.0])
@pytest.mark.parametrize(("rnn", "frames", "hidden", "layers", "levels"), SIZES)
def test_logits(
    tmp_path: Path,
    rnn: str,
    frames: tuple[int, ...],
    hidden: int,
    layers: int,
    levels: int,
    temperature: float,
) -> None:
    """Step by step, driven by the codes that the engine draws."""
    plugin = _plugin(
        tmp_path, rnn=rnn, frame_sizes=frames, hidden=hidden, layers=layers, levels=levels
    )
    compiled = compile_plugin(plugin)
    arena = new_arena(compiled, 1)
    place(arena, TEMPERATURE, temperature)
    exact = _exact(compiled)
    drawn = []
    for _ in range(STEPS):
        wanted = exact.logits()
        code = _step(compiled, arena)
        assert np.max(np.abs(_logits(compiled, arena) - wanted)) < TOLERANCE
        if temperature == 0:
            assert wanted[code] > wanted.max() - 2 * TOLERANCE
        drawn.append(code)
        exact.hear(code)
    states = exact.states.reshape(get_hidden(compiled, arena).shape)
    assert np.max(np.abs(get_hidden(compiled, arena) - states)) < TOLERANCE
    if temperature > 0:
        assert len(set(drawn)) > min(levels, 12) // 2


def test_a_linear_activation(tmp_path: Path) -> None:
    plugin = _plugin(tmp_path, activation="linear", frame_sizes=(4, 2))
    compiled = compile_plugin(plugin)
    arena, exact = new_arena(compiled, 1), _exact(compile_plugin(plugin))
    for _ in range(20):
        wanted = exact.logits()
        exact.hear(_step(compiled, arena))
        assert np.max(np.abs(_logits(compiled, arena) - wanted)) < TOLERANCE


def test_voices_share_the_tape(tmp_path: Path) -> None:
    compiled = compile_plugin(_plugin(tmp_path, rnn="lstm", frame_sizes=(8, 2)))
    batch = new_arena(compiled, 1, voices=3)
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    singles = [batch[voice : voice + size].copy() for voice in range(0, batch.size, size)]
    for arena in (batch, *singles):
        for _ in range(100):
            _step(compiled, arena)
    np.testing.assert_array_equal(batch.view(np.int32), np.concatenate(singles).view(np.int32))


@pytest.mark.parametrize("block", [1, 7, 64])
def test_blocks(tmp_path: Path, block: int) -> None:
    compiled = compile_plugin(_plugin(tmp_path, frame_sizes=(16, 8, 2)))
    whole, parts = np.empty(400, np.float32), np.empty(400, np.float32)
    arenas = new_arena(compiled, 1), new_arena(compiled, 1)
    # A reset within a frame.
    events = Events(np.array([203]), np.array([TARGET_RESET], np.int32), np.zeros(1))
    render_block(compiled.program, header_of(arenas[0]), arenas[0], events, 0, whole)
    first = 0
    for start in range(0, 400, block):
        part = parts[start : start + block]
        first = render_block(compiled.program, header_of(arenas[1]), arenas[1], events, first, part)
    np.testing.assert_array_equal(parts.view(np.int32), whole.view(np.int32))
    np.testing.assert_array_equal(arenas[0].view(np.int32), arenas[1].view(np.int32))


# largest root mean square error of the logits, as a share of their spread
@pytest.mark.parametrize(("precision", "tolerance"), [("int8", 0.025), ("int4", 0.2)])
def test_small_integers_stay_close(tmp_path: Path, precision: str, tolerance: float) -> None:
    """Large enough that every kind of matrix is rounded; codes as `float32` draws them."""
    hidden = FEWEST_INPUTS_INT4 + 16
    plugin = _plugin(tmp_path, rnn="lstm", frame_sizes=(64, 16), hidden=hidden, levels=64)
    compiled = compile_plugin(plugin, precision, calibrated=False)
    ops = compiled.program.ops
    kinds = [int(kind) for kind in ops[ops[:, 0] == OP_MATRIX, 1]]
    small = INT8 if precision == "int8" else INT4
    # Top tier: 64 inputs are too few for four bits, 16 for eight.
    assert kinds[:3] == [INT8, small, small]
    assert kinds[3:7] == [FLOAT32, small, small, small]
    assert kinds[7:] == [small, small, INT8]
    assert ops[ops[:, 0] == OP_EMBEDDING_SUM, 7].tolist() == [1]
    assert (ops[:, 0] == OP_LSTM_GATES).sum() == 2
    arena, exact = new_arena(compiled, 1), _exact(compiled)
    wanted, got = [], []
    for _ in range(STEPS):
        wanted.append(exact.logits())
        exact.hear(_step(compiled, arena))
        got.append(_logits(compiled, arena))
    share = np.sqrt(np.mean(np.square(np.subtract(got, wanted)))) / np.std(wanted)
    assert share < tolerance


def test_a_frame_is_turned_into_bytes_by_its_own_peak(tmp_path: Path) -> None:
    """40 numbers, no whole vectors; what lies behind them is something else's."""
    plugin = _plugin(tmp_path, frame_sizes=(80, 40), hidden=64)
    compiled = compile_plugin(plugin, "int8", calibrated=False)
    ops = compiled.program.ops
    (op,) = ops[(ops[:, 0] == OP_QUANTISE) & (ops[:, 2] == 40)]
    arena = new_arena(compiled, 1)
    for _ in range(3):
        peak = np.abs(arena[op[1] : op[1] + 40]).max()
        _step(compiled, arena)
        assert arena[op[3] + Q_SCALE] * 127 == pytest.approx(peak, rel=1e-6)
        for _ in range(39):
            _step(compiled, arena)


# --- what it refuses -----------------------------------------------------------------------------


def _refused(manifest: Manifest) -> str:
    with pytest.raises(ValueError, match=".") as info:
        find_family("samplernn").tensor_shapes(manifest, manifest.tiers[0])
    assert "\n" not in str(info.value)
    return str(info.value)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"rnn": "mgu"}, "config.rnn: Input should be 'gru' or 'lstm'"),
        ({"layers": 0}, "config.layers: Input should be greater than or equal to 1"),
        ({"layers": 6}, "config.layers: Input should be less than or equal to 5"),
        ({"hidden_size": 0}, "config.hidden_size: Input should be greater than or equal to 1"),
        ({"hidden_size": "many"}, "config.hidden_size: Input should be a valid integer"),
        ({"frame_sizes": []}, "config.frame_sizes: List should have at least 1 item"),
        ({"frame_sizes": [1]}, "config.frame_sizes.0: Input should be greater than or equal to 2"),
        ({"frame_sizes": [16, 6]}, "frame_sizes: 6 must divide 16, the one above it"),
        ({"frame_sizes": [8, 8]}, "frame_sizes: 8 must divide 8, the one above it"),
        ({"frame_sizes": [2, 8]}, "frame_sizes: 8 must divide 2, the one above it"),
        ({"embedding_size": 0}, "config.embedding_size: Input should be greater"),
        ({"activation": "tanh"}, "config.activation: Input should be 'relu' or 'linear'"),
        ({"dropout": 0.1}, "config.dropout: Extra inputs are not permitted"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_a_config_that_is_wrong(config: dict[str, Any], message: str) -> None:
    assert message in _refused(samplernn_manifest(**config))


def test_a_config_that_lacks_a_field() -> None:
    manifest = samplernn_manifest()
    config = {k: v for k, v in manifest.tiers[0].config.items() if k != "frame_sizes"}
    tier = manifest.tiers[0].model_copy(update={"config": config})
    lacking = manifest.model_copy(update={"tiers": [tier]})
    assert _refused(lacking) == "config.frame_sizes: Field required"


def test_it_takes_no_conditioning_and_no_other_tier() -> None:
    manifest = samplernn_manifest()
    tier = manifest.tiers[0]
    two = manifest.model_copy(update={"tiers": [tier, tier.model_copy(update={"name": "b"})]})
    slow = manifest.model_copy(update={"tiers": [tier.model_copy(update={"rate_hz": 8000})]})
    for other in (two, slow):
        assert _refused(other) == "a samplernn tier holds all its frame tiers and makes audio alone"
    parameter = Parameter(name="pitch", minimum=0, maximum=1, default=0)
    steered = Manifest(
        name="x",
        sample_rate_hz=16_000,
        codec=manifest.codec,
        parameters=[parameter],
        tiers=[Tier(**tier.model_dump() | {"conditioning": ["pitch"]})],
    )
    assert _refused(steered) == "conditioning: a samplernn tier takes none"


def test_a_file_that_is_wrong_is_one_line_with_its_name(tmp_path: Path) -> None:
    manifest = samplernn_manifest(frame_sizes=(16, 6))
    with pytest.raises(PluginError) as info:
        save(tmp_path / "wrong.safetensors", manifest, {})
    assert str(info.value) == (
        f"{tmp_path}/wrong.safetensors: tier 'audio': config: frame_sizes: 6 must divide 16, the "
        "one above it"
    )


def test_shapes_are_pytorchs() -> None:
    manifest = samplernn_manifest("lstm", (8, 2), hidden=5, layers=2, levels=16)
    tier = manifest.tiers[0]
    shapes = find_family("samplernn").tensor_shapes(manifest, tier)
    assert shapes["frame.0.rnn.0.weight_ih"] == (20, 8)
    assert shapes["frame.0.rnn.1.weight_ih"] == shapes["frame.1.rnn.0.weight_ih"] == (20, 5)
    assert shapes["frame.0.output.weight"] == (4 * 5, 5)  # a vector for each frame of 2
    assert shapes["frame.1.output.weight"] == (2 * 5, 5)
    assert shapes["frame.1.expand.weight"] == (5, 2)
    assert "frame.0.expand.weight" not in shapes
    assert shapes["sample.embedding"] == (16, 12)
    assert shapes["sample.1.weight"] == (5, 2 * 12)
    assert "sample.1.bias" not in shapes
    assert shapes["sample.4.weight"] == (16, 5)
    assert find_family("samplernn").state_shape(manifest, tier) == (2 * 2 * 2, 5)
