"""What happens when a knob is turned that stands elsewhere than the value it moves.

jump      the value goes where the knob is
pickup    nothing moves until the knob passes the value (soft take-over)
scaled    the value moves in the knob's direction, and both reach an end together
"""

from rtsynth.host.mapping.binding import PICKUP, SCALED

NEAR = 1.5 / 127  # so close a knob of 128 places has reached the value


class TakeOver:
    """The state of one knob and one value. Positions are 0..1."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._knob: float | None = None  # where it was last seen
        self._left: float | None = None  # where it left the value when it last moved it

    def turn(self, knob: float, value: float) -> float | None:
        """Where the value goes when the knob has gone to a place; None: it stays as it is."""
        before, self._knob = self._knob, knob
        if self._kind == PICKUP:
            return knob if self._reaches(before, knob, value) else None
        if self._kind == SCALED:
            return _scaled(value if abs(knob - value) <= NEAR else before, knob, value)
        return knob

    def left_at(self, value: float) -> None:
        """The knob has moved the value to here."""
        self._left = value

    def _reaches(self, before: float | None, knob: float, value: float) -> bool:
        if self._left is not None and abs(value - self._left) < NEAR / 2:
            return True  # nobody else has moved it since
        self._left = None
        passed = before is not None and (before - value) * (knob - value) <= 0
        return passed or abs(knob - value) <= NEAR


def _scaled(before: float | None, knob: float, value: float) -> float | None:
    """Both go the same share of the way to the end that the knob turns to."""
    if before is None:
        return None
    if knob > before:
        return 1.0 - (1.0 - value) * (1.0 - knob) / (1.0 - before)
    return value * knob / before if before else value
