"""The packed product, and GRU stacks in pieces: against NumPy and torch.nn.GRU."""

import numpy as np
import pytest
import torch
from torch import nn

from rtsynth_train.tiers.panel_product import BLOCK, PANEL, pack, product
from rtsynth_train.tiers.segmented_gru import Recorder


@pytest.mark.parametrize("rows", [1, BLOCK, BLOCK + 3])
@pytest.mark.parametrize(("depth", "columns"), [(7, 32), (16, 40), (5, 1)])
def test_product(rows: int, depth: int, columns: int) -> None:
    random = np.random.default_rng(rows + depth)
    a = random.standard_normal((rows, depth)).astype(np.float32)
    w = random.standard_normal((depth, columns)).astype(np.float32)
    panels = pack(w)
    assert panels.shape == (-(-columns // PANEL), depth, PANEL)
    out = np.full((rows, len(panels) * PANEL), np.nan, np.float32)
    product(a, panels, out)
    np.testing.assert_allclose(out[:, :columns], a @ w, rtol=1e-5, atol=1e-5)
    assert not out[:, columns:].any()


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
