"""What there is to play to and to be played by, as it is now.

PortAudio and RtMidi make their lists when they are started, so they are started in another process.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from rtsynth.common.errors import EngineError

LIMIT_S = 20.0
MOST = 64
MOST_WAITING = 16
WORDS = (sys.executable, "-m", "rtsynth", "devices", "--json")

Answer = Callable[[dict[str, Any], str], None]


def list_devices() -> dict[str, Any]:
    """What `rtsynth devices --json` prints: `audio`, `midi` and `problems`, 64 of each at most.

    Raises:
        EngineError: the sound system does not answer.
    """
    try:
        found = subprocess.run(
            WORDS,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            start_new_session=True,  # Ctrl-C in the terminal is for the engine
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"the sound system does not answer within {LIMIT_S:.0f} s") from error
    except OSError as error:
        raise EngineError(f"the devices could not be listed: {error.strerror}") from error
    if found.returncode != 0:
        last = (found.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EngineError(f"the devices could not be listed: {last[:200]}")
    try:
        document: dict[str, list[Any]] = json.loads(found.stdout)
    except ValueError as error:
        raise EngineError("the devices could not be listed: the list is not JSON") from error
    return {name: rows[:MOST] for name, rows in document.items()}


class DeviceLister:
    """Lists devices in a thread of its own, one list at a time: nothing else waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Answer] = []

    def ask(self, answer: Answer) -> None:
        """Call `answer(list, "")` or `answer({}, problem)` in that thread, seconds later.

        Who asks while a list is being made gets that one.

        Raises:
            EngineError: too many wait for it.
        """
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                raise EngineError("the devices are being listed already")
            self._waiting.append(answer)
            if len(self._waiting) > 1:
                return
        threading.Thread(target=self._list, name="devices", daemon=True).start()

    def _list(self) -> None:
        found: dict[str, Any] = {}
        problem = ""
        try:
            found = list_devices()
        except EngineError as error:
            problem = str(error)
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for answer in waiting:
            answer(found, problem)
