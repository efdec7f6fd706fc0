"""The fused kernel is torch.nn.GRU: values, states and gradients."""

import pytest
import torch
from torch import nn

from rtsynth_models.cells.fused_gru import fused_gru


@pytest.mark.parametrize(
    ("units", "layers", "steps", "batch"), [(48, 4, 40, 3), (5, 1, 7, 2), (17, 2, 33, 1)]
)
def test_equals_torch(units: int, layers: int, steps: int, batch: int) -> None:
    torch.manual_seed(0)
    gru = nn.GRU(units, units, layers)
    x = torch.randn(steps, batch, units, requires_grad=True)
    state = torch.randn(layers, batch, units, requires_grad=True)
    weigh, weigh_state = torch.randn(steps, batch, units), torch.randn(layers, batch, units)

    def gradients(run):
        outputs, last = run(x, state)
        loss = (outputs * weigh).sum() + (last * weigh_state).sum()
        return outputs, last, torch.autograd.grad(loss, [x, state, *gru.parameters()])

    outputs, last, expected = gradients(gru)
    fused_outputs, fused_last, found = gradients(lambda x, s: fused_gru(gru, x, s))
    torch.testing.assert_close(fused_outputs, outputs, rtol=1e-5, atol=2e-6)
    torch.testing.assert_close(fused_last, last, rtol=1e-5, atol=2e-6)
    for mine, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-4)


def test_saturated_gates_stay_finite_and_exact() -> None:
    gru = nn.GRU(4, 4)
    with torch.no_grad():
        for weight in gru.parameters():
            weight.mul_(200)
    x = torch.linspace(-50, 50, 24).view(6, 1, 4)
    outputs, _ = fused_gru(gru, x, torch.zeros(1, 1, 4))
    torch.testing.assert_close(outputs, gru(x, torch.zeros(1, 1, 4))[0], rtol=0, atol=1e-5)


def test_dropout_works_between_layers_in_training_only() -> None:
    gru = nn.GRU(8, 8, 2, dropout=0.5)
    x, state = torch.randn(5, 2, 8), torch.zeros(2, 2, 8)
    assert not torch.equal(fused_gru(gru, x, state)[0], fused_gru(gru, x, state)[0])
    gru.eval()
    torch.testing.assert_close(fused_gru(gru, x, state)[0], gru(x, state)[0])
