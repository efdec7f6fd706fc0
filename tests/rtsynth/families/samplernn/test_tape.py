"""The `samplernn` family against NumPy float64."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.common.errors import PluginError
from rtsynth.compiler.compile import Compiled, compile_plugin, get_hidden, new_arena
from rtsynth.compiler.controls import place
from rtsynth.engine.kernels.matrix import Q_SCALE
from rtsynth.engine.kernels.packing import FLOAT32, INT4, INT8
from rtsynth.engine.program.layout import (
    BUILT_IN,
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
from rtsynth.engine.program.program import FEWEST_INPUTS_INT4
from rtsynth.engine.run.render import render_block
from rtsynth.offline.teacher import teacher_force
from rtsynth.plugin import Parameter, Plugin, save
from rtsynth.plugin.family import find_family
from tests.rtsynth.families.samplernn_reference import SampleRnn, hats
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
VOICE = Parameter(name="voice", minimum=0, maximum=3, default=0, role="class", smoothing_ms=0)
BRIGHT = Parameter(name="bright", minimum=-1, maximum=3, default=0, smoothing_ms=0)
# Every number of tiers, RNN and stack, and of the rest every value with every one of those.
VARIANTS: list[dict[str, Any]] = [
    {
        "rnn": rnn,
        "frame_sizes": frames,
        "layers": layers,
        "skip": skip,
        **({} if frames else {"window": 3}),
        "parameters": ((), (VOICE,), (BRIGHT, VOICE))[(number + number // 3) % 3],
        "conditioned": (None, [len(frames)], [0])[number // 2 % 3],
        "embedding_size": (12, 0)[number % 2],
        "activation": ("relu", "linear")[number // 2 % 2],
    }
    for number, (frames, rnn, (layers, skip)) in enumerate(
        product(
            ((), (16,), (8, 2), (16, 8, 2)),
            ("gru", "gru_reset_before", "lstm"),
            ((1, False), (2, True), (3, False), (3, True)),
        )
    )
]
# The same with a first RNN that reads its input directly, where that is another network.
VARIANTS += [
    variant | {"direct": True, "embedding_size": 7}
    for variant in VARIANTS
    if not variant["frame_sizes"]
    or (variant["parameters"] and variant["conditioned"] in (None, [0]))
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
    silence = int(compiled.program.config[CONFIG_SILENCE])
    return SampleRnn(compiled.plugin, rest, [silence] * compiled.tiers[-1].prompt)


def _exact_logits(
    plugin: Plugin, codes: NDArray[np.int64], rows: NDArray[np.float64], counts: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """([T - F, Q], the last state): codes predicted under normalised conditioning [T, C]."""
    prompt = compile_plugin(plugin).tiers[-1].prompt
    exact = SampleRnn(plugin, plugin.tensors["rest.audio"], codes[:prompt].tolist())
    out = []
    for code, row in zip(codes[prompt:], rows[prompt:], strict=True):
        told = [
            hats(value * (count - 1), count) if count > 1 else [value]
            for value, count in zip(row, counts, strict=True)
        ]
        out.append(exact.logits(np.concatenate(told) if told else ()))
        exact.hear(int(code))
    return np.array(out), exact.states


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


@pytest.mark.parametrize(
    "variant",
    VARIANTS,
    ids=lambda v: (
        f"{v['rnn']}-{v['frame_sizes']}-{v['layers']}{'-skip' * v['skip']}"
        f"{'-direct' * v.get('direct', False)}"
    ),
)
def test_every_kind_of_network(tmp_path: Path, variant: dict[str, Any]) -> None:
    """Given codes and conditioning, classes in between included; then once more, in two pieces."""
    fields = dict(variant)
    if not fields["parameters"]:
        fields["conditioned"] = None
    plugin = _plugin(tmp_path, hidden=19, levels=40, **fields)
    compiled = compile_plugin(plugin)
    counts = [4 if parameter.role == "class" else 1 for parameter in fields["parameters"]]
    random = np.random.default_rng(2)
    codes = random.integers(0, 40, 100)
    # The parameters move at every sample: a frame tier must hear them where it steps.
    rows = random.uniform(0, 1, (100, len(counts)))
    rows[50:] = np.round(rows[50:] * 3) / 3
    wanted, states = _exact_logits(plugin, codes, rows.astype(np.float32), counts)
    logits, end = teacher_force(compiled, codes, rows)
    assert logits.shape == wanted.shape
    assert np.max(np.abs(logits - wanted)) < TOLERANCE
    assert np.max(np.abs(end.hidden - states.reshape(end.hidden.shape))) < TOLERANCE
    first, state = teacher_force(compiled, codes[:37], rows[:37])
    second, state = teacher_force(compiled, codes[37:], rows[37:], state)
    np.testing.assert_array_equal(np.concatenate([first, second]), logits)
    np.testing.assert_array_equal(state.hidden, end.hidden)


@pytest.mark.parametrize("frames", [(), (16,), (16, 8, 2)])
def test_a_class_changes_at_its_sample(tmp_path: Path, frames: tuple[int, ...]) -> None:
    """What is played live, with changes of class within frames, is what teacher forcing says."""
    fields: dict[str, Any] = {} if frames else {"window": 4}
    plugin = _plugin(tmp_path, frame_sizes=frames, parameters=(VOICE,), **fields)
    compiled = compile_plugin(plugin)
    arena = new_arena(compiled, 1)
    prompt = compiled.tiers[-1].prompt
    row = BUILT_IN  # the first parameter of the plugin
    events = Events(np.array([101, 222]), np.array([row, row], np.int32), np.array([3.0, 1.5]))
    first, drawn, live = 0, [], []
    for _ in range(300):
        out = np.empty(1, np.float32)
        first = render_block(compiled.program, header_of(arena), arena, events, first, out)
        drawn.append(int(header_of(arena)[CODE]))
        live.append(_logits(compiled, arena))
    silence = int(compiled.program.config[CONFIG_SILENCE])
    codes = np.array([silence] * prompt + drawn)
    rows = np.zeros((prompt + 300, 1))
    for change, value in ((101, 1.0), (222, 0.5)):
        before, _ = teacher_force(compiled, codes, rows)
        different = np.any(before != live, axis=1)
        assert np.flatnonzero(different)[0] == change
        rows[prompt + change :] = value
    np.testing.assert_array_equal(teacher_force(compiled, codes, rows)[0], live)


def test_many_levels_are_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that would be too large are left unfolded, and the network is the same."""
    for activation in ("relu", "linear"):
        plugin = _plugin(tmp_path, frame_sizes=(8, 4), levels=300, activation=activation)
        codes = np.random.default_rng(1).integers(0, 300, 60)
        folded, _ = teacher_force(plugin, codes)
        with monkeypatch.context() as patch:
            patch.setattr("rtsynth.families.samplernn.tape.LARGEST_TABLES", 1000)
            compiled = compile_plugin(plugin)
        assert (compiled.program.ops[:, 0] == OP_EMBEDDING_SUM).sum() == 4
        assert np.max(np.abs(teacher_force(compiled, codes)[0] - folded)) < TOLERANCE


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_the_originals_gru_and_skips_in_small_integers(tmp_path: Path, precision: str) -> None:
    """Calibrated: it stays close, with skip connections and classes."""
    plugin = _plugin(
        tmp_path, rnn="gru_reset_before", frame_sizes=(64, 16), hidden=FEWEST_INPUTS_INT4,
        layers=2, skip=True, parameters=(VOICE,), levels=32,
    )  # fmt: skip
    codes = np.random.default_rng(1).integers(0, 32, 64 + 200)
    rows = np.repeat([[0.0], [1.0]], 132, axis=0)
    wanted, _ = teacher_force(plugin, codes, rows)
    small = compile_plugin(plugin, precision, calibrated=precision == "int4")
    got, _ = teacher_force(small, codes, rows)
    share = np.sqrt(np.mean(np.square(got - wanted))) / np.std(wanted)
    assert 0 < share < {"int8": 0.025, "int4": 0.2}[precision]


