"""Cross-entropy of rows of logits, against PyTorch's in double precision."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from rtsynth_models.cells.softmax_loss import check_codes, softmax_loss

IGNORE = -1


@pytest.mark.parametrize("spread", [0.1, 5.0, 200.0])
def test_loss_and_gradient(spread: float) -> None:
    random = np.random.default_rng(0)
    logits = (random.standard_normal((40, 37)) * spread).astype(np.float32)
    target = random.integers(37, size=40)
    target[3] = IGNORE
    exact = torch.from_numpy(logits.astype(np.float64)).requires_grad_()
    expected = functional.cross_entropy(
        exact, torch.from_numpy(target), ignore_index=IGNORE, reduction="sum"
    )
    (0.5 * expected).backward()
    bits = np.empty(37, np.int32)
    assert softmax_loss(logits, target, 0.5, IGNORE, bits) == pytest.approx(
        float(expected.detach())
    )
    assert exact.grad is not None
    np.testing.assert_allclose(logits, exact.grad.numpy(), atol=2e-7)


@pytest.mark.parametrize("wrong", [np.nan, -np.nan, np.inf])
@pytest.mark.parametrize("at", [0, 7, 19, slice(0, 20)])
def test_what_is_no_number_is_not_hidden(wrong: float, at: int | slice) -> None:
    logits = np.zeros((1, 20), np.float32)
    logits[0, at] = wrong
    loss = softmax_loss(logits, np.array([3]), 1.0, IGNORE, np.empty(20, np.int32))
    assert not np.isfinite(loss)


@pytest.mark.parametrize("high", [-3.0, -0.0, 0.0, 1e-40, 100.0])
def test_the_highest_is_found_among_any(high: float) -> None:
    """Also where all are negative; in a part of wider rows, as the callers have it."""
    whole = np.full((1, 48), 1e9, np.float32)
    logits = whole[:, :37]
    logits[:] = high - 200.0
    logits[0, 11] = high
    loss = softmax_loss(logits, np.array([11]), 1.0, IGNORE, np.empty(37, np.int32))
    assert loss == 0.0
    assert (whole[0, 37:] == 1e9).all()


def test_codes_are_checked() -> None:
    check_codes(np.array([0, 4, -100]), 5, ignore=-100)
    check_codes(np.array([], np.int64), 5)
    for wrong, ignore in ((5, None), (-1, None), (-1, -100), (-100, None)):
        with pytest.raises(IndexError, match=f"^code {wrong} of 5 levels$"):
            check_codes(np.array([0, wrong]), 5, ignore)
