"""What arrives from devices, for whoever wants to see it: the last messages, and counts by port."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

log = logging.getLogger("rtsynth")

TICK_S = 0.05
WATCH_S = 60.0  # who does not say so again is no longer sent anything
MOST_WATCHERS = 16
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


@dataclass
class _Watcher:
    watch: Watch
    until_s: float


class Monitor:
    """Collects in the thread of the devices; watchers are called in a thread of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fresh: OrderedDict[Hashable, Arrival] = OrderedDict()
        self._counts: dict[str, int] = {}
        self._watchers: OrderedDict[Hashable, _Watcher] = OrderedDict()
        self._last: Arrival | None = None
        self._messages = self._unmapped = 0
        self._runs = False  # the thread of the watchers
        self.read_clock: Callable[[], Clock] = Clock

    def put(self, key: Hashable, arrival: Arrival) -> None:
        """A message came. Of those with one key only the last is shown in a tick."""
        with self._lock:
            self._messages += 1
            self._unmapped += arrival.effect == UNMAPPED
            self._last = arrival
            self._count(arrival.port)
            if self._watchers:
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
        if self._watchers and (port in self._counts or len(self._counts) < MOST_PORTS):
            self._counts[port] = self._counts.get(port, 0) + 1

    def watch(self, who: Hashable, watch: Watch) -> None:
        """Call `watch` for what arrives in the next `WATCH_S`, from another thread."""
        with self._lock:
            idle, self._runs = not self._runs, True
            self._watchers.pop(who, None)
            self._watchers[who] = _Watcher(watch, time.monotonic() + WATCH_S)
            if len(self._watchers) > MOST_WATCHERS:
                self._watchers.popitem(last=False)
        if idle:
            threading.Thread(target=self._run, name="midi-monitor", daemon=True).start()

    def unwatch(self, who: Hashable) -> None:
        """Call it no more."""
        with self._lock:
            self._watchers.pop(who, None)

    def status(self) -> dict[str, Any]:
        """Counts, the last message, the clock."""
        clock = self.read_clock()
        with self._lock:
            return {
                "messages": self._messages,
                "unmapped": self._unmapped,
                "last": None if self._last is None else list(self._last),
                "tempo_bpm": clock.tempo_bpm,
                "running": clock.running,
            }

    def tick(self) -> bool:
        """Show watchers what came since the last call; False when there are none any more."""
        now_s = time.monotonic()
        with self._lock:
            for who in [who for who, each in self._watchers.items() if each.until_s <= now_s]:
                del self._watchers[who]
            watchers = {who: each.watch for who, each in self._watchers.items()}
            self._runs = bool(watchers)
            shown: list[Arrival | Activity] = [
                *self._fresh.values(),
                *(Activity(*each) for each in self._counts.items()),
            ]
            self._fresh.clear()
            self._counts.clear()
        for who, watch in watchers.items():
            try:
                for each in shown:
                    watch(each)
            except Exception:  # one that fails is shown no more; the others are
                log.warning("midi: a monitor failed and is not called any more", exc_info=True)
                self.unwatch(who)
        return bool(watchers)

    def _run(self) -> None:
        while self.tick():
            time.sleep(TICK_S)
