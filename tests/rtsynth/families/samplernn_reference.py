"""SampleRNN in NumPy float64, one sample after the other, stated without frames of code reused.

Every frame tier keeps what it gave for the samples to come; nothing is folded or laid out.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rtsynth.plugin import Plugin
from tests.rtsynth.engine.run.cells import lstm_gates
from tests.rtsynth.reference import gru_cell, logistic

F64 = NDArray[np.float64]


def reset_before_cell(x: F64, h: F64, w_ih: F64, w_hh: F64, b_ih: F64, b_hh: F64) -> F64:
    """The original's GRU: the reset gate works on the state before the candidate's matrix does.

    n = tanh(W_in x + b_in + W_hn (r * h) + b_hn), h' = (1 - z) n + z h.
    """
    size = len(h)
    r, z = (
        logistic((w_ih @ x + b_ih + w_hh @ h + b_hh)[part * size : (part + 1) * size])
        for part in (0, 1)
    )
    new = slice(2 * size, None)
    n = np.tanh(w_ih[new] @ x + b_ih[new] + w_hh[new] @ (r * h) + b_hh[new])
    return (1 - z) * n + z * h


def expand_classes(normalised: NDArray[np.floating], counts: list[int]) -> F64:
    """[T, C'] of normalised values [T, C]: what the engine's ops compute."""
    columns = []
    for column, count in zip(np.asarray(normalised, np.float64).T, counts, strict=True):
        if count == 1:
            columns.append(column[:, None])
        else:
            distance = np.abs(column[:, None] * (count - 1) - np.arange(count))
            columns.append(np.maximum(0.0, 1.0 - distance))
    return np.concatenate(columns, axis=1) if columns else np.zeros((len(normalised), 0))


class SampleRnn:
    """A plugin's network; `logits` are those of the code to come, `hear` moves on by one.

    `heard` are the codes before the first that is predicted, as many as the longest frame.
    """

    def __init__(self, plugin: Plugin, state: ArrayLike, heard: list[int]) -> None:
        tier = plugin.manifest.tiers[0]
        self.config = tier.config
        self.weights = {
            name: np.asarray(tensor, np.float64)
            for name, tensor in plugin.tier_tensors(tier.name).items()
        }
        self.levels = plugin.manifest.codec.levels
        self.frames: list[int] = list(self.config["frame_sizes"])
        self.window: int = self.frames[-1] if self.frames else self.config["window"]
        self.codes = list(heard)
        self.skip = self.config.get("skip", False)
        self.direct = self.config.get("direct", False)
        each = 2 if self.config["rnn"] == "lstm" else 1
        # [tiers, layers, (c,) h, hidden]
        self.states = np.array(state, np.float64).reshape(
            max(len(self.frames), 1), self.config["layers"], each, -1
        )
        self.given: list[F64] = [np.zeros((0, 0))] * len(self.frames)
        self.now = 0

    def hear(self, code: int) -> None:
        """The next of the codes."""
        self.codes.append(code)
        self.now += 1

    def logits(self, condition: ArrayLike = ()) -> F64:
        """Of the code to come, given all before it and the conditioning vector [C'] right now."""
        c = np.asarray(condition, np.float64)
        for number, frame in enumerate(self.frames):
            if self.now % frame == 0:
                self.given[number] = self._frame(number, frame, c)
        x = np.concatenate([self._embedded(code) for code in self.codes[-self.window :]])
        if not self.frames and self.direct:
            layers = self._stack("sample", self.states[0], self._joined(0, x, c))
            return self._dense((1, 2, 3, 4), np.concatenate(layers) if self.skip else layers[-1])
        x = self.weights["sample.1.weight"] @ x + self._conditioned("sample", c)
        if self.frames:
            x = x + self._from_above(len(self.frames))
        else:
            x = self._stack("sample", self.states[0], x)[-1]
        return self._dense((2, 3, 4), x)

    def _dense(self, numbers: tuple[int, ...], x: F64) -> F64:
        for number in numbers:
            x = self.weights[f"sample.{number}.weight"] @ x + self.weights[f"sample.{number}.bias"]
            if number < 4 and self.config.get("activation", "relu") == "relu":
                x = np.where(x > 0, x, 0.0)
        return x

    def _joined(self, number: int, x: F64, c: F64) -> F64:
        """Of a direct network, what the first RNN reads: conditioning behind its input."""
        named = self.config.get("conditioned")
        heard = self.direct and number == 0 and (named is None or 0 in named)
        return np.concatenate([x, c]) if heard else x

    def _embedded(self, code: int) -> F64:
        if "sample.embedding" in self.weights:
            return self.weights["sample.embedding"][code]
        return np.eye(self.levels)[code]

    def _conditioned(self, prefix: str, c: F64) -> F64 | float:
        name = f"{prefix}.condition.weight"
        return self.weights[name] @ c if name in self.weights else 0.0

    def _from_above(self, number: int) -> F64:
        """The vector that the tier above number `number` gave for this moment."""
        above, step = self.given[number - 1], ([*self.frames, 1])[number]
        return above[(self.now % self.frames[number - 1]) // step]

    def _frame(self, number: int, frame: int, c: F64) -> F64:
        """What a frame tier gives: a vector for each step of the tier below it."""
        prefix, weights = f"frame.{number}", self.weights
        x = (np.array(self.codes[-frame:]) / (self.levels / 2) - 1) * 2
        if f"{prefix}.expand.weight" in weights:
            x = weights[f"{prefix}.expand.weight"] @ x + weights[f"{prefix}.expand.bias"]
            x = x + self._conditioned(prefix, c)
        if number > 0:
            x = x + self._from_above(number)
        layers = self._stack(prefix, self.states[number], self._joined(number, x, c))
        read = np.concatenate(layers) if self.skip else layers[-1]
        out = weights[f"{prefix}.output.weight"] @ read + weights[f"{prefix}.output.bias"]
        return out.reshape(-1, self.config["hidden_size"])

    def _stack(self, prefix: str, states: F64, first: F64) -> list[F64]:
        """Step the recurrent layers; every layer's h."""
        x, out = first, []
        for layer, state in enumerate(states):
            name = f"{prefix}.rnn.{layer}"
            w_ih, w_hh, b_ih, b_hh = (
                self.weights[f"{name}.{part}"]
                for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            )
            if layer > 0 and self.skip:
                x = np.concatenate([x, first])
            if self.config["rnn"] == "lstm":
                state[:] = lstm_gates(w_ih @ x + b_ih, w_hh @ state[1] + b_hh, state[0])
            elif self.config["rnn"] == "gru":
                state[0] = gru_cell(x, state[0], w_ih, w_hh, b_ih, b_hh)
            else:
                state[0] = reset_before_cell(x, state[0], w_ih, w_hh, b_ih, b_hh)
            x = state[-1].copy()
            out.append(x)
        return out


def hats(value: float, count: int) -> F64:
    """Weights of `count` classes at a value between them: 1 at its own, 0 at its neighbours.

    By interpolation, where the engine computes distances.
    """
    return np.array([np.interp(value, np.arange(count), np.eye(count)[k]) for k in range(count)])
