"""A SampleRNN of two tiers or more in plain PyTorch, to compare the trainer with.

The model as the published two-tier PyTorch code writes it, from PyTorch's own modules and with no
tricks: embeddings of every window, one matrix on them, one recurrent module per tier, all logits
at once. Weights and results are those of `rtsynth_models.networks.samplernn.SampleRnn`.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from rtsynth.families.recurrent import RNN_PARTS
from rtsynth.families.samplernn.spec import SampleRnnConfig


class PlainSampleRnn(nn.Module):
    """GRU or LSTM without skip connections, no conditioning; arguments as `SampleRnn`."""

    frame_inputs: Tensor

    def __init__(self, config: SampleRnnConfig, frame_inputs: Tensor) -> None:
        super().__init__()
        self.config, levels = config, len(frame_inputs)
        hidden, frames, window = config.hidden_size, config.frame_sizes, config.sample_window
        recurrent = {"gru": nn.GRU, "lstm": nn.LSTM}[config.rnn]
        self.register_buffer("frame_inputs", frame_inputs)
        self.expand = nn.ModuleList(nn.Linear(frame, hidden) for frame in frames[1:])
        self.rnn = nn.ModuleList(
            recurrent(frames[0] if number == 0 else hidden, hidden, config.layers, batch_first=True)
            for number in range(len(frames))
        )
        self.output = nn.ModuleList(
            nn.Linear(hidden, config.slices(number) * hidden) for number in range(len(frames))
        )
        self.embedding = nn.Embedding(levels, config.embedding_size)
        self.linear_1 = nn.Linear(window * config.embedding_size, hidden, bias=False)
        self.linear_2 = nn.Linear(hidden, hidden)
        self.linear_3 = nn.Linear(hidden, hidden)
        self.linear_4 = nn.Linear(hidden, levels)

    def names(self) -> dict[str, str]:
        """Parameter here -> tensor of a plugin."""
        out = {"embedding.weight": "sample.embedding", "linear_1.weight": "sample.1.weight"}
        for part in ("weight", "bias"):
            out |= {f"linear_{n}.{part}": f"sample.{n}.{part}" for n in (2, 3, 4)}
            for number in range(len(self.config.frame_sizes)):
                out[f"output.{number}.{part}"] = f"frame.{number}.output.{part}"
                if number:
                    out[f"expand.{number - 1}.{part}"] = f"frame.{number}.expand.{part}"
        for number in range(len(self.config.frame_sizes)):
            for layer in range(self.config.layers):
                for part in RNN_PARTS:
                    out[f"rnn.{number}.{part}_l{layer}"] = f"frame.{number}.rnn.{layer}.{part}"
        return out

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Take the weights of a `SampleRnn` (`SampleRnn.weights`)."""
        self.load_state_dict(
            {"frame_inputs": self.frame_inputs}
            | {own: weights[name] for own, name in self.names().items()}
        )

    def initial_state(self, batch: int) -> list[tuple[Tensor, ...]]:
        """Zeros, as nn.GRU and nn.LSTM take them, for every tier."""
        shape = (self.config.layers, batch, self.config.hidden_size)
        count = 2 if self.config.rnn == "lstm" else 1
        return [tuple(torch.zeros(shape) for _ in range(count)) for _ in self.rnn]

    def forward(
        self, codes: Tensor, state: list[tuple[Tensor, ...]]
    ) -> tuple[Tensor, list[tuple[Tensor, ...]]]:
        """Logits [B, T, Q] for codes [B, P + T], P the longest frame; and the last state."""
        config, prompt = self.config, self.config.frame_sizes[0]
        batch, steps = codes.shape[0], codes.shape[1] - prompt
        above: Tensor | None = None
        after: list[tuple[Tensor, ...]] = []
        for number, frame in enumerate(config.frame_sizes):
            inputs = codes[:, prompt - frame : prompt - frame + steps].long()
            x = self.frame_inputs[inputs].view(batch, steps // frame, frame)
            if above is not None:
                x = self.expand[number - 1](x) + above
            before = state[number]
            out, last = self.rnn[number](x, before if len(before) == 2 else before[0])
            after.append(last if isinstance(last, tuple) else (last,))
            above = self.output[number](out).view(batch, -1, config.hidden_size)
        window = config.sample_window
        windows = codes[:, prompt - window : -1].long().unfold(1, window, 1)
        x = self.linear_1(self.embedding(windows).flatten(2)) + above
        act = functional.relu if config.activation == "relu" else nn.Identity()
        x = act(self.linear_3(act(self.linear_2(x))))
        return self.linear_4(x), after

    def loss(
        self, codes: Tensor, state: list[tuple[Tensor, ...]]
    ) -> tuple[Tensor, list[tuple[Tensor, ...]]]:
        """Mean nats per predicted code, and the last state."""
        logits, after = self(codes, state)
        target = codes[:, self.config.frame_sizes[0] :].long()
        return functional.cross_entropy(logits.flatten(0, 1), target.flatten()), after
