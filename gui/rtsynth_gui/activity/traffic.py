"""How many OSC messages other clients sent: what the engine counts, less what this window sent."""

from rtsynth_gui.link.status import Status


class Traffic:
    """The engine counts all messages; what was sent before a `/status` is counted in its answer."""

    def __init__(self) -> None:
        self._asked: int | None = None
        self._before: tuple[float, int] | None = None

    def asks(self, sent: int) -> None:
        """`/status` is sent; `sent` messages were, from this window, that one included."""
        self._asked = sent

    def others(self, status: Status) -> int:
        """Messages of others since the last answer."""
        counted, asked = status.number("osc", "messages"), self._asked
        if counted is None or asked is None:
            return 0
        before, self._before = self._before, (counted, asked)
        if before is None or counted < before[0]:  # an engine that has begun anew
            return 0
        return max(0, round(counted - before[0]) - (asked - before[1]))
