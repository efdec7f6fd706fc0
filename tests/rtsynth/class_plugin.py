"""A SampleRNN with weights made by hand, whose class is plain in its output at every sample."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.plugin import Manifest, Parameter, Plugin, save
from rtsynth.plugin.family import find_family
from tests.rtsynth.plugins import samplernn_manifest

FRAME = 8
LEVELS = 64
LOW, HIGH = 16, 48  # codes below and above 0
SILENT, LOUD = 32, 56  # codes of amplitude 0 (nearly) and 0.3
SURE = 40.0  # logit
RATE_HZ = 16_000


def class_manifest(tier: int, **fields: Any) -> Manifest:
    """One frame tier; the class `voice` of two conditions `tier` (0 frames, 1 samples)."""
    voice = Parameter(name="voice", minimum=0, maximum=1, default=0, role="class", smoothing_ms=0)
    return samplernn_manifest(
        frame_sizes=(FRAME,), hidden=8, levels=LEVELS, embedding_size=2, conditioned=[tier],
        parameters=(voice.model_copy(update=fields),),
    )  # fmt: skip


def class_plugin(path: Path, tier: int = 1, **fields: Any) -> Plugin:
    """Write it: class 0 turns the sign of the last sample, class 1 that of the one before.

    So class 0 is a tone of half the rate, class 1 one of a quarter of it. Four units of the sample
    tier say "class and sample": (0, last low), (0, last high), (1, low), (1, high).
    """
    manifest = class_manifest(tier, **fields)
    shapes = find_family("samplernn").tensor_shapes(manifest, manifest.tiers[0])
    tensors = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    tensors["sample.embedding"][: LEVELS // 2, 0] = 1.0
    tensors["sample.embedding"][LEVELS // 2 :, 1] = 1.0
    # Columns: two numbers for each of the frame's codes, the oldest first.
    tensors["sample.1.weight"][[0, 1, 2, 3], [-2, -1, -4, -3]] = 1.0
    if tier == 1:
        tensors["sample.condition.weight"][:4] = [[1, 0], [1, 0], [0, 1], [0, 1]]
    else:
        # A GRU that only passes on: update gate 0, candidate tanh(+-10).
        tensors["frame.0.condition.weight"][:4] = [[10, -10], [10, -10], [-10, 10], [-10, 10]]
        tensors["frame.0.rnn.0.bias_ih"][8:16] = -50.0
        tensors["frame.0.rnn.0.weight_ih"][16:, :] = np.eye(8)
        for slot in range(FRAME):
            units = 8 * slot + np.arange(4)
            tensors["frame.0.output.weight"][units, np.arange(4)] = 0.5
            tensors["frame.0.output.bias"][units] = 0.5
    tensors["sample.2.weight"][:] = tensors["sample.3.weight"][:] = np.eye(8)
    tensors["sample.2.bias"][:] = -1.0
    tensors["sample.4.bias"][:] = -SURE
    tensors["sample.4.bias"][[LOW, HIGH]] = 0.0
    tensors["sample.4.weight"][HIGH, [0, 2]] = SURE
    tensors["sample.4.weight"][LOW, [1, 3]] = SURE
    return save(path, manifest, {f"audio.{name}": tensor for name, tensor in tensors.items()})


def expected_signs(classes: NDArray[np.integer]) -> NDArray[np.float64]:
    """Signs [T] of what it plays when the class [T] of every sample is that; heard: silence."""
    signs = [1.0, 1.0]  # silence is a code of the upper half
    for number in classes:
        signs.append(-signs[-1 - int(number)])
    return np.array(signs[2:])


def gate_plugin(path: Path, rate_hz: int) -> Plugin:
    """Write a plugin that is silent in class 0 and at a level of about 0.3 in class 1."""
    manifest = class_manifest(1).model_copy(update={"sample_rate_hz": rate_hz})
    tier = manifest.tiers[0].model_copy(update={"rate_hz": rate_hz})
    manifest = manifest.model_copy(update={"tiers": [tier]})
    shapes = find_family("samplernn").tensor_shapes(manifest, tier)
    tensors = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    tensors["sample.condition.weight"][:2] = np.eye(2)
    tensors["sample.2.weight"][:] = tensors["sample.3.weight"][:] = np.eye(8)
    tensors["sample.4.bias"][:] = -SURE
    tensors["sample.4.bias"][[SILENT, LOUD]] = 0.0
    tensors["sample.4.weight"][[SILENT, LOUD], [0, 1]] = SURE
    return save(path, manifest, {f"audio.{name}": tensor for name, tensor in tensors.items()})
