"""The dense layers of a SampleRNN's sample tier, with their loss, forward and back in one go.

    h2 = act(W2 x + b2)    h3 = act(W3 h2 + b3)    logits = W4 h3 + b4    loss = cross-entropy

All rows at once would be hundreds of megabytes of activations, and page faults would cost more
than the arithmetic. So rows go through in slices that fit in a cache, each all the way to its
gradients, which are written by hand: a slice's activations are gone when the next one comes.
"""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rtsynth_models.cells.jit import trainer_jit
from rtsynth_models.cells.panel_product import add_outer, pack, product, product_onto
from rtsynth_models.cells.products import own_products, padded
from rtsynth_models.cells.row_threads import over_rows
from rtsynth_models.cells.softmax_loss import check_codes, softmax_loss

SLICE_ROWS = 4096
OWN_SLICE_ROWS = 256  # by our own products
PARTS = 4  # that threads may share out; sums do not depend on their number
SLICE_LOGITS = 1 << 24  # 64 MiB: with more than 4096 levels a slice has fewer rows


class Dense(NamedTuple):
    """Weights [outputs, inputs] and biases of the layers 2, 3 and 4."""

    w2: Tensor
    b2: Tensor
    w3: Tensor
    b3: Tensor
    w4: Tensor
    b4: Tensor


def dense_logits(x: Tensor, dense: Dense, relu: bool) -> Tensor:
    """Logits [..., Q] of x [..., H]."""
    hidden = functional.linear(x, dense.w2, dense.b2)
    hidden = functional.linear(hidden.relu() if relu else hidden, dense.w3, dense.b3)
    return functional.linear(hidden.relu() if relu else hidden, dense.w4, dense.b4)


