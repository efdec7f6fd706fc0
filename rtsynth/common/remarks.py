"""Lines for whoever sits at the terminal that are no errors."""

import sys
from collections.abc import Callable

from rtsynth.common.plain_text import plain

Say = Callable[[str], None]
_KEPT = 10_000  # lines that are remembered

_said: set[str] = set()
_silent = False


def warn(text: str) -> None:
    """One line on stderr; the same one only once in the life of the process."""
    if _silent or text in _said:
        return
    if len(_said) >= _KEPT:
        _said.clear()
    _said.add(text)
    print(f"rtsynth: {plain(text)}", file=sys.stderr, flush=True)


def silence() -> None:
    """Say nothing from here on: another process does the same, and says it."""
    global _silent
    _silent = True


def keep_quiet(text: str) -> None:
    """For what has been said elsewhere."""
