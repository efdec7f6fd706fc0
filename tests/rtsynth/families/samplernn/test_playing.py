"""Voices, blocks, the golden excerpt and small integers of `samplernn` tiers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtsynth.common.errors import PluginError
from rtsynth.compiler.compile import compile_plugin, new_arena
from rtsynth.engine.kernels.matrix import Q_SCALE
from rtsynth.engine.kernels.packing import FLOAT32, INT4, INT8
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    TARGET_RESET,
    Events,
    header_of,
)
from rtsynth.engine.program.ops import EmbeddingSum, LstmGates, Matrix, Quantise
from rtsynth.engine.program.program import FEWEST_INPUTS_INT4
from rtsynth.engine.run.render import render_block
from rtsynth.offline.teacher import teacher_force
from rtsynth.plugin import save
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.families.samplernn.stepped import (
    BRIGHT,
    STEPS,
    VOICE,
    exact_of,
    logits_now,
    plugin_of,
    step,
)

KINDS: list[dict[str, Any]] = [
    {"rnn": "lstm", "frame_sizes": (8, 2)},
    {"rnn": "gru", "frame_sizes": (16, 8, 2), "parameters": (BRIGHT,), "activation": "linear"},
    {"rnn": "gru_reset_before", "frame_sizes": (8, 2), "layers": 2, "skip": True,
     "parameters": (VOICE,), "embedding_size": 0},
    {"rnn": "lstm", "frame_sizes": (), "window": 5, "layers": 2, "skip": True,
     "parameters": (BRIGHT, VOICE)},
    {"rnn": "gru_reset_before", "frame_sizes": (), "window": 1, "direct": True,
     "parameters": (BRIGHT,)},
    {"rnn": "lstm", "frame_sizes": (8, 4), "layers": 2, "skip": True, "direct": True,
     "parameters": (BRIGHT, VOICE), "conditioned": [0, 1]},
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["frame_sizes"]))
def test_voices_share_the_tape(tmp_path: Path, kind: dict[str, Any]) -> None:
    compiled = compile_plugin(plugin_of(tmp_path, **kind))
    batch = new_arena(compiled, 1, voices=3)
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    singles = [batch[voice : voice + size].copy() for voice in range(0, batch.size, size)]
    for arena in (batch, *singles):
        for _ in range(100):
            step(compiled, arena)
    np.testing.assert_array_equal(batch.view(np.int32), np.concatenate(singles).view(np.int32))


@pytest.mark.measure
@pytest.mark.parametrize("block", [1, 7, 64])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["frame_sizes"]))
def test_blocks(tmp_path: Path, kind: dict[str, Any], block: int) -> None:
    """Whatever the blocks and threads, with a reset and moves of parameters within frames."""
    plugin = plugin_of(tmp_path, **kind)
    moved = range(BUILT_IN, BUILT_IN + len(plugin.parameters))
    times = np.array([*[95 for _ in moved], 203, *[301 for _ in moved]])
    targets = np.array([*moved, TARGET_RESET, *moved], np.int32)
    values = np.array([*[1.25 for _ in moved], 0, *[3 for _ in moved]])
    events = Events(times, targets, values)
    whole, parts = np.empty(400, np.float32), np.empty(400, np.float32)
    one, two = compile_plugin(plugin), compile_plugin(plugin, threads=2)
    arenas = new_arena(one, 1), new_arena(two, 1)
    render_block(one.program, header_of(arenas[0]), arenas[0], events, 0, whole)
    first = 0
    for start in range(0, 400, block):
        part = parts[start : start + block]
        first = render_block(two.program, header_of(arenas[1]), arenas[1], events, first, part)
    np.testing.assert_array_equal(parts.view(np.int32), whole.view(np.int32))
    np.testing.assert_array_equal(arenas[0].view(np.int32), arenas[1].view(np.int32))
    assert len(np.unique(whole)) > 10


def test_a_golden_excerpt_is_checked(tmp_path: Path) -> None:
    """Its first rows are the prompt's, and are not looked at."""
    plugin = plugin_of(tmp_path, frame_sizes=(8, 2), parameters=(VOICE,))
    random = np.random.default_rng(0)
    codes, rows = random.integers(0, 64, 40), random.uniform(0, 1, (40, 1)).astype(np.float32)
    state = random.uniform(-1, 1, (2, 20)).astype(np.float32)
    logits, _ = teacher_force(plugin, codes, rows, state)
    tensors = plugin.tensors | {
        "golden.codes": codes,
        "golden.conditioning": rows,
        "golden.state": state,
        "golden.logits": np.concatenate([np.full((8, 64), 7, np.float32), logits]),
    }
    good = save(tmp_path / "good.safetensors", plugin.manifest, tensors)
    compile_plugin(good)
    tensors["golden.logits"][8, 3] += 0.01
    with pytest.raises(PluginError, match="golden.logits: the weights give logits off by 0.01"):
        compile_plugin(save(tmp_path / "bad.safetensors", plugin.manifest, tensors))


# largest root mean square error of the logits, as a share of their spread
@pytest.mark.parametrize(("precision", "tolerance"), [("int8", 0.025), ("int4", 0.2)])
def test_small_integers_stay_close(tmp_path: Path, precision: str, tolerance: float) -> None:
    """Large enough that every kind of matrix is rounded; codes as `float32` draws them."""
    hidden = FEWEST_INPUTS_INT4 + 16
    plugin = plugin_of(tmp_path, rnn="lstm", frame_sizes=(64, 16), hidden=hidden, levels=64)
    compiled = compile_plugin(plugin, precision, calibrated=False)
    ops = compiled.program.ops
    kinds = [op.kind for op in ops_of(ops, Matrix)]
    small = INT8 if precision == "int8" else INT4
    # Top tier: 64 inputs are too few for four bits, 16 for eight.
    assert kinds[:3] == [INT8, small, small]
    assert kinds[3:7] == [FLOAT32, small, small, small]
    assert kinds[7:] == [small, small, INT8]
    assert [op.small for op in ops_of(ops, EmbeddingSum)] == [1]
    assert len(ops_of(ops, LstmGates)) == 2
    arena, exact = new_arena(compiled, 1), exact_of(compiled)
    wanted, got = [], []
    for _ in range(STEPS):
        wanted.append(exact.logits())
        exact.hear(step(compiled, arena))
        got.append(logits_now(compiled, arena))
    share = np.sqrt(np.mean(np.square(np.subtract(got, wanted)))) / np.std(wanted)
    assert share < tolerance


def test_a_frame_is_turned_into_bytes_by_its_own_peak(tmp_path: Path) -> None:
    """40 numbers, no whole vectors; what lies behind them is something else's."""
    plugin = plugin_of(tmp_path, frame_sizes=(80, 40), hidden=64)
    compiled = compile_plugin(plugin, "int8", calibrated=False)
    (op,) = [op for op in ops_of(compiled.program.ops, Quantise) if op.inputs == 40]
    arena = new_arena(compiled, 1)
    for _ in range(3):
        peak = np.abs(arena[op.source : op.source + 40]).max()
        step(compiled, arena)
        assert arena[op.target + Q_SCALE] * 127 == pytest.approx(peak, rel=1e-6)
        for _ in range(39):
            step(compiled, arena)
