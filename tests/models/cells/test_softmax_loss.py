"""Cross-entropy of rows of logits, against PyTorch's in double precision."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from rtsynth_models.cells.softmax_loss import softmax_loss

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


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_is_not_hidden(wrong: float) -> None:
    logits = np.zeros((1, 20), np.float32)
    logits[0, 7] = wrong
    loss = softmax_loss(logits, np.array([3]), 1.0, IGNORE, np.empty(20, np.int32))
    assert not np.isfinite(loss)
