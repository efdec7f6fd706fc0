"""The output layer and its cross-entropy in one go, forward and back, slice by slice.

All logits of a chunk at once would be tens of megabytes that are written and read four times; a
slice stays in a cache until its gradients are there. The gradients of the weights are summed up in
parts that do not depend on the number of threads.
"""

import numpy as np
import torch
from torch import Tensor, nn

from rtsynth_models.cells.jit import trainer_jit
from rtsynth_models.cells.panel_product import add_outer, pack, product, product_onto
from rtsynth_models.cells.products import padded
from rtsynth_models.cells.row_threads import over_rows
from rtsynth_models.cells.softmax_loss import check_codes, softmax_loss

SLICE = 128  # rows
PARTS = 4  # that threads may share out


@trainer_jit()
def _slices(
    features, target, packed, bias, packed_back, scale, ignore, into, into_weight, into_bias
):
    """Nats of these rows; `into_weight` [Q, W] and `into_bias` [Q] are added to."""
    levels = packed_back.shape[0]
    logits = np.empty((SLICE, packed.shape[1]), np.float32)
    bits = np.empty(levels, np.int32)
    nats = 0.0
    for first in range(0, target.size, SLICE):
        last = min(first + SLICE, target.size)
        part = logits[: last - first]
        product_onto(bias, features[first:last], 0, packed, part)
        nats += softmax_loss(part[:, :levels], target[first:last], scale, ignore, bits)
        product(part, 0, packed_back, into[first:last])
        add_outer(part, 0, levels, features[first:last], into_weight)
        for row in part:
            for j in range(levels):
                into_bias[j] += row[j]
    return nats


def decoder_loss(
    features: Tensor, target: Tensor, weight: Tensor, bias: Tensor, scale: float, ignore: int
) -> tuple[float, Tensor, Tensor, Tensor]:
    """Cross-entropy in nats, summed and times `scale`, of features [R, H] by way of weight [Q, H]
    and bias [Q] against the codes `target` int64 [R]; and its gradients by features, weight and
    bias.

    Raises:
        IndexError: a code is none of 0, ..., Q - 1, nor `ignore`.
    """
    rows, units = features.shape
    levels = len(weight)
    x, aim = padded(features.detach().numpy()), target.numpy()
    check_codes(aim, levels, ignore)
    # As wide as the features are padded; the columns beyond are zeros.
    matrix = np.zeros((levels, x.shape[1]), np.float32)
    matrix[:, :units] = weight.detach().numpy()
    packed, packed_back = pack(matrix.T), pack(matrix)
    start = padded(bias.detach().numpy())
    into = np.empty_like(x)
    into_weight = np.zeros((PARTS, *matrix.shape), np.float32)
    into_bias = np.zeros((PARTS, levels), np.float32)
    nats = np.zeros(PARTS)
    edges = [rows * part // PARTS for part in range(PARTS + 1)]

    def work(first: int, last: int) -> None:
        for part in range(first, last):
            piece = slice(edges[part], edges[part + 1])
            nats[part] = _slices(
                x[piece], aim[piece], packed, start, packed_back, scale, ignore, into[piece],
                into_weight[part], into_bias[part],
            )  # fmt: skip

    over_rows(work, PARTS, 1, 3 * rows * matrix.size)
    return (
        float(nats.sum()) * scale,
        torch.from_numpy(np.ascontiguousarray(into[:, :units])),
        torch.from_numpy(np.ascontiguousarray(into_weight.sum(axis=0)[:, :units])),
        torch.from_numpy(into_bias.sum(axis=0)),
    )


def decoder_backward(
    decoder: nn.Linear, features: Tensor, target: Tensor, scale: float, ignore: int = -100
) -> tuple[float, Tensor]:
    """`decoder_loss` of features [..., H]; the gradients of the decoder are left in it, where
    there were none, and that of the features comes back.
    """
    loss, into, into_weight, into_bias = decoder_loss(
        features.flatten(0, -2), target.flatten(), decoder.weight, decoder.bias, scale, ignore
    )
    decoder.weight.grad, decoder.bias.grad = into_weight, into_bias
    return loss, into.view(features.shape)
