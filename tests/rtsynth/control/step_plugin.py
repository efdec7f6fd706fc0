"""A plugin that shows when its parameter has arrived: silence below a threshold, a level above."""

from pathlib import Path

import numpy as np

from rtsynth.plugin import Parameter, Plugin, save
from tests.rtsynth.plugins import gru_manifest

RATE_HZ = 48_000
SMOOTHING_MS = 10.0
SILENT, LOUD = 128, 230  # codes of amplitude 0 and about 0.33
LEVEL = 0.33


def step_plugin(path: Path, threshold: float, rate_hz: int = RATE_HZ) -> Plugin:
    """Write a plugin with one parameter `knob`, 0..1, at 0, that is loud above `threshold`."""
    knob = Parameter(name="knob", minimum=0, maximum=1, default=0, smoothing_ms=SMOOTHING_MS)
    manifest = gru_manifest(
        name="step", hidden=16, layers=1, rate_hz=rate_hz, parameters=[knob], initial_state="zeros"
    )
    tensors = {
        "input.weight": np.zeros((16, 2)),
        "input.bias": np.zeros(16),
        "gru.0.weight_ih": np.zeros((48, 16)),
        "gru.0.weight_hh": np.zeros((48, 16)),
        "gru.0.bias_ih": np.zeros(48),
        "gru.0.bias_hh": np.zeros(48),
        "output.weight": np.zeros((256, 16)),
        "output.bias": np.full(256, -1000.0),
    }
    tensors["input.weight"][0, 1] = 1e4  # unit 0 reads the knob, far from the threshold
    tensors["input.bias"][0] = -1e4 * threshold
    tensors["gru.0.weight_ih"][32, 0] = 1.0  # its candidate state is tanh of that: -1 or 1
    tensors["gru.0.bias_ih"][16:32] = -50.0  # update gate 0: the state is the candidate
    tensors["output.weight"][[SILENT, LOUD], 0] = (-50.0, 50.0)
    tensors["output.bias"][[SILENT, LOUD]] = 0.0
    return save(
        path, manifest, {f"audio.{name}": t.astype(np.float32) for name, t in tensors.items()}
    )
