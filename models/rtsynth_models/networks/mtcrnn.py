"""System 1 (MTCRNN): one tier, as any of its networks 0 to 6.

Parameter names are MTCRNN's own, so its state dict loads here as it is. Sequences are time-major.
The input is [generated, conditioning]: what the tier made last (code / levels, or one-hot, or the
D values) and what it is conditioned on.

| network | recurrent part | output |
|---|---|---|
| 0 | one stack (GRU, or phased LSTM) | audio: logits; parameters: mu and sigma_raw |
| 1, 2 | a GRU path for mu and one for sigma; in 2 behind a common stack | mu, sigma_raw |
| 3, 4 | a GRU path per output; in 4 behind a common stack | mu, sigma_raw |
| 5 | one GRU stack, tanh on what it puts out | a mixture of 3 Gaussians per output |
| 6 | a second dense layer before one GRU stack | audio: logits |

Drawing from the output, and the losses, are in `rtsynth_models.cells.mtcrnn_heads`.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rtsynth.common.errors import InputError
from rtsynth_models.cells.fused_gru import fused_gru
from rtsynth_models.cells.mtcrnn_heads import COMPONENTS
from rtsynth_models.cells.phased_lstm import PhasedLstm

Output = Literal["categorical", "gaussian", "mixture"]
LEGACY_WIDENING = 3  # network 6: its first layer is this many times as wide as the input


class _Structure(NamedTuple):
    """What stands between the input layer and the output layer."""

    common: bool
    paths: Literal["none", "mu_sigma", "per_output"]


STRUCTURES = {
    0: _Structure(common=True, paths="none"),
    1: _Structure(common=False, paths="mu_sigma"),
    2: _Structure(common=True, paths="mu_sigma"),
    3: _Structure(common=False, paths="per_output"),
    4: _Structure(common=True, paths="per_output"),
    5: _Structure(common=True, paths="none"),
    6: _Structure(common=True, paths="none"),
}
AUDIO_NETWORKS = (0, 6)


@dataclass(frozen=True)
class MtcrnnConfig:
    """Sizes of a tier. `levels` 0 makes it a parameter tier of `generated` values D; an audio
    tier has `levels` Q and `generated` 1 (the code).

    Raises:
        InputError: sizes or flags that make no network.
    """

    network: int
    hidden_size: int
    layers: int
    generated: int = 1
    conditioning: int = 0
    levels: int = 0
    phased: bool = False
    one_hot: bool = False

    def __post_init__(self) -> None:
        problem = next((text for wrong, text in self._problems() if wrong), None)
        if problem is not None:
            raise InputError(f"mtcrnn: {problem}")

    def _problems(self) -> list[tuple[bool, str]]:
        known = ", ".join(map(str, STRUCTURES))
        return [
            (self.network not in STRUCTURES, f"no network {self.network}; there are {known}"),
            (self.hidden_size < 1, f"hidden_size is {self.hidden_size}, expected 1 or more"),
            (self.layers < 1, f"layers is {self.layers}, expected 1 or more"),
            (self.generated < 1, f"generated is {self.generated}, expected 1 or more"),
            (self.conditioning < 0, f"conditioning is {self.conditioning}, below 0"),
            (self.levels < 0 or self.levels == 1, f"levels is {self.levels}, expected 2 or more"),
            (self.audio and self.generated != 1, "an audio tier generates one value, the code"),
            (
                self.audio and self.network not in AUDIO_NETWORKS,
                f"network {self.network} makes parameters, not audio; audio is for 0 and 6",
            ),
            (not self.audio and self.network == 6, "network 6 makes audio, not parameters"),
            (self.phased and self.network != 0, f"network {self.network} has no phased LSTM"),
            (self.one_hot and not self.audio, "one_hot is for audio tiers"),
        ]

    @property
    def audio(self) -> bool:
        """Whether the tier makes audio codes."""
        return self.levels > 0

    @property
    def output(self) -> Output:
        """What the output layer describes."""
        if self.audio:
            return "categorical"
        return "mixture" if self.network == 5 else "gaussian"

    @property
    def inputs(self) -> int:
        """Width of the input vector."""
        return (self.levels if self.one_hot else self.generated) + self.conditioning


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
        hidden, layers, structure = config.hidden_size, config.layers, STRUCTURES[config.network]
        if config.network == 6:
            self.i2d = nn.Linear(config.inputs, LEGACY_WIDENING * config.inputs)
            self.d2h = nn.Linear(LEGACY_WIDENING * config.inputs, hidden)
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
        match STRUCTURES[self.config.network].paths:
            case "mu_sigma":
                return [self.mu1, self.sigma1]
            case "per_output":
                return [path.rec for path in self._out_pro()]
        return []

    def _out_pro(self) -> list[OutputPath]:
        return [path for path in self.out_pro if isinstance(path, OutputPath)]

    @property
    def states(self) -> int:
        """How many vectors of `hidden_size` the state is made of."""
        common = int(STRUCTURES[self.config.network].common) * (2 if self.config.phased else 1)
        return self.config.layers * (common + len(self._paths()))

    def initial_state(self, batch: int) -> Tensor:
        """The state at the start, zeros [states, batch, hidden]: the common stack's layers, then
        those of mu1 and sigma1 or out_pro.0, out_pro.1, ...; of a phased LSTM h0, c0, h1, c1, ...
        """
        weight = self.i2d.weight
        return weight.new_zeros(self.states, batch, self.config.hidden_size)

    def heard(self, generated: Tensor) -> Tensor:
        """What the network is fed of what it made: of codes [...] the value code / levels [..., 1]
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
        if self.config.network == 6:
            hidden = self.d2h(hidden)
        if self.config.phased:
            return self.plstm_layer(hidden, state, step)
        stacks, layers, last = self._paths(), self.config.layers, []
        if STRUCTURES[self.config.network].common:
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
        match STRUCTURES[self.config.network].paths:
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
    if x.device.type == "cpu" and x.dtype == torch.float32:
        return fused_gru(stack, x, state)
    return stack(x, state.contiguous())
