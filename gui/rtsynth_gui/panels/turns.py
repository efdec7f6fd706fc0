"""Which parts of the window a frame draws.

The engine reports thirty times a second, and there are sixty frames: the controls with their
levels, and the pictures of the sound and the network, take turns. So no frame has to draw
everything, and each part is drawn as often as there is something new. What a hand moves is drawn
at once and knows no turns.
"""

from typing import NamedTuple

LATE_S = 0.025  # after the frame before: nothing waits for the next one


class Turn(NamedTuple):
    """What a frame draws."""

    controls: bool
    pictures: bool


class Turns:
    """Controls and pictures in turns; both where frames come late."""

    def __init__(self) -> None:
        self._controls = False
        self._last_s = float("-inf")

    def next(self, now_s: float) -> Turn:
        """A frame begins."""
        late = now_s - self._last_s > LATE_S
        self._last_s, self._controls = now_s, not self._controls
        return Turn(self._controls or late, late or not self._controls)
