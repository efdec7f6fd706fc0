"""System 1 (MTCRNN): one tier, as any of its networks 0 to 6.

Parameter names are MTCRNN's own, so its state dict loads here as it is. Sequences are time-major.
The input is [generated, conditioning]: what the tier made last (code / levels, or one-hot, or the
D values) and what it is conditioned on.

| network | recurrent part | output |
|---|---|---|
| 0 | one stack (GRU, or phased LSTM) | audio: logits; parameters: mu and sigma_raw |
| 1, 2 | a GRU path for mu and one for sigma; in 2 behind a common stack | mu, sigma_raw |
| 3, 4 | a GRU path per output; in 4 behind a common stack | mu, sigma_raw |
| 5 | one GRU stack, tanh on its output | a mixture of 3 Gaussians per output |
| 6 | a second dense layer before one GRU stack | audio: logits |

Drawing from the output, and the losses, are in `rtsynth_models.cells.mtcrnn_heads`.
"""

import numpy as np
import torch
from torch import Tensor, nn

from rtsynth.families.mtcrnn.spec import COMPONENTS, WIDENING, MtcrnnConfig
from rtsynth_models.cells.fused_gru import fused_gru, fusible
from rtsynth_models.cells.phased_lstm import PhasedLstm


class OutputPath(nn.Module):
    """The path of one generated value in networks 3 and 4."""

    def __init__(self, hidden_size: int, layers: int) -> None:
        super().__init__()
        self.rec = nn.GRU(hidden_size, hidden_size, layers)
        self.h2n = nn.Linear(hidden_size, 1)
        self.h2v = nn.Linear(hidden_size, 1)


class Mtcrnn(nn.Module):
    """The network of one tier."""

    def __init__(self, config: MtcrnnConfig) -> None:
        super().__init__()
        self.config = config
        hidden, layers, structure = config.hidden_size, config.layers, config.structure
        if structure.widened:
            self.i2d = nn.Linear(config.inputs, WIDENING * config.inputs)
            self.d2h = nn.Linear(WIDENING * config.inputs, hidden)
        else:
            self.i2d = nn.Linear(config.inputs, hidden)
        if config.phased:
            self.plstm_layer = PhasedLstm(hidden, hidden, layers)
        elif structure.common:
            self.gru = nn.GRU(hidden, hidden, layers)
        if structure.paths == "mu_sigma":
            self.mu1 = nn.GRU(hidden, hidden, layers)
            self.sigma1 = nn.GRU(hidden, hidden, layers)
            self.mu2 = nn.Linear(hidden, config.generated)
            self.sigma2 = nn.Linear(hidden, config.generated)
        elif structure.paths == "per_output":
            self.out_pro = nn.ModuleList(
                OutputPath(hidden, layers) for _ in range(config.generated)
            )
        elif config.output == "mixture":
            self.mu = nn.Linear(hidden, COMPONENTS * config.generated)
            self.sigma = nn.Linear(hidden, COMPONENTS * config.generated)
            self.pi = nn.Linear(hidden, COMPONENTS * config.generated)
        elif config.output == "gaussian":
            self.h2n = nn.Linear(hidden, config.generated)
            self.h2v = nn.Linear(hidden, config.generated)
        else:
            self.h2o = nn.Linear(hidden, config.levels)

    def _paths(self) -> list[nn.GRU]:
        """The GRU stacks that run beside each other, behind the common one if there is one."""
        match self.config.structure.paths:
            case "mu_sigma":
                return [self.mu1, self.sigma1]
            case "per_output":
                return [path.rec for path in self._out_pro()]
        return []

    def _out_pro(self) -> list[OutputPath]:
        return [path for path in self.out_pro if isinstance(path, OutputPath)]

    @property
    def states(self) -> int:
        """How many vectors of `hidden_size` the state consists of."""
        return self.config.states

    def initial_state(self, batch: int) -> Tensor:
        """The state at the start, zeros [states, batch, hidden]: the common stack's layers, then
        those of mu1 and sigma1 or out_pro.0, out_pro.1, ...; of a phased LSTM h0, c0, h1, c1, ...
        """
        weight = self.i2d.weight
        return weight.new_zeros(self.states, batch, self.config.hidden_size)

    def as_input(self, generated: Tensor) -> Tensor:
        """The input part of what it generated: of codes [...] the value code / levels [..., 1]
        or one-hot [..., levels]; values [..., D] as they are.
        """
        dtype = self.i2d.weight.dtype
        if not self.config.audio:
            return generated.to(dtype)
        if self.config.one_hot:
            return nn.functional.one_hot(generated, self.config.levels).to(dtype)
        return (generated.to(dtype) / self.config.levels).unsqueeze(-1)

    def features(self, inputs: Tensor, state: Tensor, step: int = 0) -> tuple[Tensor, Tensor]:
        """What the output layer sees, [T, B, F], and the last state [states, B, H].

        `inputs` is [T, B, I]; `step` is the index of the first of these steps since the start,
        the clock of a phased LSTM. F is H times the number of paths, which lie side by side.
        """
        hidden = torch.relu(self.i2d(inputs))
        if self.config.structure.widened:
            hidden = self.d2h(hidden)
        if self.config.phased:
            return self.plstm_layer(hidden, state, step)
        stacks, layers, last = self._paths(), self.config.layers, []
        if self.config.structure.common:
            hidden, common = _run(self.gru, hidden, state[:layers])
            state = state[layers:]
            last.append(common)
            if not stacks:
                return hidden, common
        outputs = []
        for stack, start in zip(stacks, state.split(layers), strict=True):
            out, end = _run(stack, hidden, start)
            outputs.append(out)
            last.append(end)
        return torch.cat(outputs, dim=-1), torch.cat(last)

    def head(self, features: Tensor) -> Tensor:
        """The output of features [..., F]: logits [..., Q]; mu and sigma_raw [..., 2, D]; or mu,
        sigma_raw and the logits of pi of a mixture [..., 3, K, D].
        """
        match self.config.structure.paths:
            case "mu_sigma":
                mu, sigma = features.chunk(2, dim=-1)
                return torch.stack([self.mu2(mu), self.sigma2(sigma)], dim=-2)
            case "per_output":
                pieces = features.chunk(self.config.generated, dim=-1)
                pairs = list(zip(self._out_pro(), pieces, strict=True))
                mus = torch.cat([path.h2n(piece) for path, piece in pairs], dim=-1)
                sigmas = torch.cat([path.h2v(piece) for path, piece in pairs], dim=-1)
                return torch.stack([mus, sigmas], dim=-2)
        if self.config.output == "mixture":
            bent = torch.tanh(features)
            stacked = torch.stack([self.mu(bent), self.sigma(bent), self.pi(bent)], dim=-2)
            return stacked.unflatten(-1, (COMPONENTS, self.config.generated))
        if self.config.output == "gaussian":
            return torch.stack([self.h2n(features), self.h2v(features)], dim=-2)
        return self.h2o(features)

    def forward(self, inputs: Tensor, state: Tensor, step: int = 0) -> tuple[Tensor, Tensor]:
        """Outputs as `head` gives them, [T, B, ...], and the last state."""
        features, state = self.features(inputs, state, step)
        return self.head(features), state

    def plugin_tensors(self, tier: str) -> dict[str, np.ndarray]:
        """Float32 weights under their names in a plugin: MTCRNN's own behind the tier's."""
        return {
            f"{tier}.{name}": tensor.detach().cpu().float().numpy().copy()
            for name, tensor in self.state_dict().items()
        }


def _run(stack: nn.GRU, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    if fusible(x):
        return fused_gru(stack, x, state)
    return stack(x, state.contiguous())
