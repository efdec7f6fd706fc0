"""Large products of matrices in float32, by the kernels of `panel_product`.

PyTorch's own (MKL) reach two fifths of what ours do on an AMD processor with AVX-512 (Zen 5), and
less where rows are few. Ours are used where the processor has AVX-512 and PyTorch is asked for
exact products (`torch.set_float32_matmul_precision("highest")`); `medium` is what trainings from
before December 2026 are resumed with. Results do not depend on the number of threads.
"""

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rtsynth.engine.kernels.cpu import cpu_features
from rtsynth.engine.kernels.simd import LANES
from rtsynth_models.cells.jit import trainer_jit
from rtsynth_models.cells.panel_product import BLOCK, add_outer, pack, product, product_onto
from rtsynth_models.cells.row_threads import over_rows

TILE_ROWS = 64  # go through all panels before the next ones: they stay in a cache


@cache
def _has_vectors() -> bool:
    return "avx512f" in cpu_features()


def own_products(x: Tensor) -> bool:
    """Whether products with `x` are ours: see the module."""
    return (
        x.device.type == "cpu"
        and x.dtype == torch.float32
        and not torch.is_autocast_enabled("cpu")
        and torch.get_float32_matmul_precision() == "highest"
        and _has_vectors()
    )


def padded(array: np.ndarray) -> np.ndarray:
    """`array` [..., C] with zeros up to a multiple of 16 columns; itself where it has that."""
    missing = -array.shape[-1] % LANES
    if not missing:
        return np.ascontiguousarray(array)
    return np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, missing)])


def outer(a: Tensor, b: Tensor) -> Tensor:
    """a^T b [N, C] of a [R, N] and b [R, C]: the gradient of a weight."""
    left, right = a.detach().contiguous().numpy(), padded(b.detach().numpy())
    columns, width = left.shape[1], right.shape[1]
    out = np.zeros((columns, width), np.float32)

    def work(first: int, last: int) -> None:
        add_outer(left, first, last, right, out[first:last])

    over_rows(work, columns, BLOCK, left.size * width)
    return torch.from_numpy(np.ascontiguousarray(out[:, : b.shape[1]]))


@trainer_jit()
def _rows_product(bias, rows, packed, out, first, last):
    for row in range(first, last, TILE_ROWS):
        end = min(row + TILE_ROWS, last)
        if bias.size:
            product_onto(bias, rows[row:end], 0, packed, out[row:end])
        else:
            product(rows[row:end], 0, packed, out[row:end])


def times(rows: Tensor, matrix: Tensor, bias: Tensor | None = None) -> Tensor:
    """rows [R, K] times matrix [K, N], plus bias [N]."""
    left, packed = rows.detach().contiguous().numpy(), pack(matrix.detach().numpy())
    start = np.empty(0, np.float32) if bias is None else padded(bias.detach().numpy())
    out = np.empty((len(left), packed.shape[1]), np.float32)

    def work(first: int, last: int) -> None:
        _rows_product(start, left, packed, out, first, last)

    over_rows(work, len(left), TILE_ROWS, left.size * packed.shape[1])
    return torch.from_numpy(np.ascontiguousarray(out[:, : matrix.shape[1]]))


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return times(x, weight.t(), bias)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        into_x = times(grads[0], weight) if ctx.needs_input_grad[0] else None
        return into_x, outer(grads[0], x), grads[0].sum(0)


def linear(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """`torch.nn.functional.linear` of x [..., K] with weight [N, K] and bias [N]."""
    if not own_products(x) or weight.shape[1] < LANES:
        return functional.linear(x, weight, bias)
    out: Tensor = _Linear.apply(x.flatten(0, -2), weight, bias)
    return out.unflatten(0, x.shape[:-1])
