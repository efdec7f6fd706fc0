"""The `samplernn` family against NumPy float64."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtsynth.compiler.compile import compile_plugin, get_hidden, new_arena
from rtsynth.compiler.controls import place
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CODE,
    CONFIG_SILENCE,
    TEMPERATURE,
    Events,
    header_of,
)
from rtsynth.engine.program.ops import EmbeddingSum
from rtsynth.engine.program.program import FEWEST_INPUTS_INT4
from rtsynth.engine.run.render import render_block
from rtsynth.offline.teacher import teacher_force
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.families.samplernn.stepped import (
    BRIGHT,
    STEPS,
    TOLERANCE,
    VOICE,
    exact_logits,
    exact_of,
    logits_now,
    plugin_of,
    step,
)

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
    plugin = plugin_of(
        tmp_path, rnn=rnn, frame_sizes=frames, hidden=hidden, layers=layers, levels=levels
    )
    compiled = compile_plugin(plugin)
    arena = new_arena(compiled, 1)
    place(arena, TEMPERATURE, temperature)
    exact = exact_of(compiled)
    drawn = []
    for _ in range(STEPS):
        wanted = exact.logits()
        code = step(compiled, arena)
        assert np.max(np.abs(logits_now(compiled, arena) - wanted)) < TOLERANCE
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
    plugin = plugin_of(tmp_path, hidden=19, levels=40, **fields)
    compiled = compile_plugin(plugin)
    counts = [4 if parameter.role == "class" else 1 for parameter in fields["parameters"]]
    random = np.random.default_rng(2)
    codes = random.integers(0, 40, 100)
    # The parameters move at every sample: a frame tier must hear them where it steps.
    rows = random.uniform(0, 1, (100, len(counts)))
    rows[50:] = np.round(rows[50:] * 3) / 3
    wanted, states = exact_logits(plugin, codes, rows.astype(np.float32), counts)
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
    plugin = plugin_of(tmp_path, frame_sizes=frames, parameters=(VOICE,), **fields)
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
        live.append(logits_now(compiled, arena))
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
        plugin = plugin_of(tmp_path, frame_sizes=(8, 4), levels=300, activation=activation)
        codes = np.random.default_rng(1).integers(0, 300, 60)
        folded, _ = teacher_force(plugin, codes)
        with monkeypatch.context() as patch:
            patch.setattr("rtsynth.families.samplernn.tape.LARGEST_TABLES", 1000)
            compiled = compile_plugin(plugin)
        assert len(ops_of(compiled.program.ops, EmbeddingSum)) == 4
        assert np.max(np.abs(teacher_force(compiled, codes)[0] - folded)) < TOLERANCE


@pytest.mark.measure
@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_the_originals_gru_and_skips_in_small_integers(tmp_path: Path, precision: str) -> None:
    """Calibrated: it stays close, with skip connections and classes."""
    plugin = plugin_of(
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
    plugin = plugin_of(tmp_path, activation="linear", frame_sizes=(4, 2))
    compiled = compile_plugin(plugin)
    arena, exact = new_arena(compiled, 1), exact_of(compile_plugin(plugin))
    for _ in range(20):
        wanted = exact.logits()
        exact.hear(step(compiled, arena))
        assert np.max(np.abs(logits_now(compiled, arena) - wanted)) < TOLERANCE


# A network of each kind of op, with something to move.
