"""The dense layers of a SampleRNN's sample tier, with their loss, forward and back in one go.

    h2 = act(W2 x + b2)    h3 = act(W3 h2 + b3)    logits = W4 h3 + b4    loss = cross-entropy

All rows at once would be hundreds of megabytes of activations, and page faults would cost more
than the arithmetic. So rows go through in slices that fit in a cache, each all the way to its
gradients, which are written by hand: a slice's activations are gone when the next one comes.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

SLICE_ROWS = 4096
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


class _DenseLoss(torch.autograd.Function):
    """(x [R, H], target [R], relu, six weights) -> mean cross-entropy in nats."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, target: Tensor, relu: bool, *weights: Tensor) -> Tensor:
        dense = Dense(*(weight.detach() for weight in weights))
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
            nats -= float(log_p.gather(1, aim).sum(dtype=torch.float64))
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
    """
    return _DenseLoss.apply(x, target, relu, *dense)
