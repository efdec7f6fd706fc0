"""How many OSC messages other clients sent: what the engine counts, less what this window sent."""

from rtsynth_gui.link.status import Status


class Traffic:
    """The engine counts all messages; what was sent before a `/status` is counted in its answer."""

    def __init__(self) -> None:
        self._before: tuple[float, int] | None = None

    def others(self, status: Status, sent: int) -> int:
        """Messages of others since the last answer; `sent` were by this window until it asked."""
        counted = status.number("osc", "messages")
        if counted is None:
            return 0
        before, self._before = self._before, (counted, sent)
        if before is None or counted < before[0]:  # an engine that has begun anew
            return 0
        return max(0, round(counted - before[0]) - (sent - before[1]))
