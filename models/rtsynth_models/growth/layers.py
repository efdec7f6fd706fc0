"""Recurrent layers that pass on what they read, for networks that get more layers.

A cell of this kind cannot be the identity: its candidate is a tanh. But tanh(x / 8) is x / 8 but
for 0.5 % at x = 1, and 0.02 % at 0.2; so the first such layer reads an eighth, the next ones all of
it, and what reads the last of them gets the factor back. Gates are open, or shut, by a bias of 8:
sigmoid(-8) = 0.0003 of the state before remains. A phased LSTM is made an ordinary one by its
clock: with a period of one step, a quarter of it past, and half of it open, k is 1 at all steps.
"""

import math
from collections.abc import Mapping

import numpy as np

from rtsynth_models.growth.maps import F64, NEW, Index

SCALE = 1 / 8
OPEN = 8.0  # bias of an open gate
ALWAYS_OPEN = {"period": 1.0, "phase": -0.25, "ratio_on": 0.5}  # of a phased LSTM
_SHARE = 1 / (1 + math.exp(-OPEN))
# Biases of the gates in their order; None: the candidate.
_GATES: dict[str, tuple[float | None, ...]] = {
    "gru": (0.0, -OPEN, None),
    "gru_reset_before": (0.0, -OPEN, None),
    "lstm": (OPEN, -OPEN, None, OPEN),
    "phased": (OPEN, -OPEN, OPEN, None),
}
_FACTOR = {"gru": _SHARE, "gru_reset_before": _SHARE, "lstm": _SHARE**2, "phased": _SHARE**2}


def passing(
    kind: str, fresh: Mapping[str, F64], rows: Index, first: bool, scale: float = SCALE
) -> dict[str, F64]:
    """Weights of a layer (`weight_ih`, `weight_hh` and biases, whatever those are called) whose old
    units (`rows`, the map of units) pass on the input of their own number; new ones are `fresh`.

    Args:
        kind: of cell.
        first: whether it is the first such layer in its stack.
        scale: of what the first one reads.
    """
    out = {name: value.copy() for name, value in fresh.items()}
    old, hidden = np.flatnonzero(rows != NEW), len(rows)
    ih = next(name for name in out if name.endswith(("_ih.weight", "weight_ih")))
    bias = next(name for name in out if name.endswith(("bias", "bias_ih")))
    for gate, opened in enumerate(_GATES[kind]):
        at = gate * hidden + old
        for value in out.values():
            value[at] = 0.0
        if opened is None:
            out[ih][at, old] = scale if first else 1.0
        else:
            out[bias][at] = opened
    return out


def given_back(kind: str, count: int, scale: float = SCALE) -> float:
    """The factor of what reads the last of `count` passing layers."""
    return 1.0 if count == 0 else 1 / (scale * _FACTOR[kind] ** count)
