"""The conditioning vector of classes: its length, its numbers, its ops."""

import numpy as np
import pytest

from rtsynth.compiler.compile import compile_plugin, new_arena
from rtsynth.engine.program.layout import (
    BUILT_IN,
    OP_CLASS_WEIGHTS,
    Events,
    header_of,
)
from rtsynth.engine.run.render import render_block
from rtsynth.families.classes import class_count, class_counts, condition_size
from rtsynth.plugin import Parameter, Plugin
from tests.rtsynth.families.samplernn_reference import expand_classes, hats
from tests.rtsynth.plugins import samplernn_manifest, samplernn_tensors

VOICE = Parameter(name="voice", minimum=0, maximum=6, default=0, role="class", smoothing_ms=0)
BRIGHT = Parameter(name="bright", minimum=-1, maximum=3, default=0, smoothing_ms=0)
TWO = Parameter(name="two", minimum=0, maximum=1, default=0, role="class", smoothing_ms=0)


def test_counts() -> None:
    manifest = samplernn_manifest(parameters=(VOICE, BRIGHT, TWO))
    tier = manifest.tiers[0]
    assert class_counts(manifest, tier) == [7, 1, 2]
    assert condition_size(manifest, tier) == 10
    assert class_count(BRIGHT) == 1
    with pytest.raises(ValueError, match="a class goes from 0 to a whole number"):
        class_count(VOICE.model_copy(update={"maximum": 2.5}))


def test_values_become_weights() -> None:
    """At a class one-hot, between two of them both, and never anything else."""
    values = np.concatenate([np.arange(7), np.linspace(0, 6, 50)])
    rows = np.stack([values / 6, np.linspace(0, 1, len(values))], axis=1)
    expanded = expand_classes(rows, [7, 1])
    assert expanded.shape == (len(values), 8)
    np.testing.assert_allclose(expanded[:7, :7], np.eye(7), atol=1e-12)
    np.testing.assert_allclose(expanded[:, :7].sum(axis=1), 1)
    np.testing.assert_allclose(expanded[:, :7], [hats(value, 7) for value in values], atol=1e-12)
    np.testing.assert_array_equal(expanded[:, 7], rows[:, 1])
    assert expand_classes(np.zeros((3, 0)), []).shape == (3, 0)


def test_the_engine_expands_them_the_same() -> None:
    """Through the parameter table, as a performer moves them."""
    manifest = samplernn_manifest("gru", (4,), parameters=(BRIGHT, VOICE, TWO))
    compiled = compile_plugin(Plugin(manifest, samplernn_tensors(manifest)))
    ops = compiled.program.ops
    mine = ops[ops[:, 0] == OP_CLASS_WEIGHTS]
    # Both tiers hear it, each as it is when it steps.
    assert mine[:, 3].tolist() == [1, 7, 2] * 2
    assert mine[0, 1] == compiled.tiers[0].conditioning[0]
    at = int(mine[0, 2])
    for bright, voice, two in ((-1, 0, 0), (1, 3, 1), (3, 6, 0.25), (0, 4.75, 1)):
        arena = new_arena(compiled)
        rows = np.arange(BUILT_IN, BUILT_IN + 3, dtype=np.int32)
        events = Events(np.zeros(3, np.int64), rows, np.array([bright, voice, two], float))
        render_block(compiled.program, header_of(arena), arena, events, 0, np.empty(1, np.float32))
        given = np.array([[(bright + 1) / 4, voice / 6, two]])
        wanted = expand_classes(given, [1, 7, 2])[0]
        np.testing.assert_allclose(arena[at : at + 10], wanted, atol=2e-6)


def test_continuous_ones_alone_need_no_ops() -> None:
    manifest = samplernn_manifest("gru", (4,), parameters=(BRIGHT,))
    compiled = compile_plugin(Plugin(manifest, samplernn_tensors(manifest)))
    assert not np.any(compiled.program.ops[:, 0] == OP_CLASS_WEIGHTS)
