"""The dense layers' loss and hand-written gradients against PyTorch's autograd, slice by slice."""

import pytest
import torch
from torch.nn import functional

from rtsynth_models.cells import samplernn_dense
from rtsynth_models.cells.samplernn_dense import Dense, dense_logits, dense_loss, slice_rows


def small_dense(inputs: int, hidden: int, levels: int) -> Dense:
    shapes = [(hidden, inputs), (hidden,), (hidden, hidden), (hidden,), (levels, hidden), (levels,)]
    return Dense(*(torch.randn(shape).requires_grad_() for shape in shapes))


@pytest.mark.parametrize("precision", ["highest", "medium"])
@pytest.mark.parametrize("relu", [True, False])
@pytest.mark.parametrize("rows_at_once", [4, 100])
@pytest.mark.parametrize("inputs", [5, 40])
def test_loss_and_gradients(
    relu: bool, rows_at_once: int, inputs: int, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By our own products, and by PyTorch's; with fewer inputs than units, and with many more."""
    monkeypatch.setattr(samplernn_dense, "own_products", lambda x: precision == "highest")
    monkeypatch.setattr(samplernn_dense, "SLICE_ROWS", rows_at_once)
    monkeypatch.setattr(samplernn_dense, "OWN_SLICE_ROWS", rows_at_once)
    torch.manual_seed(0)
    dense = small_dense(inputs, 7, 9)
    x = torch.randn(10, inputs, requires_grad=True)
    target = torch.randint(9, (10,))
    found = dense_loss(x, target, dense, relu)
    expected = functional.cross_entropy(dense_logits(x, dense, relu), target)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    gradients = [torch.autograd.grad(3 * loss, [x, *dense]) for loss in (found, expected)]
    for mine, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)


def test_codes_that_there_are_not_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samplernn_dense, "own_products", lambda x: True)
    with pytest.raises(IndexError, match="code 9 of 9 levels"):
        dense_loss(torch.randn(2, 5), torch.tensor([0, 9]), small_dense(5, 7, 9), relu=True)


@pytest.mark.parametrize(
    ("levels", "rows"), [(256, 4096), (4096, 4096), (65536, 256), (1 << 25, 1)]
)
def test_a_slice_is_bounded_by_its_logits(levels: int, rows: int) -> None:
    assert slice_rows(levels) == rows
