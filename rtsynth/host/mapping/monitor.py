"""What arrives from devices, for whoever wants to see it: the last messages, and counts by port."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from rtsynth.common.watchers import Watchers

TICK_S = 0.05
MOST_SHOWN = 64  # messages in a tick; of one control the last
MOST_PORTS = 64
UNMAPPED = "unmapped"


class Arrival(NamedTuple):
    """A message from a port, and what it did: a control's name, "unmapped", or ""."""

    port: str
    text: str
    effect: str = ""


class Activity(NamedTuple):
    """How many messages came from a port since the last tick, clocks among them."""

    port: str
    messages: int


class Clock(NamedTuple):
    """What a MIDI clock says; a tempo of None: none is known."""

    tempo_bpm: float | None = None
    running: bool = False


Watch = Callable[[Arrival | Activity], None]


class Monitor:
    """Collects in the thread of the devices; watchers are called in a thread of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fresh: OrderedDict[Hashable, Arrival] = OrderedDict()
        self._counts: dict[str, int] = {}
        self._watchers = Watchers("midi-monitor", self._collect, TICK_S)
        self._last: Arrival | None = None
        self._messages = self._unmapped = 0
        self.read_clock: Callable[[], Clock] = Clock
        self.count_inputs: Callable[[], int | None] = lambda: None
        self.problem = ""

    def put(self, key: Hashable, arrival: Arrival) -> None:
        """A message came. Of those with one key only the last is shown in a tick."""
        with self._lock:
            self._messages += 1
            self._unmapped += arrival.effect == UNMAPPED
            self._last = arrival
            self._count(arrival.port)
            if self._watchers.any:
                self._fresh.pop((arrival.port, key), None)
                self._fresh[arrival.port, key] = arrival
                if len(self._fresh) > MOST_SHOWN:
                    self._fresh.popitem(last=False)

    def beat(self, port: str) -> None:
        """A message came that is not worth a line, such as a clock's."""
        with self._lock:
            self._messages += 1
            self._count(port)

    def _count(self, port: str) -> None:
        if self._watchers.any and (port in self._counts or len(self._counts) < MOST_PORTS):
            self._counts[port] = self._counts.get(port, 0) + 1

    def watch(self, who: Hashable, watch: Watch) -> None:
        """Call `watch` for what arrives in the next minute, from another thread."""
        self._watchers.add(who, watch)

    def unwatch(self, who: Hashable) -> None:
        """Call it no more."""
        self._watchers.remove(who)

    def status(self) -> dict[str, Any]:
        """Counts, the last message, the clock; `inputs`: that are open, None where MIDI is off;
        `problem`: why there can be none."""
        clock, inputs = self.read_clock(), self.count_inputs()
        with self._lock:
            return {
                "inputs": inputs,
                "problem": self.problem,
                "messages": self._messages,
                "unmapped": self._unmapped,
                "last": None if self._last is None else list(self._last),
                "tempo_bpm": clock.tempo_bpm,
                "running": clock.running,
            }

    def _collect(self) -> list[Arrival | Activity]:
        """What came since it was called last."""
        with self._lock:
            shown: list[Arrival | Activity] = [
                *self._fresh.values(),
                *(Activity(*each) for each in self._counts.items()),
            ]
            self._fresh.clear()
            self._counts.clear()
        return shown

    def tick(self) -> bool:
        """Show watchers what came since the last call; False when there are none any more."""
        return self._watchers.tick()