def test_a_linear_activation(tmp_path: Path) -> None:
    plugin = _plugin(tmp_path, activation="linear", frame_sizes=(4, 2))
    compiled = compile_plugin(plugin)
    arena, exact = new_arena(compiled, 1), _exact(compile_plugin(plugin))
    for _ in range(20):
        wanted = exact.logits()
        exact.hear(_step(compiled, arena))
        assert np.max(np.abs(_logits(compiled, arena) - wanted)) < TOLERANCE


# A network of each kind of op, with something to move.
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
    compiled = compile_plugin(_plugin(tmp_path, **kind))
    batch = new_arena(compiled, 1, voices=3)
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    singles = [batch[voice : voice + size].copy() for voice in range(0, batch.size, size)]
    for arena in (batch, *singles):
        for _ in range(100):
            _step(compiled, arena)
    np.testing.assert_array_equal(batch.view(np.int32), np.concatenate(singles).view(np.int32))


@pytest.mark.parametrize("block", [1, 7, 64])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["frame_sizes"]))
def test_blocks(tmp_path: Path, kind: dict[str, Any], block: int) -> None:
    """Whatever the blocks and threads, with a reset and moves of parameters within frames."""
    plugin = _plugin(tmp_path, **kind)
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
    plugin = _plugin(tmp_path, frame_sizes=(8, 2), parameters=(VOICE,))
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
