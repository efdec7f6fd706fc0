"""The first layer of a SampleRNN's sample tier, as one table for every place of its window.

A dense layer on concatenated embeddings is a sum: the layer's columns for place w times the
embedding of the code at that place. Both are weights, so their product is a table [Q, H] for every
place, and the layer is a look-up and a sum: of 4096 multiplications per output (window 16,
embedding 256) 16 additions are left. Rows come in the order [step of the lowest frame tier,
row of the batch, sample within the frame], which is how that tier puts its vectors out.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rtsynth_models.cells.jit import trainer_jit

_FASTMATH = {"contract", "nsz"}


@trainer_jit(fastmath=_FASTMATH)
def _gather(codes, first, table, out):
    """out [N, B, S, H] += sum over w of table[w, codes[b, first + n S + s + w]]."""
    frames, batch, slices, units = out.shape
    window = table.shape[0]
    for n in range(frames):
        for b in range(batch):
            for s in range(slices):
                context = codes[b, first + n * slices + s :]
                row = out[n, b, s]
                for w in range(window):
                    entry = table[w, context[w]]
                    for j in range(units):
                        row[j] += entry[j]


@trainer_jit(fastmath=_FASTMATH)
def _scatter(codes, first, grad, grad_table):
    """grad_table [W, Q, H] += the transpose of `_gather`, applied to grad [N, B, S, H]."""
    frames, batch, slices, units = grad.shape
    window = grad_table.shape[0]
    for n in range(frames):
        for b in range(batch):
            for s in range(slices):
                context = codes[b, first + n * slices + s :]
                row = grad[n, b, s]
                for w in range(window):
                    entry = grad_table[w, context[w]]
                    for j in range(units):
                        entry[j] += row[j]


class _TableSum(torch.autograd.Function):
    """(codes [B, L], table [W, Q, H], base [N, B, S, H], first) -> base + the tables' sum."""

    @staticmethod
    def forward(ctx: Any, codes: Tensor, table: Tensor, base: Tensor, first: int) -> Tensor:
        out = base.clone(memory_format=torch.contiguous_format)
        _gather(codes.numpy(), first, table.detach().contiguous().numpy(), out.numpy())
        ctx.save_for_backward(codes)
        ctx.first, ctx.shape = first, table.shape
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (codes,) = ctx.saved_tensors
        grad = grads[0].contiguous()
        grad_table = torch.zeros(ctx.shape)
        _scatter(codes.numpy(), ctx.first, grad.numpy(), grad_table.numpy())
        return None, grad_table, grad, None


def make_tables(embedding: Tensor | None, weight: Tensor, levels: int) -> Tensor:
    """[W, Q, H] from embeddings [Q, E] (none: one-hot) and the layer's weight [H, W E]."""
    units = weight.shape[0]
    if embedding is None:
        return weight.view(units, -1, levels).permute(1, 2, 0)
    columns = weight.view(units, -1, embedding.shape[1])
    return torch.matmul(embedding, columns.permute(1, 2, 0))


def table_sum(codes: Tensor, table: Tensor, base: Tensor, first: int) -> Tensor:
    """`base` [N, B, S, H] plus, for every sample, the table entries of the codes it reads.

    Args:
        codes: int32 [B, L]; sample n S + s of row b reads codes[b, first + n S + s + w] at
            place w of its window.
        table: [W, Q, H].
        base: what is added to, e.g. the vectors of the tier above.
        first: where the first window begins.
    """
    if base.device.type == "cpu" and base.dtype == torch.float32:
        return _TableSum.apply(codes, table, base, first)
    window, levels, units = table.shape
    frames, batch, slices, _ = base.shape
    context = codes[:, first : first + frames * slices + window - 1].long().unfold(1, window, 1)
    index = context + torch.arange(window, device=codes.device) * levels
    rows = index.view(batch, frames, slices, window).transpose(0, 1).reshape(-1, window)
    summed = functional.embedding_bag(rows, table.reshape(-1, units), mode="sum")
    return base + summed.view(base.shape)
