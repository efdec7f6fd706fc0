"""Tiers in NumPy, stated independently of the engine: MTCRNN's networks, and values on their way.

Networks are in float64. What happens to a value between two tiers is stated in float32, operation
by operation, because there the engine has to be exact.
"""

import numpy as np
from numpy.typing import NDArray

from rtsynth.plugin import Plugin, Tier
from tests.rtsynth.reference import gru_cell, logistic

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

COMPONENTS = 3
LEAK = 0.001
GRU_TENSORS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def softplus(x: F64, beta: float = 1.0) -> F64:
    """log(1 + exp(beta x)) / beta."""
    return np.logaddexp(0.0, beta * x) / beta


def softmax(x: F64, axis: int) -> F64:
    """Probabilities along an axis."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def openness(step: int, period: F64, phase: F64, ratio_on: F64) -> F64:
    """The time gate k of arXiv 1610.09513, equation 6, with the remainder of C's fmod."""
    cycle = np.fmod(step - phase, period) / period
    falling = np.where(cycle < ratio_on, 2 - 2 * cycle / ratio_on, LEAK * cycle)
    return np.where(cycle < ratio_on / 2, 2 * cycle / ratio_on, falling)


def phased_cell(rows: F64, h: F64, c: F64, k: F64) -> tuple[F64, F64]:
    """(h, c) after a step; rows [4 H] are the sums before the gates i, f, o, g, and k the gate."""
    i, f, o, g = np.split(rows, 4)
    candidate = logistic(f) * c + logistic(i) * np.tanh(g)
    return (
        k * logistic(o) * np.tanh(candidate) + (1 - k) * h,
        k * candidate + (1 - k) * c,
    )


class TierNetwork:
    """One `mtcrnn` tier, stepped with its input; zeros at the start."""

    def __init__(self, plugin: Plugin, tier: Tier) -> None:
        self.config = {"network": 0, "phased": False, "one_hot": False} | tier.config
        self.made = len(tier.outputs)
        self.levels = 0 if tier.outputs else plugin.manifest.audio_codec.levels
        prefix = f"{tier.name}."
        self.weights = {
            name.removeprefix(prefix): np.asarray(tensor, np.float64)
            for name, tensor in plugin.tensors.items()
            if name.startswith(prefix)
        }
        self.states: dict[str, F64] = {}
        self.clock = 0

    def step(self, fed_back: F64 | int, conditioning: F64) -> F64:
        """What the head says: logits [Q], [2, D] mu and sigma_raw, or [3, K, D] mu, sigma, pi."""
        x = self._dense("i2d", np.concatenate([self._input(fed_back), conditioning]))
        x = np.maximum(x, 0.0)
        if self.config["network"] == 6:
            x = self._dense("d2h", x)
        head = self._head(x)
        self.clock += 1
        return head

    def _input(self, fed_back: F64 | int) -> F64:
        if self.made:
            return np.asarray(fed_back, np.float64)
        if self.config["one_hot"]:
            return np.eye(self.levels)[int(fed_back)]
        return np.array([int(fed_back) / self.levels])

    def _head(self, x: F64) -> F64:
        network = self.config["network"]
        if network in (0, 6):
            top = self._phased(x) if self.config["phased"] else self._gru("gru", x)
            if not self.made:
                return self._dense("h2o", top)
            return np.stack([self._dense("h2n", top), self._dense("h2v", top)])
        if network == 5:
            top = np.tanh(self._gru("gru", x))
            mu, sigma, pi = (
                self._dense(name, top).reshape(COMPONENTS, self.made)
                for name in ("mu", "sigma", "pi")
            )
            return np.stack([mu, softplus(sigma), softmax(pi, 0)])
        common = self._gru("gru", x) if network in (2, 4) else x
        if network in (1, 2):
            return np.stack(
                [
                    self._dense("mu2", self._gru("mu1", common)),
                    self._dense("sigma2", self._gru("sigma1", common)),
                ]
            )
        tops = [self._gru(f"out_pro.{number}.rec", common) for number in range(self.made)]
        return np.array(
            [
                [self._dense(f"out_pro.{n}.{name}", top)[0] for n, top in enumerate(tops)]
                for name in ("h2n", "h2v")
            ]
        )

    def _dense(self, name: str, x: F64) -> F64:
        return (
            np.einsum("mk,k->m", self.weights[f"{name}.weight"], x) + self.weights[f"{name}.bias"]
        )

    def _state(self, name: str) -> F64:
        return self.states.setdefault(name, np.zeros(self.config["hidden_size"]))

    def _gru(self, stack: str, x: F64) -> F64:
        for layer in range(self.config["layers"]):
            tensors = (self.weights[f"{stack}.{name}_l{layer}"] for name in GRU_TENSORS)
            name = f"{stack}.{layer}"
            x = self.states[name] = gru_cell(x, self._state(name), *tensors)
        return x

    def _phased(self, x: F64) -> F64:
        for layer in range(self.config["layers"]):
            cell = f"plstm_layer.cells.{layer}"
            h, c = self._state(f"h{layer}"), self._state(f"c{layer}")
            rows = np.einsum("mk,k->m", self.weights[f"{cell}.linear_ih.weight"], x)
            rows += np.einsum("mk,k->m", self.weights[f"{cell}.linear_hh.weight"], h)
            clock = (self.weights[f"{cell}.{name}"] for name in ("period", "phase", "ratio_on"))
            x, c = phased_cell(
                rows + self.weights[f"{cell}.bias"], h, c, openness(self.clock, *clock)
            )
            self.states[f"h{layer}"], self.states[f"c{layer}"] = x, c
        return x


def upsampled(drawn: F32, factor: int, upsampling: str) -> F32:
    """[N] values, one drawn every `factor` samples -> [N * factor], as tiers below see them.

    "hold": each until the next. "linear": from each to the next during one step, so a step late;
    there is none before the first, so that one is held for its step.
    """
    if upsampling == "hold":
        return np.repeat(drawn, factor)
    before = np.concatenate([drawn[:1], drawn[:-1]])
    positions = np.arange(factor, dtype=np.float32) / np.float32(factor)
    moved = before[:, None] + (drawn - before)[:, None] * positions
    assert moved.dtype == np.float32
    return moved.ravel()


def controlled(value: F32, low: float, high: float, offset: float, scale: float) -> F32:
    """Values scaled and offset in their unit, low..high, and back as a network sees them."""
    one, f = np.float32(1), np.float32
    span, scaled = f(high) - f(low), value * f(scale)
    return scaled + (f(low) * (f(scale) - one) + f(offset)) / span
