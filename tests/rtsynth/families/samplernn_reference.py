"""SampleRNN in NumPy float64, one sample after the other, stated without frames of code reused.

Every frame tier keeps what it gave for the samples to come; nothing is folded or laid out.
"""

import numpy as np
from numpy.typing import NDArray

from rtsynth.plugin import Plugin
from tests.rtsynth.engine.cells import lstm_gates
from tests.rtsynth.reference import gru_cell

F64 = NDArray[np.float64]


class SampleRnn:
    """A plugin's network; `step` takes the last code and gives the logits of the next."""

    def __init__(self, plugin: Plugin, state: F64, silence: int) -> None:
        tier = plugin.manifest.tiers[0]
        self.config = tier.config
        self.weights = {
            name: np.asarray(tensor, np.float64)
            for name, tensor in plugin.tier_tensors(tier.name).items()
        }
        self.levels = plugin.manifest.codec.levels
        self.frames: list[int] = list(self.config["frame_sizes"])
        self.codes = [silence] * self.frames[0]
        each = 2 if self.config["rnn"] == "lstm" else 1
        # [tiers, layers, (c,) h, hidden]
        self.states = np.array(state, np.float64).reshape(
            len(self.frames), self.config["layers"], each, -1
        )
        self.given: list[F64] = [np.zeros((0, 0))] * len(self.frames)
        self.now = 0

    def hear(self, code: int) -> None:
        """The next of the codes."""
        self.codes.append(code)
        self.now += 1

    def logits(self) -> F64:
        """Of the code to come, given all before it."""
        for number, frame in enumerate(self.frames):
            if self.now % frame == 0:
                self.given[number] = self._frame(number, frame)
        weights, window = self.weights, self.frames[-1]
        embedded = np.concatenate([weights["sample.embedding"][c] for c in self.codes[-window:]])
        x = weights["sample.1.weight"] @ embedded + self._from_above(len(self.frames))
        for number in (2, 3):
            x = weights[f"sample.{number}.weight"] @ x + weights[f"sample.{number}.bias"]
            if self.config.get("activation", "relu") == "relu":
                x = np.where(x > 0, x, 0.0)
        return weights["sample.4.weight"] @ x + weights["sample.4.bias"]

    def _from_above(self, number: int) -> F64:
        """The vector that the tier above number `number` gave for this moment."""
        above, step = self.given[number - 1], ([*self.frames, 1])[number]
        return above[(self.now % self.frames[number - 1]) // step]

    def _frame(self, number: int, frame: int) -> F64:
        """What a frame tier gives: a vector for each step of the tier below it."""
        prefix = f"frame.{number}"
        weights = self.weights
        x = np.array(self.codes[-frame:]) / (self.levels - 1)
        if number > 0:
            x = weights[f"{prefix}.expand.weight"] @ x + weights[f"{prefix}.expand.bias"]
            x = x + self._from_above(number)
        for layer in range(self.config["layers"]):
            name, state = f"{prefix}.rnn.{layer}", self.states[number, layer]
            w_ih, w_hh = weights[f"{name}.weight_ih"], weights[f"{name}.weight_hh"]
            b_ih, b_hh = weights[f"{name}.bias_ih"], weights[f"{name}.bias_hh"]
            if self.config["rnn"] == "lstm":
                state[:] = lstm_gates(w_ih @ x + b_ih, w_hh @ state[1] + b_hh, state[0])
            else:
                state[0] = gru_cell(x, state[0], w_ih, w_hh, b_ih, b_hh)
            x = state[-1]
        out = weights[f"{prefix}.output.weight"] @ x + weights[f"{prefix}.output.bias"]
        return out.reshape(-1, self.config["hidden_size"])
