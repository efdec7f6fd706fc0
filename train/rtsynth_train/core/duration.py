"""Lengths of time as people write them: "10min", "1h", "1h30min", "night"."""

import re
from typing import Annotated

from pydantic import AfterValidator

NIGHT = "night"
NIGHT_S = 8 * 3600.0
LONGEST_S = 31 * 24 * 3600.0
_UNITS = {"h": 3600.0, "min": 60.0, "m": 60.0, "s": 1.0}
_PART = re.compile(r"(\d+(?:\.\d+)?) *(h|min|m|s)")
_WHOLE = re.compile(rf"(?:{_PART.pattern} *)+")


def seconds_of(text: str) -> float:
    """The seconds that a text means.

    Raises:
        ValueError: it means none, or more than LONGEST_S.
    """
    wanted = text.strip().lower()
    if wanted == NIGHT:
        return NIGHT_S
    if _WHOLE.fullmatch(wanted):
        seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(wanted))
        if 0 < seconds <= LONGEST_S:
            return seconds
    raise ValueError(f"{text[:40]!r} is no time; write e.g. 10min, 1h, 1h30min or {NIGHT}")


def length_text(seconds: float) -> str:
    """About so long, in words: "40 s", "10 min", "1 h 30 min"."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _checked(text: str) -> str:
    if text:
        seconds_of(text)
    return text


Time = Annotated[str, AfterValidator(_checked)]  # "" is none
