"""Who moves a control now: the performer's hand or the engine."""

HOLD_S = 0.25


class Takeover:
    """Decides when a value reported by the engine may move a slider.

    While the hand holds the slider, and for `hold_s` after its last move, reports are kept aside:
    the first of them are echoes of the hand's own earlier positions, and following them would make
    the slider twitch back. Afterwards the newest report kept is shown, so that the slider always
    ends where the engine is. All times are in seconds on one monotonic clock.
    """

    def __init__(self, hold_s: float = HOLD_S) -> None:
        self.hold_s = hold_s
        self.held = False
        self._quiet_until_s = float("-inf")
        self._reported: float | None = None

    def grab(self) -> None:
        """The hand took hold."""
        self.held = True

    def release(self, now_s: float) -> None:
        """The hand released it."""
        self.held = False
        self._quiet_until_s = now_s + self.hold_s

    def touch(self, now_s: float) -> None:
        """The hand moved it; reports older than this no longer count."""
        self._quiet_until_s = now_s + self.hold_s
        self._reported = None

    def report(self, value: float) -> None:
        """The engine reported a value."""
        self._reported = value

    def due(self, now_s: float) -> float | None:
        """The value to show now, once; None: leave the slider as it is."""
        if self.held or self._reported is None or now_s < self._quiet_until_s:
            return None
        value, self._reported = self._reported, None
        return value
