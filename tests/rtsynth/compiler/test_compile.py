"""From a plugin to a program: golden excerpts, rest states, and what must be refused."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import PluginError
from rtsynth.compiler.compile import compile_plugin, get_hidden, new_arena, set_hidden
from rtsynth.engine.kernels.matrix import Q_SCALE
from rtsynth.engine.program.ops import Quantise
from rtsynth.plugin import Plugin, load, save
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.plugins import gru_manifest, gru_tensors, random_plugin
from tests.rtsynth.reference import gru_logits

STEPS = 12


def golden_tensors(plugin: Plugin) -> dict[str, np.ndarray]:
    """A true excerpt, computed without the engine."""
    random = np.random.default_rng(7)
    codes = random.integers(0, plugin.manifest.codec.levels, STEPS)
    conditioning = random.uniform(0, 1, (STEPS, len(plugin.parameters)))
    config = plugin.manifest.tiers[0].config
    state = random.uniform(-0.5, 0.5, (config["layers"], config["hidden_size"]))
    logits, _ = gru_logits(plugin, codes, conditioning, state)
    return {
        "golden.codes": codes.astype(np.int32),
        "golden.conditioning": conditioning.astype(np.float32),
        "golden.state": state.astype(np.float32),
        "golden.logits": logits.astype(np.float32),
    }


def test_a_true_golden_excerpt_is_accepted(plugin: Plugin) -> None:
    compile_plugin(Plugin(plugin.manifest, plugin.tensors | golden_tensors(plugin)))


@pytest.mark.parametrize("tensor", ["golden.logits", "golden.state", "audio.gru.1.weight_hh"])
def test_a_false_one_is_refused(tmp_path: Path, plugin: Plugin, tensor: str) -> None:
    tensors = plugin.tensors | golden_tensors(plugin)
    tensors[tensor] = tensors[tensor] + np.float32(0.05)
    path = tmp_path / "false.safetensors"
    save(path, plugin.manifest, tensors)
    with pytest.raises(PluginError, match=r"false\.safetensors: golden\.logits: .*off by") as info:
        compile_plugin(load(path))
    assert "\n" not in str(info.value)


def test_an_empty_excerpt_proves_nothing_and_harms_nothing(plugin: Plugin) -> None:
    golden = golden_tensors(plugin)
    empty = {name: tensor[:0] for name, tensor in golden.items()}
    empty["golden.state"] = golden["golden.state"]
    compile_plugin(Plugin(plugin.manifest, plugin.tensors | empty))


def test_hidden_state_goes_in_and_out(plugin: Plugin) -> None:
    compiled = compile_plugin(plugin)
    arena = new_arena(compiled)
    state = np.random.default_rng(8).normal(0, 1, (2, 20)).astype(np.float32)
    set_hidden(compiled, arena, state)
    np.testing.assert_array_equal(get_hidden(compiled, arena), state)


def test_a_small_state_set_from_outside_keeps_its_digits(tmp_path: Path) -> None:
    """As bytes its scale comes of its own peak, not of what a random start left in the padding."""
    plugin = random_plugin(tmp_path / "x.safetensors", hidden=40, layers=1)
    compiled = compile_plugin(plugin, "int8", calibrated=False)
    arena = new_arena(compiled)
    set_hidden(compiled, arena, np.full((1, 40), 1e-3))
    at = ops_of(compiled.program.ops, Quantise)[0].target
    assert arena[at + Q_SCALE] * 127 == pytest.approx(1e-3, rel=1e-6)


def test_a_rest_state_is_where_a_voice_starts(tmp_path: Path) -> None:
    manifest = gru_manifest(hidden=20, layers=3)
    rest = np.random.default_rng(9).normal(0, 0.3, (3, 20)).astype(np.float32)
    tensors = gru_tensors(manifest) | {"rest.audio": rest}
    save(tmp_path / "rest.safetensors", manifest, tensors)
    compiled = compile_plugin(load(tmp_path / "rest.safetensors"))
    np.testing.assert_array_equal(get_hidden(compiled, new_arena(compiled, seed=4)), rest)


def test_arenas_are_aligned_and_of_their_own(plugin: Plugin) -> None:
    compiled = compile_plugin(plugin)
    first, second = new_arena(compiled, 1), new_arena(compiled, 1)
    assert first.ctypes.data % 64 == second.ctypes.data % 64 == 0
    assert compiled.program.weights.ctypes.data % 64 == 0
    np.testing.assert_array_equal(first, second)
    assert not np.shares_memory(first, second)


@pytest.mark.parametrize("factor", [1e25, 1e38])
def test_weights_beyond_float32_are_refused(tmp_path: Path, factor: float) -> None:
    """Folding two layers multiplies their weights: the product must be a number too."""
    plugin = random_plugin(tmp_path / "huge.safetensors")
    tensors = dict(plugin.tensors)
    for name in ("audio.input.weight", "audio.gru.0.weight_ih"):
        tensors[name] = (tensors[name] * factor).astype(np.float64)
    with pytest.raises(PluginError, match=r"too large"):
        compile_plugin(save(tmp_path / "huge.safetensors", plugin.manifest, tensors))
