"""Telling the terminal about bad messages without letting a flood of them flood it."""

import logging
import threading
import time


class RateLimitedLog:
    """Passes at most one warning a period on to `logger`, and counts the others into the next."""

    def __init__(self, logger: logging.Logger, period_s: float = 1.0) -> None:
        self._logger = logger
        self._period_s = period_s
        self._lock = threading.Lock()
        self._next_s = -1.0
        self._held_back = 0

    def warning(self, line: str, cause: Exception | None = None) -> None:
        """Log a line, or count it when another was logged less than a period ago.

        `cause` is a mistake of ours, shown with its traceback.
        """
        now_s = time.monotonic()
        with self._lock:
            if now_s < self._next_s:
                self._held_back += 1
                return
            self._next_s = now_s + self._period_s
            held_back, self._held_back = self._held_back, 0
        more = f" (and {held_back} more since)" if held_back else ""
        self._logger.warning("%s%s", line, more, exc_info=cause)
