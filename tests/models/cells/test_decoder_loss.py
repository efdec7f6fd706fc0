"""The output layer and its loss in one go, against PyTorch's autograd."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from rtsynth_models.cells import row_threads
from rtsynth_models.cells.decoder_loss import decoder_backward, decoder_loss


@pytest.mark.parametrize(("units", "levels", "rows"), [(5, 7, 210), (48, 256, 600), (40, 30, 3)])
def test_loss_and_gradients(units: int, levels: int, rows: int) -> None:
    torch.manual_seed(0)
    decoder, features = nn.Linear(units, levels), torch.randn(rows, 2, units, requires_grad=True)
    target = torch.randint(levels, (rows, 2))
    target[1] = -100
    whole = functional.cross_entropy(decoder(features).flatten(0, 1), target.flatten())
    expected = torch.autograd.grad(whole, [features, *decoder.parameters()])
    loss, gradient = decoder_backward(decoder, features, target, 1 / (2 * rows - 2))
    assert loss == pytest.approx(float(whole.detach()), rel=1e-5)
    assert decoder.weight.grad is not None
    assert decoder.bias.grad is not None
    found = (gradient, decoder.weight.grad, decoder.bias.grad)
    for mine, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-6)


def test_codes_that_there_are_not_are_refused() -> None:
    with pytest.raises(IndexError, match="code 7 of 7 levels"):
        decoder_loss(
            torch.randn(2, 5), torch.tensor([-100, 7]), torch.randn(7, 5), torch.randn(7), 1.0, -100
        )


def test_the_number_of_threads_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_threads, "WORTH_SHARING", 0)
    torch.manual_seed(0)
    features, target = torch.randn(500, 20), torch.randint(30, (500,))
    weight, bias, before = torch.randn(30, 20), torch.randn(30), torch.get_num_threads()
    results = []
    for threads in (1, 3):
        torch.set_num_threads(threads)
        results.append(decoder_loss(features, target, weight, bias, 0.1, -100))
    torch.set_num_threads(before)
    (loss, *mine), (other, *theirs) = results
    assert loss == other
    assert all(torch.equal(one, two) for one, two in zip(mine, theirs, strict=True))