def slice_rows(levels: int) -> int:
    """Rows computed at once, given the number of logits of each."""
    return max(1, min(SLICE_ROWS, SLICE_LOGITS // levels))


def _through_relu(grad: Tensor, out: Tensor) -> Tensor:
    """The gradient before a rectifier whose output is `out`."""
    return torch.ops.aten.threshold_backward(grad, out, 0)


@trainer_jit()
def _relu(rows):
    for row in rows:
        for j in range(row.size):
            if row[j] < 0:  # what is not a number stays that
                row[j] = np.float32(0)


@trainer_jit()
def _relu_back(grads, outs):
    rows, units = grads.shape
    for i in range(rows):
        for j in range(units):
            if outs[i, j] <= 0:
                grads[i, j] = np.float32(0)


@trainer_jit()
def _add_rows(rows, total):
    for row in rows:
        for j in range(total.size):
            total[j] += row[j]


@trainer_jit()
def _own_slices(x, target, relu, size, forward, biases, back, scale, into_x, into, into_biases):
    """Nats of these rows, `size` at a time; gradients of x [R, W] are written, those of the
    weights added. `forward`, `biases`, `back` and `into` are of the layers 2, 3, 4.
    """
    units, levels = x.shape[1], back[2].shape[0]
    h2, h3 = np.empty((size, units), np.float32), np.empty((size, units), np.float32)
    logits = np.empty((size, forward[2].shape[1]), np.float32)
    bits = np.empty(levels, np.int32)
    nats = 0.0
    for first in range(0, target.size, size):
        last = min(first + size, target.size)
        count = last - first
        part, a, b, out = x[first:last], h2[:count], h3[:count], logits[:count]
        product_onto(biases[0], part, 0, forward[0], a)
        if relu:
            _relu(a)
        product_onto(biases[1], a, 0, forward[1], b)
        if relu:
            _relu(b)
        product_onto(biases[2], b, 0, forward[2], out)
        nats += softmax_loss(out[:, :levels], target[first:last], scale, -1, bits)
        add_outer(out, 0, levels, b, into[2])
        _add_rows(out, into_biases[2])
        # The gradient of h3 replaces what h3 was once nothing needs it.
        grad = into_x[first:last]
        product(out, 0, back[2], grad)
        if relu:
            _relu_back(grad, b)
        b[:] = grad
        add_outer(b, 0, into[1].shape[0], a, into[1])
        _add_rows(b, into_biases[1])
        product(b, 0, back[1], grad)
        if relu:
            _relu_back(grad, a)
        a[:] = grad
        add_outer(a, 0, into[0].shape[0], part, into[0])
        _add_rows(a, into_biases[0])
        product(a, 0, back[0], grad)
    return nats


def _own_loss(x: Tensor, target: Tensor, dense: Dense, relu: bool) -> tuple[float, Tensor, Dense]:
    """Mean loss, and its gradients by x and the weights, by our own products."""
    rows, inputs = x.shape
    levels, units = dense.w4.shape
    size = max(8, min(OWN_SLICE_ROWS, SLICE_LOGITS // 16 // levels))
    given, aim = x.detach().numpy(), target.numpy()
    check_codes(aim, levels)
    given = padded(
        np.pad(given, [(0, 0), (0, max(0, units - inputs))]) if units > inputs else given
    )
    width = given.shape[1]
    matrices = list[np.ndarray]()
    for matrix in (dense.w2, dense.w3, dense.w4):  # padded with zeros, as their inputs are
        outputs = len(matrix) if matrix is dense.w4 else width
        whole = np.zeros((outputs, width), np.float32)
        whole[: len(matrix), : matrix.shape[1]] = matrix.detach().numpy()
        matrices.append(whole)
    biases = tuple(  # as long as the rows that they are added to
        padded(np.pad(bias.detach().numpy(), (0, len(matrix) - len(bias))))
        for bias, matrix in zip((dense.b2, dense.b3, dense.b4), matrices, strict=True)
    )
    forward, back = (tuple(pack(m) for m in way) for way in ([m.T for m in matrices], matrices))
    into_x = np.empty_like(given)
    into = tuple(np.zeros((PARTS, *matrix.shape), np.float32) for matrix in matrices)
    into_biases = tuple(np.zeros((PARTS, len(matrix)), np.float32) for matrix in matrices)
    nats = np.zeros(PARTS)
    edges = [rows * part // PARTS for part in range(PARTS + 1)]

    def work(first: int, last: int) -> None:
        for part in range(first, last):
            piece = slice(edges[part], edges[part + 1])
            nats[part] = _own_slices(
                given[piece], aim[piece], relu, size, forward, biases, back, 1 / rows,
                into_x[piece], tuple(m[part] for m in into), tuple(m[part] for m in into_biases),
            )  # fmt: skip

    over_rows(work, PARTS, 1, 3 * rows * sum(matrix.size for matrix in matrices))
    sums = [each.sum(axis=0) for pair in zip(into, into_biases, strict=True) for each in pair]
    shapes = [tuple(weight.shape) for weight in dense]
    cut = [each[tuple(map(slice, shape))] for each, shape in zip(sums, shapes, strict=True)]
    whole_x = np.ascontiguousarray(into_x[:, :inputs])
    gradients = Dense(*(torch.from_numpy(np.ascontiguousarray(each)) for each in cut))
    return float(nats.sum()) / rows, torch.from_numpy(whole_x), gradients


class _DenseLoss(torch.autograd.Function):
    """(x [R, H], target [R], relu, six weights) -> mean cross-entropy in nats."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, target: Tensor, relu: bool, *weights: Tensor) -> Tensor:
        dense = Dense(*(weight.detach() for weight in weights))
        if own_products(x):
            loss, whole_x, gradients = _own_loss(x, target, dense, relu)
            ctx.kept = (whole_x, gradients, 1)
            return x.new_tensor(loss)
        into = Dense(*(torch.zeros_like(weight) for weight in dense))
        grad_x = torch.empty_like(x)
        rows, nats = len(x), 0.0
        size = slice_rows(len(dense.w4))
        for first in range(0, rows, size):
            piece = slice(first, first + size)
            part, aim = x[piece], target[piece].unsqueeze(1)
            h2 = torch.addmm(dense.b2, part, dense.w2.t())
            h2 = h2.relu_() if relu else h2
            h3 = torch.addmm(dense.b3, h2, dense.w3.t())
            h3 = h3.relu_() if relu else h3
            logits = torch.addmm(dense.b4, h3, dense.w4.t())
            log_p = torch.log_softmax(logits, dim=1)
            nats -= float(log_p.gather(1, aim).cpu().sum(dtype=torch.float64))
            # d loss / d logits = (p - one-hot) / R; `backward` divides by R.
            back = log_p.exp_()
            back.scatter_add_(1, aim, back.new_full((len(aim), 1), -1.0))
            into.w4.addmm_(back.t(), h3)
            into.b4.add_(back.sum(0))
            back = back @ dense.w4
            back = _through_relu(back, h3) if relu else back
            into.w3.addmm_(back.t(), h2)
            into.b3.add_(back.sum(0))
            back = back @ dense.w3
            back = _through_relu(back, h2) if relu else back
            into.w2.addmm_(back.t(), part)
            into.b2.add_(back.sum(0))
            torch.mm(back, dense.w2, out=grad_x[piece])
        ctx.kept = (grad_x, into, rows)
        return x.new_tensor(nats / rows)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        grad_x, into, rows = ctx.kept
        ctx.kept = None  # scaled below: good for one backward pass
        scale = grads[0] / rows
        return grad_x.mul_(scale), None, None, *(grad.mul_(scale) for grad in into)


def dense_loss(x: Tensor, target: Tensor, dense: Dense, relu: bool) -> Tensor:
    """Mean cross-entropy, in nats, of x [R, H] against the codes `target` int64 [R].

    Computes all gradients at once: for training. `dense_logits` is for everything else.

    Raises:
        IndexError, or RuntimeError by PyTorch's products: a code is none of 0, ..., Q - 1.
    """
    return _DenseLoss.apply(x, target, relu, *dense)
