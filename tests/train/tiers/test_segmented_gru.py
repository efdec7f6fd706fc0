"""GRU stacks in pieces, against torch.nn.GRU."""

import pytest
import torch
from torch import nn

from rtsynth_train.tiers.segmented_gru import Recorder


@pytest.mark.parametrize("cuts", [[], [1], [4, 5, 11]])
def test_pieces_are_one_gru(cuts: list[int]) -> None:
    torch.manual_seed(0)
    stack = nn.GRU(6, 10, 2)
    x = torch.randn(12, 3, 6, requires_grad=True)
    state = torch.randn(2, 3, 10)
    weigh = torch.randn(12, 3, 10)
    expected, last = stack(x, state)
    wanted = torch.autograd.grad((expected * weigh).sum(), [x, *stack.parameters()])

    recorder, start, begin = Recorder(12, 3), state, 0
    with torch.no_grad():
        for end in [*cuts, 12]:
            recorder.begin = begin
            out, start = recorder.run(stack, x[begin:end], start)
            torch.testing.assert_close(out, expected[begin:end])
            begin = end
    torch.testing.assert_close(start, last)
    replayed, _ = recorder.replay(stack, x, state)
    torch.testing.assert_close(replayed, expected)
    gradients = torch.autograd.grad((replayed * weigh).sum(), [x, *stack.parameters()])
    for mine, theirs in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)
