"""Untrusted values in messages: short, whatever they are."""

from typing import Any

LONGEST = 60


def shown(value: Any) -> str:
    """A plain value as Python writes it, cut; of anything else only what kind of thing it is.

    The text of nested lists can be longer than any memory.
    """
    if isinstance(value, str | bytes):
        value = value[: LONGEST + 1]
    elif value is not None and not isinstance(value, bool | int | float):
        if isinstance(value, list | tuple) and len(value) <= 8 and all(map(_plain, value)):
            return _cut(
                ", ".join(map(shown, value)).join("()" if isinstance(value, tuple) else "[]")
            )
        kinds = ((dict, "a table"), ((list, tuple), "a list"))
        return next((name for kind, name in kinds if isinstance(value, kind)), "no plain value")
    return _cut(repr(value))


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, str | bytes | int | float)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
