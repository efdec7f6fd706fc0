"""How many cores a training may use: PyTorch's own, and the BLAS behind compiled code."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """At most `count` threads for whatever computes within; 0: as many as PyTorch takes itself.

    Compiled code multiplies by SciPy's BLAS, which takes every core for matrices of some size, and
    whose threads wait for each other busily: on a machine with other work a step then takes many
    times as long as on one core.
    """
    import_module("scipy.linalg.cython_blas")  # only what is loaded can be limited
    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(count)
    try:
        with threadpool_limits(limits=torch.get_num_threads(), user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)
