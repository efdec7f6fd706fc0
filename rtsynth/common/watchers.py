"""Who wants to see what arrives: shown a few times a second, in a thread that ends by itself."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

log = logging.getLogger("rtsynth")

WATCH_S = 60.0  # who does not say so again is no longer shown anything
MOST_WATCHERS = 16

T = TypeVar("T")


class _Watcher(NamedTuple, Generic[T]):
    show: Callable[[T], None]
    until_s: float


class Watchers(Generic[T]):
    """Any thread may call. `collect()` hands over what came since it was called last.

    Args:
        name: of the thread, and in the log.
        collect: what is shown; called by that thread.
        tick_s: seconds between two looks.
    """

    def __init__(self, name: str, collect: Callable[[], Iterable[T]], tick_s: float) -> None:
        self._name, self._collect, self._tick_s = name, collect, tick_s
        self._lock = threading.Lock()
        self._watchers: OrderedDict[Hashable, _Watcher[T]] = OrderedDict()
        self._runs = False
        self.any = False  # whether there are any: cheap to ask

    def add(self, who: Hashable, show: Callable[[T], None]) -> None:
        """Call `show` for what arrives in the next `WATCH_S`, from another thread."""
        with self._lock:
            idle, self._runs = not self._runs, True
            self._watchers.pop(who, None)
            self._watchers[who] = _Watcher(show, time.monotonic() + WATCH_S)
            if len(self._watchers) > MOST_WATCHERS:
                self._watchers.popitem(last=False)
            self.any = True
        if idle:
            threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def remove(self, who: Hashable) -> None:
        """Call it no more."""
        with self._lock:
            self._watchers.pop(who, None)
            self.any = bool(self._watchers)

    def clear(self) -> None:
        """Call nobody any more."""
        with self._lock:
            self._watchers.clear()
            self.any = False

    def tick(self) -> bool:
        """Show what came since the last call; False when nobody watches any more."""
        now_s = time.monotonic()
        with self._lock:
            for who in [who for who, each in self._watchers.items() if each.until_s <= now_s]:
                del self._watchers[who]
            watchers = {who: each.show for who, each in self._watchers.items()}
            self._runs = self.any = bool(watchers)
        shown = list(self._collect())
        for who, show in watchers.items():
            try:
                for each in shown:
                    show(each)
            except Exception:  # one that fails is shown no more; the others are
                log.warning(
                    "%s: a monitor failed and is not called any more", self._name, exc_info=True
                )
                self.remove(who)
        return bool(watchers)

    def _run(self) -> None:
        while self.tick():
            time.sleep(self._tick_s)
