"""How `rtsynth COMMAND --help` shows a command."""

import re
from typing import Any

from typer.core import TyperCommand

_PYTHON_TYPE = re.compile(r" <[^>]*>$")


class Command(TyperCommand):
    """Shows an argument as its metavar alone, behind which typer puts its Python type."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options."""
        rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for parameter in self.get_params(ctx):
            if (record := parameter.get_help_record(ctx)) is not None:
                shown, about = record
                if parameter.param_type_name == "argument":
                    shown = _PYTHON_TYPE.sub("", shown)
                rows[parameter.param_type_name].append((shown, about))
        for kind, records in rows.items():
            if records:
                with formatter.section(f"{kind.capitalize()}s"):
                    formatter.write_dl(records)
