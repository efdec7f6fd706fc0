"""Whether one network can go on as another: only the weights may be others."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled
from rtsynth.plugin import Manifest


def difference(one: Compiled, other: Compiled) -> str | None:
    """What differs between two plugins besides their weights, in a few words; None: nothing.

    Then the state of the one, as it lies in memory, is a state of the other.
    """
    for what, is_same in _same(one.plugin.manifest, other.plugin.manifest).items():
        if not is_same:
            return what
    for what in ("precision", "threads"):
        if getattr(one, what) != getattr(other, what):
            return what
    before, after = one.program, other.program
    for name in ("ops", "sections", "config", "decode", "inputs", "routes", "ramp_samples"):
        if not np.array_equal(getattr(before, name), getattr(after, name)):
            return "layers"
    floats: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = [
        (before.weights, after.weights),
        (before.rest, after.rest),
    ]
    return None if all(old.shape == new.shape for old, new in floats) else "layers"


def _same(one: Manifest, other: Manifest) -> dict[str, bool]:
    """Of each part of a manifest that decides what may be played, whether it is the same."""
    return {
        "sample rate": one.sample_rate_hz == other.sample_rate_hz,
        "codec": one.codec == other.codec,
        "parameters": one.parameters == other.parameters,
        "layers": one.tiers == other.tiers,
    }
