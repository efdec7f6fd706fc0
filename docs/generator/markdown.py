"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


class MissingTextError(Exception):
    """An entry of a table in the code has no text for the reference."""


def required(text: str | None, what: str) -> str:
    """`text` in one line.

    Raises:
        MissingTextError: there is none; `what` names the entry.
    """
    if not text or not text.strip():
        raise MissingTextError(f"{what}: has no text")
    return " ".join(text.split())


def cell(text: str) -> str:
    """`text` as the cell of a table. Within code a bar is no border, and a backslash would show."""
    parts = " ".join(text.split()).split("`")
    parts[::2] = [part.replace("|", "\\|") for part in parts[::2]]
    return "`".join(parts)


def code(text: str) -> str:
    """`text` set as code; nothing where it is empty."""
    return f"`{text}`" if text else ""


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)
