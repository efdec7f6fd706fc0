"""Work on the rows of a batch, shared out among PyTorch's number of threads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import torch

WORTH_SHARING = 1 << 26  # multiply-adds: about a millisecond on one core


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "rows")


def over_rows(work: Callable[[int, int], None], rows: int, group: int, size: int) -> None:
    """Call `work(first, last)` for ranges that make up `rows` rows, and wait for all of them.

    Args:
        work: releases the GIL; ranges run at the same time, one of them on the calling thread.
        rows: how many there are.
        group: ranges are multiples of this many rows.
        size: multiply-adds of the whole work; little of it stays on this thread.
    """
    if size < WORTH_SHARING:
        work(0, rows)
        return
    groups = -(-rows // group)
    threads = min(torch.get_num_threads(), groups)
    edges = [min(rows, groups * number // threads * group) for number in range(threads + 1)]
    (first, last), *others = pairwise(edges)
    running = [_pool().submit(work, *edge) for edge in others]
    work(first, last)
    for future in running:
        future.result()
