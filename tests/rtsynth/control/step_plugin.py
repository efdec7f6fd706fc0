"""A plugin that shows when its parameter has arrived: silence below a threshold, a level above."""

import math
from pathlib import Path

import numpy as np

from rtsynth.plugin import Parameter, Plugin, save
from tests.rtsynth.plugins import gru_manifest

RATE_HZ = 48_000
SMOOTHING_MS = 10.0
SILENT, LOUD = 128, 230  # codes of amplitude 0 and about 0.33
LEVEL = 0.33


def step_plugin(
    path: Path,
    threshold: float,
    rate_hz: int = RATE_HZ,
    *,
    layers: int = 1,
    hidden: int = 16,
    smoothing_ms: float = SMOOTHING_MS,
) -> Plugin:
    """Write a plugin with one parameter `knob`, 0..1, at 0, that is loud above `threshold`.

    The first unit of each layer passes the knob on; the others have random weights, and are there
    for what they cost.
    """
    knob = Parameter(name="knob", minimum=0, maximum=1, default=0, smoothing_ms=smoothing_ms)
    manifest = gru_manifest(
        name="step", hidden=hidden, layers=layers, rate_hz=rate_hz, parameters=[knob],
        initial_state="zeros",
    )  # fmt: skip
    random = np.random.default_rng(0)
    scale = 1 / math.sqrt(hidden)
    tensors = {
        "input.weight": np.zeros((hidden, 2)),
        "input.bias": np.zeros(hidden),
        "output.weight": np.zeros((256, hidden)),
        "output.bias": np.full(256, -1000.0),
    }
    tensors["input.weight"][0, 1] = 1e4  # unit 0 reads the knob, far from the threshold
    tensors["input.bias"][0] = -1e4 * threshold
    reset, update, candidate = 0, hidden, 2 * hidden  # rows of unit 0
    for layer in range(layers):
        for name in ("weight_ih", "weight_hh"):
            weight = random.uniform(-scale, scale, (3 * hidden, hidden))
            weight[[reset, update, candidate]] = 0.0
            tensors[f"gru.{layer}.{name}"] = weight
        tensors[f"gru.{layer}.weight_ih"][candidate, 0] = 1.0  # tanh of what is above: -1 or 1
        tensors[f"gru.{layer}.bias_ih"] = np.zeros(3 * hidden)
        tensors[f"gru.{layer}.bias_ih"][update] = -50.0  # 0: the state is the candidate
        tensors[f"gru.{layer}.bias_hh"] = np.zeros(3 * hidden)
    tensors["output.weight"][[SILENT, LOUD], 0] = (-50.0, 50.0)
    tensors["output.bias"][[SILENT, LOUD]] = 0.0
    return save(
        path, manifest, {f"audio.{name}": t.astype(np.float32) for name, t in tensors.items()}
    )
