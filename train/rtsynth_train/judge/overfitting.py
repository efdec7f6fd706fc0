"""Early warning: a network that learns its recordings by heart.

The rule. Of the held-out losses the medians of three neighbours are taken. At least `PATIENCE`
scores after the lowest median, that of the last `PATIENCE` lies more than `RISE` of it above it,
and more than `JITTER` times the usual distance of a score from the line between its neighbours. And
the training loss has fallen since, by more than `FALL` of it. A loss that rises together with that
of training is no overfitting (a rate that is too high, say), and has a line of its own.
"""

import numpy as np

from rtsynth_train.core.curve import Curve

PATIENCE = 3
RISE = 0.003
JITTER = 3.5
FALL = 0.001
AROUND = 10  # rows that a training loss is the mean of


def overfitting(curve: Curve) -> str | None:
    """A line about a held-out loss that rises, with the remedy; None where it does not.

    Says the same of a training that still runs and of one that has ended.
    """
    rows = curve.scored
    if rows.size <= PATIENCE:
        return None
    scores = curve.held_out[rows]
    medians = np.median(np.lib.stride_tricks.sliding_window_view(scores, 3), axis=1)
    best = int(np.argmin(medians)) + 1  # of the scores: the one in the middle
    if rows.size - 1 - best < PATIENCE:
        return None
    lowest = float(medians[best - 1])
    risen = float(np.median(scores[-PATIENCE:])) - lowest
    if risen <= max(RISE * abs(lowest), JITTER * _jitter(scores)):
        return None
    step = int(curve.steps[rows[best]])
    before = _last_mean(curve.train[: rows[best] + 1])
    fallen = before - _last_mean(curve.train[rows[best] + 1 : rows[-1] + 1])
    if not np.isfinite(fallen):
        return (
            f"since about step {step:,} the held-out loss rose by {risen:.3f} {curve.unit}; that of"
            " training is not known, so this may be overfitting or a rate that is too high"
        )
    if fallen > FALL * abs(before):
        return (
            f"overfitting: since about step {step:,} the held-out loss rose by {risen:.3f}"
            f" {curve.unit}, while that of training fell by {fallen:.3f}; more recordings or a"
            " smaller network, or end it there"
        )
    return (
        f"since about step {step:,} the held-out loss rose by {risen:.3f} {curve.unit}, and that of"
        " training has not fallen; a lower rate may help"
    )


def _jitter(scores: np.ndarray) -> float:
    """By how much a score is off the line between its neighbours: the median, without trend."""
    if scores.size < 3:
        return 0.0
    return float(np.median(np.abs(scores[1:-1] - (scores[:-2] + scores[2:]) / 2)))


def _last_mean(losses: np.ndarray) -> float:
    """Of the last AROUND that are known; NaN without any."""
    known = losses[np.isfinite(losses)][-AROUND:]
    return float(known.mean()) if known.size else float("nan")
