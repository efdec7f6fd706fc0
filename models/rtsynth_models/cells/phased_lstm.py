"""Phased LSTM (Neil, Pfeiffer and Liu 2016, arXiv 1610.09513) as MTCRNN has it.

An LSTM without peepholes whose units are open only during a part of their own cycle. Per unit,
with the step index t as the clock, period tau, shift s and open ratio r (all three learned):

    phi = fmod(t - s, tau) / tau
    k = 2 phi / r           for phi < r / 2       (opening)
        2 - 2 phi / r       for phi < r           (closing)
        leak phi            otherwise
    c' = k (f c + i g) + (1 - k) c
    h' = k o tanh(f c + i g) + (1 - k) h

The output sees the *unblended* candidate cell, and the gates see the blended h. Gates lie in the
order i, f, o, g. `fmod` keeps the sign of t - s as in C: where t < s, k is negative and the state
can grow without bound. Checkpoints were trained so, and are played so. New layers therefore draw
their shifts from -tau..0, which is the same cycle and never meets that case.
"""

import math

import torch
from torch import Tensor, nn

LEAK = 0.001


def openness(step: Tensor, period: Tensor, shift: Tensor, ratio_on: Tensor) -> Tensor:
    """k [T, H] at the steps `step` [T]; the other three are [H].

    The clock is computed in float64: in float32 it would stand still after minutes of sound.
    """
    clock = torch.fmod(step.double()[:, None] - shift.double(), period.double())
    phase = (clock / period.double()).to(period.dtype)
    rising = 2 * phase / ratio_on
    return torch.where(
        phase < ratio_on / 2, rising, torch.where(phase < ratio_on, 2 - rising, LEAK * phase)
    )


class PhasedLstmCell(nn.Module):
    """One layer. Parameter names are MTCRNN's."""

    def __init__(self, inputs: int, hidden_size: int) -> None:
        super().__init__()
        bound = 1 / math.sqrt(hidden_size)
        self.bias = nn.Parameter(torch.empty(4 * hidden_size).uniform_(-bound, bound))
        self.period = nn.Parameter(torch.empty(hidden_size).uniform_(1.0, 3.0).exp_())
        self.phase = nn.Parameter((torch.rand(hidden_size) - 1) * self.period.detach())
        self.ratio_on = nn.Parameter(torch.full((hidden_size,), 0.2))
        self.linear_ih = nn.Linear(inputs, 4 * hidden_size, bias=False)
        self.linear_hh = nn.Linear(hidden_size, 4 * hidden_size, bias=False)

    def forward(self, x: Tensor, h: Tensor, c: Tensor, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Outputs [T, B, H] and the last h and c [B, H] for x [T, B, I], from clock `step` on."""
        steps = torch.arange(step, step + len(x), device=x.device)
        opened = openness(steps, self.period, self.phase, self.ratio_on)
        outputs = []
        # The input's part of all steps is one product. The order of the sums is MTCRNN's: where a
        # state grows without bound, every rounding shows.
        by_step = zip(
            opened.unbind(0), (1 - opened).unbind(0), self.linear_ih(x).unbind(0), strict=True
        )
        for k, kept, seen in by_step:
            i, f, o, g = (seen + self.linear_hh(h) + self.bias).chunk(4, dim=-1)
            candidate = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            c = k * candidate + kept * c
            h = k * (torch.sigmoid(o) * torch.tanh(candidate)) + kept * h
            outputs.append(h)
        return torch.stack(outputs), h, c


class PhasedLstm(nn.Module):
    """A stack of layers; the state is [h of layer 0, c of layer 0, h of layer 1, ...]."""

    def __init__(self, inputs: int, hidden_size: int, layers: int) -> None:
        super().__init__()
        self.cells = nn.ModuleList(
            PhasedLstmCell(hidden_size if layer else inputs, hidden_size) for layer in range(layers)
        )

    def forward(self, x: Tensor, state: Tensor, step: int = 0) -> tuple[Tensor, Tensor]:
        """Outputs [T, B, H] and the last state [2 layers, B, H]."""
        last = []
        for layer, cell in enumerate(self.cells):
            x, h, c = cell(x, state[2 * layer], state[2 * layer + 1], step)
            last += [h, c]
        return x, torch.stack(last)
