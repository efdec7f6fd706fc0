"""The phased LSTM against its equations, one unit and one step at a time."""

import math

import numpy as np
import pytest
import torch

from rtsynth_models.cells.phased_lstm import LEAK, PhasedLstm, openness


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def open_by_definition(step: float, period: float, shift: float, ratio: float) -> float:
    phase = math.fmod(step - shift, period) / period
    if phase < ratio / 2:
        return 2 * phase / ratio
    return 2 - 2 * phase / ratio if phase < ratio else LEAK * phase


def plain(network: PhasedLstm, x: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Outputs [T, H] and last state [2 layers, H] of x [T, I] from zero, in float64."""
    weights = {name: w.detach().double().numpy() for name, w in network.named_parameters()}
    states = []
    for layer in range(len(network.cells)):
        p = {name: weights[f"cells.{layer}.{name}"] for name in ("bias", "period", "phase")}
        ratio = weights[f"cells.{layer}.ratio_on"]
        into = weights[f"cells.{layer}.linear_ih.weight"]
        back = weights[f"cells.{layer}.linear_hh.weight"]
        units = len(ratio)
        h, c = np.zeros(units), np.zeros(units)
        outputs = []
        for t, seen in enumerate(x):
            sums = into @ seen + back @ h + p["bias"]
            i, f, o, g = sums.reshape(4, units)
            candidate = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            k = np.array(
                [
                    open_by_definition(step + t, p["period"][n], p["phase"][n], ratio[n])
                    for n in range(units)
                ]
            )
            h = k * sigmoid(o) * np.tanh(candidate) + (1 - k) * h
            c = k * candidate + (1 - k) * c
            outputs.append(h)
        x = np.stack(outputs)
        states += [h, c]
    return x, np.stack(states)


@pytest.mark.parametrize("step", [0, 1, 1000])
def test_equals_the_equations(step: int) -> None:
    torch.manual_seed(3)
    network = PhasedLstm(5, 7, 2)
    x = torch.randn(60, 5)
    expected, last = plain(network, x.double().numpy(), step)
    outputs, state = network(x[:, None], torch.zeros(4, 1, 7), step)
    np.testing.assert_allclose(outputs[:, 0].detach(), expected, atol=2e-6)
    np.testing.assert_allclose(state[:, 0].detach(), last, atol=2e-6)


def test_shifts_of_checkpoints_open_backwards_before_they_are_reached() -> None:
    """Where t < s the remainder is negative, as in MTCRNN, and so is the gate."""
    k = openness(torch.arange(4), torch.tensor([8.0]), torch.tensor([3.0]), torch.tensor([0.2]))
    expected = [open_by_definition(t, 8.0, 3.0, 0.2) for t in range(4)]
    assert expected[0] == pytest.approx(-3.75)
    np.testing.assert_allclose(k[:, 0], expected, rtol=1e-6)


def test_the_clock_goes_on_across_chunks() -> None:
    torch.manual_seed(4)
    network = PhasedLstm(3, 6, 2)
    x, state = torch.randn(50, 2, 3), torch.zeros(4, 2, 6)
    whole, last = network(x, state)
    first, between = network(x[:21], state)
    second, end = network(x[21:], between, step=21)
    torch.testing.assert_close(torch.cat([first, second]), whole)
    torch.testing.assert_close(end, last)


def test_the_clock_is_exact_after_days() -> None:
    period, shift, ratio = 7.3, -2.1, 0.4
    steps = 16_000 * 3600 * 48 + np.arange(20)
    k = openness(torch.from_numpy(steps), *(torch.tensor([v]) for v in (period, shift, ratio)))
    single = [float(torch.tensor(v)) for v in (period, shift, ratio)]
    expected = [open_by_definition(int(t), *single) for t in steps]
    np.testing.assert_allclose(k[:, 0], expected, atol=1e-5)


def test_new_layers_stay_bounded_and_can_be_trained() -> None:
    torch.manual_seed(5)
    network = PhasedLstm(4, 16, 2)
    x = torch.randn(200, 3, 4)
    outputs, _ = network(x, torch.zeros(4, 3, 16))
    assert outputs.abs().max() <= 1
    outputs.square().sum().backward()
    for name, weight in network.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name
        assert weight.grad.abs().max() > 0, name
