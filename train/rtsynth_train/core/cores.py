"""How many cores a training may use: PyTorch's threads, and those of NumPy's BLAS."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """At most `count` threads for whatever computes within; 0: as many as PyTorch takes itself.

    PyTorch's number does not hold for NumPy's BLAS, which takes every core for large matrices (as
    when a plugin is compiled for a preview) and whose threads wait for each other busily: on a
    machine with other work, that takes many times as long as one core alone. The trainer's
    compiled code calls no BLAS; `over_rows` divides it among as many threads as PyTorch has.
    """
    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(count)
    try:
        with threadpool_limits(limits=torch.get_num_threads(), user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)
