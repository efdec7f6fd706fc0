"""What a sender's time tags say about its clock: another epoch, too far ahead, steadily ahead.

A score sent early and a sensor whose clock is ahead look alike in one message. They differ in a
row: the tags of a score run away from the time at which they are sent, those of a clock that is
ahead keep their distance.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

FOREIGN_S = 86_400.0  # further off, a time tag is no time: another epoch, or a clock never set
SUSPECT_S = 5.0  # a lead that a live sender does not have
STEADY_S = 1.0  # a clock's lead stays within this
MESSAGES = 20  # that it takes to be sure, ...
SPAN_S = 0.5  # ... sent over this time at least
REMIND_S = 60.0
MAX_CLIENTS = 64


@dataclass(slots=True)
class _Row:
    """Messages in a row that were equally far ahead."""

    began_s: float
    least_s: float
    most_s: float
    count: int = 0


class Clocks:
    """Knows of each client, of the latest `MAX_CLIENTS`, how far ahead it sends. For one thread."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Any, _Row] = OrderedDict()
        self._reported_s: OrderedDict[Any, float] = OrderedDict()

    def steady_lead(self, client: Any, ahead_s: float, now_s: float) -> float | None:
        """The lead of a client's clock in seconds, where it is time to report it; mostly None."""
        if ahead_s < SUSPECT_S:
            if self._rows:
                self._rows.pop(client, None)
            return None
        row = self._rows.get(client)
        if row is not None:
            row.least_s, row.most_s = min(row.least_s, ahead_s), max(row.most_s, ahead_s)
        if row is None or row.most_s - row.least_s > STEADY_S:
            self._rows.pop(client, None)
            row = self._rows[client] = _Row(now_s, ahead_s, ahead_s)
            _keep_latest(self._rows)
        row.count += 1
        if row.count < MESSAGES or now_s - row.began_s < SPAN_S:
            return None
        return row.least_s if self.may_report(client, now_s) else None

    def may_report(self, client: Any, now_s: float) -> bool:
        """Whether it is time to report (again) to a client that its clock is off; once a minute."""
        if now_s - self._reported_s.get(client, -REMIND_S) < REMIND_S:
            return False
        self._reported_s.pop(client, None)
        self._reported_s[client] = now_s
        _keep_latest(self._reported_s)
        return True


def _keep_latest(known: OrderedDict[Any, Any]) -> None:
    while len(known) > MAX_CLIENTS:
        known.popitem(last=False)
