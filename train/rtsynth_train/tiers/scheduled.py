"""Scheduled sampling: at some steps the network's input is its own draw, not the data.

MTCRNN tosses one coin per time step for the whole batch (`tfr` is the chance of the data)
and back-propagates through nothing that was drawn. So the steps between two drawn ones are an
ordinary teacher-forced run, and once the drawn inputs are known, so is the whole chunk. The simple
way is a loop over single steps; here the runs between drawn steps are fused, and back-propagation
is one pass over the chunk.

The first step of a chunk always has the data, as in MTCRNN.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rtsynth_models.cells.gru_layer import fusible
from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.tiers.heads import Head, Randoms
from rtsynth_train.tiers.segmented_gru import Recorder

# (stack, x [T, B, H], state [L, B, H]) -> outputs, last state
Run = Callable[[nn.GRU, Tensor, Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class DataInputs:
    """Inputs of T steps from the data: `generated` [T, B, G], `conditioning` [T, B, C]."""

    generated: Tensor
    conditioning: Tensor

    @property
    def inputs(self) -> Tensor:
        """[T, B, G + C]."""
        return torch.cat([self.generated, self.conditioning], dim=-1)


def coins(steps: int, tfr: float, generator: torch.Generator) -> Tensor:
    """bool [T]: the steps whose input is the network's own draw."""
    drawn = torch.rand(steps, generator=generator) >= tfr
    drawn[0] = False
    return drawn


def run_scheduled(
    network: Mtcrnn, head: Head, data: DataInputs, state: Tensor, drawn: Tensor, randoms: Randoms
) -> tuple[Tensor, Tensor]:
    """Features [T, B, F] and the last state, with the input of the `drawn` steps [T] replaced by
    what the step before drew (with the random numbers of that step).

    GRUs on a CPU keep what they compute while they look for the drawn inputs, and back-propagation
    continues from there; other networks run through the chunk a second time.
    """
    inputs = data.inputs.clone()
    kept = fusible(inputs) and not network.config.phased
    recorder = Recorder(*inputs.shape[:2]) if kept else None
    if recorder is None and not drawn.any():
        return network.features(inputs, state)
    begin, start = 0, state
    with torch.no_grad():
        for end in [*drawn.nonzero().flatten().tolist(), len(inputs)]:
            piece = inputs[begin:end]
            if recorder is None:
                features, start = network.features(piece, start, begin)
            else:
                recorder.begin = begin
                features, start = run_features(network, recorder.run, piece, start)
            if end < len(inputs):
                own = head.draw(network.head(features[-1:]), randoms[end - 1 : end])
                fed = network.as_input(own)
                inputs[end : end + 1, :, : fed.shape[-1]] = fed
            begin = end
    if recorder is None:
        return network.features(inputs, state)
    features, _ = run_features(network, recorder.replay, inputs, state)
    return features, start


def run_features(network: Mtcrnn, run: Run, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    """`network.features` of networks with GRUs, every stack of them run by `run`."""
    structure, layers = network.config.structure, network.config.layers
    hidden = torch.relu(network.i2d(inputs))
    if structure.widened:
        hidden = network.d2h(hidden)
    last, stacks = [], network._paths()
    if structure.common:
        hidden, common = run(network.gru, hidden, state[:layers])
        if not stacks:
            return hidden, common
        last.append(common)
        state = state[layers:]
    outputs = []
    for stack, start in zip(stacks, state.split(layers), strict=True):
        out, end = run(stack, hidden, start)
        outputs.append(out)
        last.append(end)
    return torch.cat(outputs, dim=-1), torch.cat(last)
