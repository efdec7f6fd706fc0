"""Stacks of every kind of cell: states, skips, and compiled layers against PyTorch's operations."""

import pytest
import torch
from torch import Tensor

from rtsynth.families.samplernn.spec import GATES, STATES
from rtsynth_models.cells.samplernn_rnn import CELLS, Layer, run_stack

UNITS, INPUTS, STEPS, BATCH = 6, 4, 7, 3


def layers_of(kind: str, skip: bool, count: int = 2) -> list[Layer]:
    torch.manual_seed(0)
    height, layers = GATES[kind] * UNITS, []
    for number in range(count):
        width = (UNITS + INPUTS if skip else UNITS) if number else INPUTS
        shapes = [(height, width), (height, UNITS), (height,), (height,)]
        layers.append(Layer(*(torch.randn(shape).mul_(0.3).requires_grad_() for shape in shapes)))
    return layers


def run(kind: str, skip: bool, dtype: torch.dtype) -> list[Tensor]:
    layers = layers_of(kind, skip)
    torch.manual_seed(1)
    x, state = torch.randn(STEPS, BATCH, INPUTS), torch.randn(2 * STATES[kind], BATCH, UNITS)
    cast = [Layer(*(weight.to(dtype) for weight in layer)) for layer in layers]
    outs, last = run_stack(kind, cast, skip, x.to(dtype), state.to(dtype))
    assert [out.shape for out in outs] == [(STEPS, BATCH, UNITS)] * 2
    assert last.shape == state.shape
    loss = sum(out.sum() for out in outs) + last.sum()
    weights = [weight for layer in layers for weight in layer]
    return [*outs, last, *torch.autograd.grad(loss, weights)]


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("kind", CELLS)
def test_float32_is_float64(kind: str, skip: bool) -> None:
    """In float64 GRUs are plain operations of PyTorch, in float32 they are compiled."""
    for single, double in zip(
        run(kind, skip, torch.float32), run(kind, skip, torch.float64), strict=True
    ):
        torch.testing.assert_close(single.double(), double.double(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", CELLS)
def test_two_halves_are_the_whole(kind: str) -> None:
    layers, x = layers_of(kind, skip=True), torch.randn(STEPS, BATCH, INPUTS)
    state = torch.zeros(2 * STATES[kind], BATCH, UNITS)
    whole, last = run_stack(kind, layers, True, x, state)
    first, between = run_stack(kind, layers, True, x[:3], state)
    second, end = run_stack(kind, layers, True, x[3:], between)
    torch.testing.assert_close(torch.cat([first[-1], second[-1]]), whole[-1])
    torch.testing.assert_close(end, last)
