"""What is healthy for a plugin: the range of each feature, by where its knobs are."""

import io
import zipfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.host.rescue.features import COUNT, FITS, OCTAVE

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

NEAREST = 8  # places that were looked at, whose ranges together are that of a place in between
BEYOND = 0.05  # of a knob's span, so far outside of what was looked at a place is still judged
# How far outside of its range a feature is at least when something is wrong.
LEAST_SLACK = np.array([6.0, 4.0, 8.0, 0.15, 0.2, 1.0, 1.5, 3.0])
TUNED = 0.5  # FITS of a plugin that holds its pitch; where it does not, none is judged
AT_CLASS = 0.02  # of the way to the next class, so near it is that class
FIELDS = ("knobs", "low", "high", "slack", "classes")


@dataclass(frozen=True)
class Profile:
    """Of K places of D knobs: `knobs` [K, D], `low` and `high` [K, COUNT], `slack` [COUNT].

    NaN where a feature was never there. `classes` [D]: steps from the first class to the last, 0
    for other knobs. A class is compared with itself; what is between two classes with such places
    and with these two: it may sound like either.
    """

    knobs: F64
    low: F64
    high: F64
    slack: F64
    classes: F64

    def bounds(self, knobs: F64) -> tuple[F64, F64] | None:
        """(lowest, highest) [COUNT] that is healthy with knobs [D]; None: nothing is known."""
        first, last = self.knobs.min(axis=0), self.knobs.max(axis=0)
        span = np.maximum(last - first, 1e-9)
        if ((knobs < first - BEYOND * span) | (knobs > last + BEYOND * span)).any():
            return None
        away = (self.knobs - knobs) / span
        places, here = (self._class_of((each - first) / span) for each in (self.knobs, knobs))
        others = (places != here).any(axis=1)
        near = np.lexsort(((away**2).sum(axis=1), others))[:NEAREST]
        between = here % 1.0 != 0.0
        if between.any():
            beside = (places == here) | (between & (np.abs(places - here) == 0.5))
            distance = (away[:, ~between] ** 2).sum(axis=1)
            sides = np.flatnonzero(beside.all(axis=1) & others)
            near = np.concatenate([near, sides[np.argsort(distance[sides])][: 2 * NEAREST]])
        low, high = lowest(self.low[near]), highest(self.high[near])
        if low[FITS] < TUNED:
            low[[FITS, OCTAVE]] = -np.inf
        return low, high

    def _class_of(self, shares: F64) -> F64:
        """Which class shares [..., D] of the knobs' spans are; 0.5 more between it and the next.

        0 of other knobs.
        """
        at = shares * self.classes
        return np.where(np.abs(at - at.round()) <= AT_CLASS, at.round(), np.floor(at) + 0.5)

    def outside(self, features: F64, bounds: tuple[F64, F64]) -> F64:
        """How far features [COUNT] are outside, in slacks: below -1 or above 1 is not healthy.

        0 inside, and where there is no feature or no bound.
        """
        low, high = bounds
        below, above = (features - low) / self.slack, (features - high) / self.slack
        far = np.where(below < 0, below, np.where(above > 0, above, 0.0))
        return np.nan_to_num(far)

    def with_place(self, knobs: F64, features: F64) -> "Profile":
        """This, and that features [COUNT] are healthy with knobs [D]."""
        return Profile(
            np.vstack([knobs, self.knobs]),  # in front: of places alike it counts
            np.vstack([features, self.low]),
            np.vstack([features, self.high]),
            self.slack,
            self.classes,
        )

    def without(self, place: int) -> "Profile":
        """This, but for one of its places."""
        knobs, low, high = (
            np.delete(each, place, axis=0) for each in (self.knobs, self.low, self.high)
        )
        return Profile(knobs, low, high, self.slack, self.classes)

    def to_bytes(self) -> bytes:
        """For a file."""
        file = io.BytesIO()
        np.savez(file, **{name: getattr(self, name) for name in FIELDS})
        return file.getvalue()


def profile_of(data: bytes) -> Profile | None:
    """What `to_bytes` made; None if it is damaged."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            fields = [np.asarray(file[name], np.float64) for name in FIELDS]
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    knobs, low, high, slack, classes = fields
    sound = knobs.ndim == 2 and len(knobs) > 0 and np.isfinite(knobs).all()
    shapes = [(len(knobs), COUNT), (len(knobs), COUNT), (COUNT,), knobs.shape[1:]]
    if not sound or [field.shape for field in fields[1:]] != shapes or not (slack > 0).all():
        return None
    return Profile(knobs, low, high, slack, classes)


def lowest(values: F64) -> F64:
    """The least of each column, NaN where all are."""
    least: F64 = np.fmin.reduce(values, axis=0)
    return least


def highest(values: F64) -> F64:
    """The largest of each column, NaN where all are."""
    most: F64 = np.fmax.reduce(values, axis=0)
    return most
