"""Tables on a terminal and in a pipe."""

from typing import Any

WIDE = 10_000  # columns: nothing is cut or wrapped where no terminal's width is known


def console(**options: Any) -> Any:
    """A `rich` console on stdout; what is piped into a file or a program keeps its long lines."""
    from rich.console import Console

    made = Console(highlight=False, **options)
    if not made.is_terminal:
        made.width = WIDE
    return made
