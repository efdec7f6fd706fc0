"""Table sums are a dense layer on concatenated embeddings, forward and back."""

import pytest
import torch
from torch import Tensor

from rtsynth_models.cells.samplernn_tables import make_tables, table_sum

LEVELS, WINDOW, UNITS = 11, 3, 5
BATCH, FRAMES, SLICES, FIRST = 2, 4, 2, 1


def codes() -> Tensor:
    length = FIRST + FRAMES * SLICES + WINDOW - 1
    random = torch.Generator().manual_seed(0)
    return torch.randint(LEVELS, (BATCH, length), dtype=torch.int32, generator=random)


def dense(embedding: Tensor, weight: Tensor, base: Tensor) -> Tensor:
    out = base.clone()
    for n in range(FRAMES):
        for s in range(SLICES):
            begin = FIRST + n * SLICES + s
            heard = codes()[:, begin : begin + WINDOW].long()
            out[n, :, s] = out[n, :, s] + embedding[heard].flatten(1) @ weight.t()
    return out


@pytest.mark.parametrize("one_hot", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_equals_the_dense_layer(one_hot: bool, dtype: torch.dtype) -> None:
    torch.manual_seed(1)
    size = LEVELS if one_hot else 4
    embedding = (torch.eye(LEVELS) if one_hot else torch.randn(LEVELS, size)).to(dtype)
    weight = torch.randn(UNITS, WINDOW * size, dtype=dtype, requires_grad=True)
    base = torch.randn(FRAMES, BATCH, SLICES, UNITS, dtype=dtype, requires_grad=True)
    tables = make_tables(None if one_hot else embedding, weight, LEVELS)
    assert tables.shape == (WINDOW, LEVELS, UNITS)
    found = table_sum(codes(), tables, base, FIRST)
    expected = dense(embedding, weight, base)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    weigh = torch.randn_like(found)
    gradients = [
        torch.autograd.grad((out * weigh).sum(), [weight, base]) for out in (found, expected)
    ]
    for mine, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-5)
