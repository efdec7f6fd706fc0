"""Measures steps against each other: in turn, by the CPU time of this process."""

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rtsynth_models.cells.panel_product import pack, product
from rtsynth_train.speed.plain import Step

PEAK_SHAPE, PEAK_TIMES = (64, 256, 256), 500  # of the products that are the machine's limit


class Speed(NamedTuple):
    """Medians: samples per CPU second of both, their ratio in each round, and the share of the
    limit that `ours` reaches; `lowest` and `highest` are the ratio's.
    """

    ours: float
    plain: float
    ratio: float
    lowest: float
    highest: float
    share: float


def cpu_s(step: Callable[[], object]) -> float:
    """CPU seconds that this process takes for one call."""
    began = time.process_time()
    step()
    return time.process_time() - began


def peak_step() -> tuple[Step, int]:
    """Products that stay in the caches, by the fastest kernel there is here, and their
    multiply-adds: what one core can do.
    """
    rng = np.random.default_rng(0)
    rows, depth, columns = PEAK_SHAPE
    a = rng.standard_normal((rows, depth), np.float32)
    b = pack(rng.standard_normal((depth, columns), np.float32))
    out = np.empty((rows, columns), np.float32)

    def step() -> None:
        for _ in range(PEAK_TIMES):
            product(a, 0, b, out)

    return step, rows * depth * columns * PEAK_TIMES


def compare(
    ours: Step, plain: Step, peak: Step, peak_macs: int, samples: int, macs: float, rounds: int
) -> Speed:
    """`rounds` rounds of all three, after one to warm up, the order turned round every time."""
    order = [ours, plain, peak]
    for step in order:
        step()
    taken: list[list[float]] = []
    for number in range(rounds):
        turn = order if number % 2 == 0 else order[::-1]
        times = {id(step): cpu_s(step) for step in turn}
        taken.append([times[id(step)] for step in order])
    ratios = [other / mine for mine, other, _ in taken]
    return Speed(
        ours=samples / statistics.median(mine for mine, _, _ in taken),
        plain=samples / statistics.median(other for _, other, _ in taken),
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        share=statistics.median(
            samples * macs / mine / (peak_macs / limit) for mine, _, limit in taken
        ),
    )
