"""The line about a value that was out of range: what the engine sends, and clients understand."""

import re

_NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"
_LINE = "{} is out of range: clamped to {}"
_PATTERN = re.compile(_LINE.format(_NUMBER, _NUMBER))


def clamped_line(asked: float, applied: float) -> str:
    """What was asked for, and what was applied in its place."""
    return _LINE.format(f"{asked:g}", f"{applied:g}")


def read_clamped_line(text: str) -> tuple[float, float] | None:
    """The two numbers of such a line; None of any other text."""
    found = _PATTERN.fullmatch(text)
    return (float(found[1]), float(found[2])) if found else None
