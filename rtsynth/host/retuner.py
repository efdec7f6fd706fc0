"""Notes that sound follow a tuning that moves, as MTS-ESP's does while its master retunes."""

import logging
import threading
import time
from typing import Protocol
from weakref import WeakSet

from rtsynth.common.errors import ControlError
from rtsynth.common.log import RateLimitedLog

EVERY_S = 0.02

log = RateLimitedLog(logging.getLogger("rtsynth"))


class Follower(Protocol):
    """Has notes, which are tuned."""

    def follow_tuning(self) -> bool:
        """Move the notes that are held to where they are now; whether that may change again.

        Raises:
            ControlError: they could not be moved.
        """


class Retuner:
    """Retunes the notes of its followers, in a thread that is there while a tuning moves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._followers: WeakSet[Follower] = WeakSet()
        self._runs = False

    def add(self, follower: Follower) -> None:
        """Follow the tuning of a slot for as long as it moves."""
        with self._lock:
            self._followers.add(follower)
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, name="retuner", daemon=True).start()

    @property
    def runs(self) -> bool:
        """Whether it has followers."""
        return self._runs

    def _run(self) -> None:
        while self._round():
            time.sleep(EVERY_S)

    def _round(self) -> bool:
        with self._lock:
            followers = list(self._followers)
        for follower in followers:
            try:
                moves = follower.follow_tuning()
            except ControlError as error:
                log.warning(f"notes could not be retuned: {error}")
                continue
            except Exception as error:  # a bug of ours: say so, and follow on
                log.warning("retuner: internal error", error)
                continue
            if not moves:
                with self._lock:
                    self._followers.discard(follower)
        with self._lock:
            self._runs = bool(self._followers)
            return self._runs
