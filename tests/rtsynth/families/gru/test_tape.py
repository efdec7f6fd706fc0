"""The `gru` family against NumPy float64, over sizes, activations and level counts."""

from pathlib import Path

import numpy as np
import pytest

import rtsynth
from rtsynth.compiler.compile import compile_plugin
from rtsynth.plugin import Parameter
from tests.rtsynth.plugins import random_plugin
from tests.rtsynth.reference import gru_logits

# hidden, layers, levels, parameters, activation; logits are sums of `hidden` products below 1
SIZES = [
    (1, 1, 2, 0, "linear"),
    (5, 1, 17, 1, "relu"),
    (16, 2, 16, 2, "linear"),
    (20, 3, 100, 3, "relu"),
    (33, 1, 128, 3, "linear"),
    (48, 4, 256, 3, "linear"),
    (48, 4, 256, 3, "relu"),
    (65, 2, 257, 5, "linear"),
    (128, 1, 1024, 20, "relu"),
]
TOLERANCE = 3e-5


@pytest.mark.parametrize(("hidden", "layers", "levels", "parameters", "activation"), SIZES)
def test_logits(
    tmp_path: Path, hidden: int, layers: int, levels: int, parameters: int, activation: str
) -> None:
    plugin = random_plugin(
        tmp_path / "x.safetensors",
        scale=0.2,
        hidden=hidden,
        layers=layers,
        levels=levels,
        activation=activation,
        parameters=[
            Parameter(name=f"p{i}", minimum=-1, maximum=1, default=0) for i in range(parameters)
        ],
    )
    random = np.random.default_rng(hidden)
    codes = random.integers(0, levels, 60)
    conditioning = random.uniform(-0.2, 1.2, (60, parameters))
    state = random.normal(0, 0.4, (layers, hidden))
    logits, after = rtsynth.teacher_force(plugin, codes, conditioning, state)
    exact, exact_state = gru_logits(plugin, codes, conditioning.astype(np.float32), state)
    assert logits.shape == (60, levels)
    assert np.abs(logits - exact).max() < TOLERANCE
    assert np.abs(after.hidden - exact_state).max() < TOLERANCE


def test_a_linear_input_layer_costs_no_op(tmp_path: Path) -> None:
    ops = {
        activation: len(
            compile_plugin(
                random_plugin(tmp_path / f"{activation}.safetensors", activation=activation)
            ).program.ops
        )
        for activation in ("linear", "relu")
    }
    # 2 layers of two matrices and gates, output, draw
    assert ops == {"linear": 8, "relu": 9}
