"""A compiled GRU layer, in both forms, against PyTorch's autograd; whole, in pieces, in threads."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from rtsynth_models.cells.gru_layer import GruLayer, gru_layer


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def layer_weights(units: int, inputs: int) -> list[Tensor]:
    bound = units**-0.5
    shapes = [(3 * units, inputs), (3 * units, units), (3 * units,), (3 * units,)]
    return [torch.empty(shape).uniform_(-bound, bound).requires_grad_() for shape in shapes]


def step_by_step(
    x: Tensor, state: Tensor, weights: list[Tensor], reset_first: bool
) -> tuple[Tensor, Tensor]:
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    outputs = []
    for given in x:
        x_r, x_z, x_n = (given @ weight_ih.t() + bias_ih).chunk(3, dim=1)
        (w_r, w_z, w_n), (b_r, b_z, b_n) = weight_hh.chunk(3), bias_hh.chunk(3)
        r = torch.sigmoid(x_r + state @ w_r.t() + b_r)
        z = torch.sigmoid(x_z + state @ w_z.t() + b_z)
        if reset_first:
            n = torch.tanh(x_n + (r * state) @ w_n.t() + b_n)
        else:
            n = torch.tanh(x_n + r * (state @ w_n.t() + b_n))
        state = (1 - z) * n + z * state
        outputs.append(state)
    return torch.stack(outputs), state


@pytest.mark.parametrize("reset_first", [False, True])
@pytest.mark.parametrize(
    ("units", "inputs", "steps", "batch"), [(48, 7, 40, 3), (5, 5, 7, 1), (17, 40, 20, 19)]
)
def test_values_and_gradients(
    reset_first: bool, units: int, inputs: int, steps: int, batch: int
) -> None:
    torch.manual_seed(0)
    weights = layer_weights(units, inputs)
    x = torch.randn(steps, batch, inputs, requires_grad=True)
    state = torch.randn(batch, units, requires_grad=True)
    weigh, weigh_last = torch.randn(steps, batch, units), torch.randn(batch, units)
    expected = step_by_step(x, state, weights, reset_first)
    found = gru_layer(x, state, weights, reset_first)
    for mine, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=2e-6)
    gradients = [
        torch.autograd.grad((out * weigh).sum() + (last * weigh_last).sum(), [x, state, *weights])
        for out, last in (found, expected)
    ]
    for mine, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("reset_first", [False, True])
def test_pieces_are_the_whole(reset_first: bool) -> None:
    torch.manual_seed(0)
    weights = layer_weights(6, 4)
    x, state = torch.randn(9, 2, 4), torch.randn(2, 6)
    layer, after = GruLayer(weights, 9, 2, reset_first), state
    with torch.no_grad():
        for begin, end in ((0, 1), (1, 6), (6, 9)):
            _, after = layer.run(x[begin:end], after, begin)
    found, expected = layer.outputs(x, state), gru_layer(x, state, weights, reset_first)
    assert torch.equal(after, found[1])
    # Not to the bit: PyTorch's product of the inputs rounds by how many rows it has.
    gradients = [torch.autograd.grad(out.sum(), weights) for out, _ in (found, expected)]
    for mine, theirs in zip((*found, *gradients[0]), (*expected, *gradients[1]), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("reset_first", [False, True])
def test_threads_change_no_bit(
    reset_first: bool, two_threads: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    weights = layer_weights(16, 16)
    x, state = torch.randn(5, 37, 16, requires_grad=True), torch.randn(37, 16)
    results = []
    for worth in (1 << 60, 0):
        monkeypatch.setattr("rtsynth_models.cells.row_threads.WORTH_SHARING", worth)
        out, last = gru_layer(x, state, weights, reset_first)
        results.append([out, last, *torch.autograd.grad(out.sum(), [x, *weights])])
    for alone, shared in zip(*results, strict=True):
        assert torch.equal(alone, shared)
