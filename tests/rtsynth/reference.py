"""The mathematics of the engine in NumPy float64, stated independently of its kernels."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.plugin import Plugin

F64 = NDArray[np.float64]


def logistic(x: F64) -> F64:
    """1 / (1 + exp(-x)) without overflow, by the hyperbolic tangent."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def gru_cell(x: F64, h: F64, w_ih: F64, w_hh: F64, b_ih: F64, b_hh: F64) -> F64:
    """One step of the GRU of PyTorch's `nn.GRU`: gate order reset, update, new.

    Written as in its documentation: n = tanh(W_in x + b_in + r * (W_hn h + b_hn)),
    h' = (1 - z) * n + z * h.
    """
    from_input = np.split(np.einsum("gk,k->g", w_ih, x) + b_ih, 3)
    from_state = np.split(np.einsum("gk,k->g", w_hh, h) + b_hh, 3)
    reset = logistic(from_input[0] + from_state[0])
    update = logistic(from_input[1] + from_state[1])
    new = np.tanh(from_input[2] + reset * from_state[2])
    return new + update * (h - new)


def gru_logits(
    plugin: Plugin, codes: NDArray[np.integer], conditioning: F64, state: F64 | None = None
) -> tuple[F64, F64]:
    """Logits [T, Q] and the last hidden state [layers, hidden] of a one-tier `gru` plugin."""
    config = plugin.manifest.tiers[0].config
    weights = {
        name.removeprefix("audio."): np.asarray(tensor, np.float64)
        for name, tensor in plugin.tensors.items()
        if name.startswith("audio.")
    }
    top = plugin.manifest.codec.levels - 1
    layers, hidden = config["layers"], config["hidden_size"]
    h = np.zeros((layers, hidden)) if state is None else np.array(state, np.float64)
    rows = []
    for t, code in enumerate(codes):
        x = weights["input.weight"] @ np.concatenate([[code / top], conditioning[t]])
        x += weights["input.bias"]
        if config["input_activation"] == "relu":
            x = np.where(x > 0, x, 0.0)
        for layer in range(layers):
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            h[layer] = gru_cell(x, h[layer], *(weights[f"gru.{layer}.{name}"] for name in names))
            x = h[layer]
        rows.append(weights["output.weight"] @ x + weights["output.bias"])
    return np.array(rows), h


def log_softmax(logits: F64) -> F64:
    """Over the last axis, by `logaddexp`."""
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
