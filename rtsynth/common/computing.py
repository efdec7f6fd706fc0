"""What a plugin may be computed with: precisions, threads, time. Quick to import."""

import math
import os

from rtsynth.common.errors import InputError

BITS = {"float32": 32, "int8": 8, "int4": 4}  # of the weights, the most exact first
PRECISIONS = tuple(BITS)
MOST_THREADS = 9
MOST_AHEAD_MS = 2000.0


def usable_threads() -> int:
    """How many threads may compute at once: the cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, MOST_THREADS))


def check_precision(precision: str, threads: int | None) -> None:
    """Refuse what the engine does not have.

    Raises:
        InputError: no such precision, or more threads than cores.
    """
    if precision not in ("auto", *PRECISIONS):
        raise InputError(f"--precision {precision}: there are auto, {', '.join(PRECISIONS)}")
    if threads is not None and threads < 1:
        raise InputError(f"--threads {threads}: at least 1")
    if threads is not None and threads > usable_threads():
        raise InputError(
            f"--threads {threads}: this machine has {usable_threads()} cores for it; more would "
            "only get in each other's way"
        )


def check_ahead(ahead_ms: float | None) -> None:
    """Refuse to compute this far ahead of the sound; None leaves it to the engine.

    Raises:
        InputError: not 0 to MOST_AHEAD_MS.
    """
    if ahead_ms is not None and not (math.isfinite(ahead_ms) and 0 <= ahead_ms <= MOST_AHEAD_MS):
        raise InputError(f"--ahead {ahead_ms:g}: give 0 to {MOST_AHEAD_MS:.0f} ms")
