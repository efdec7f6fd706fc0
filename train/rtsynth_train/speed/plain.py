"""A training loop as one writes it in PyTorch: what the trainers' speed is compared with.

PyTorch's own modules, all logits at once, `cross_entropy`, clipping, Adam; the state is carried on.
The mathematics are the trainers' own, on codes that are there already: reading recordings, noise
and the average of the weights are the trainers' extra work.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from rtsynth_train.speed.plain_samplernn import PlainSampleRnn

RATE = 1e-3
CLIP = 1.0

Step = Callable[[], None]
Loss = Callable[[], Tensor]


class PlainGru(nn.Module):
    """Dense layer (with `relu` as MTCRNN's), GRU stack, dense layer to logits."""

    def __init__(self, inputs: int, hidden: int, layers: int, levels: int, relu: bool) -> None:
        super().__init__()
        self.relu = relu
        self.first = nn.Linear(inputs, hidden)
        self.gru = nn.GRU(hidden, hidden, layers)
        self.last = nn.Linear(hidden, levels)

    def forward(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Logits [T, B, Q] of inputs [T, B, I], and the last state."""
        x = self.first(inputs)
        x, state = self.gru(x.relu() if self.relu else x, state)
        return self.last(x), state


def _optimised(parameters: Iterable[nn.Parameter], loss: Loss) -> Step:
    held = list(parameters)
    optimiser = torch.optim.Adam(held, lr=RATE)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss())
        torch.nn.utils.clip_grad_norm_(held, CLIP)
        optimiser.step()

    return step


def gru_step(network: PlainGru, inputs: Tensor, target: Tensor) -> Step:
    """One step on inputs [T, B, I] and codes int64 [T, B]."""
    gru = network.gru
    state = torch.zeros(gru.num_layers, inputs.shape[1], gru.hidden_size)

    def loss() -> Tensor:
        nonlocal state
        logits, after = network(inputs, state)
        state = after.detach()
        return functional.cross_entropy(logits.flatten(0, 1), target.flatten())

    return _optimised(network.parameters(), loss)


def samplernn_step(network: PlainSampleRnn, codes: Tensor) -> Step:
    """One step on codes int32 [B, P + T]: the prompt, then what is predicted."""
    state = network.initial_state(len(codes))

    def loss() -> Tensor:
        nonlocal state
        nats, after = network.loss(codes, state)
        state = [tuple(part.detach() for part in tier) for tier in after]
        return nats

    return _optimised(network.parameters(), loss)
