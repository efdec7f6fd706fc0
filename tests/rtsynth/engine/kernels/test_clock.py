"""The clocks that compiled code reads are Python's own."""

import time

from rtsynth.engine.kernels.clock import cpu_ns, monotonic_ns
from rtsynth.engine.kernels.jit import jit


@jit()
def now_ns():
    return monotonic_ns()


@jit()
def computed_ns():
    return cpu_ns()


def test_the_monotonic_clock_is_pythons() -> None:
    now_ns()
    before = time.monotonic_ns()
    read = now_ns()
    assert before <= read <= time.monotonic_ns()


def test_cpu_time_is_that_of_the_calling_thread() -> None:
    computed_ns()
    before = time.thread_time_ns()
    read = computed_ns()
    assert before <= read <= time.thread_time_ns()
