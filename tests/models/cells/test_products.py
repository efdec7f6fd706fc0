"""Our own products, and the dense layer made of them, against PyTorch's."""

import pytest
import torch
from torch.nn import functional

from rtsynth_models.cells import products
from rtsynth_models.cells.products import linear, outer, own_products, times


@pytest.fixture(autouse=True)
def _on_any_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_has_vectors", lambda: True)


@pytest.mark.parametrize(("rows", "columns", "width"), [(70, 9, 16), (300, 150, 50), (5, 3, 1)])
def test_outer(rows: int, columns: int, width: int) -> None:
    torch.manual_seed(0)
    a, b = torch.randn(rows, columns), torch.randn(rows, width)
    torch.testing.assert_close(outer(a, b), a.t() @ b, rtol=1e-4, atol=1e-4)


def test_times() -> None:
    torch.manual_seed(0)
    rows, matrix, bias = torch.randn(131, 40), torch.randn(40, 50), torch.randn(50)
    torch.testing.assert_close(times(rows, matrix), rows @ matrix, rtol=1e-4, atol=1e-4)
    expected = rows @ matrix + bias
    torch.testing.assert_close(times(rows, matrix, bias), expected, rtol=1e-4, atol=1e-4)


def test_the_number_of_threads_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtsynth_models.cells.row_threads.WORTH_SHARING", 0)
    torch.manual_seed(0)
    a, b = torch.randn(300, 150), torch.randn(300, 48)
    found, before = list[list[torch.Tensor]](), torch.get_num_threads()
    for threads in (1, 3):
        torch.set_num_threads(threads)
        found.append([outer(a, b), times(a, torch.ones(150, 20) / 3)])
    torch.set_num_threads(before)
    for one, other in zip(*found, strict=True):
        assert torch.equal(one, other)


def test_linear_and_its_gradients() -> None:
    torch.manual_seed(0)
    x = torch.randn(7, 3, 40, requires_grad=True)
    weight = torch.randn(50, 40, requires_grad=True)
    bias = torch.randn(50, requires_grad=True)
    found, expected = linear(x, weight, bias), functional.linear(x, weight, bias)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    factor = torch.randn_like(found)
    mine, theirs = (
        torch.autograd.grad((out * factor).sum(), [x, weight, bias]) for out in (found, expected)
    )
    for one, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


def test_only_exact_products_are_ours() -> None:
    x = torch.zeros(1)
    assert own_products(x)
    assert not own_products(x.double())
    with torch.autocast("cpu", torch.bfloat16):
        assert not own_products(x)
    torch.set_float32_matmul_precision("medium")
    try:
        assert not own_products(x)
    finally:
        torch.set_float32_matmul_precision("highest")
