"""The commands and their flags, as typer shows them: `rtsynth.cli` and the entry points."""

import inspect
import re
from typing import Any

import typer
from typer.main import get_command

from generator.markdown import MissingTextError, code, required, table
from rtsynth.cli import command_table, find_command

NOTES = re.compile(r"\s*\[([^\]]*)\]$")  # what typer puts behind a help text
RANGE = re.compile(r"(\S+)<=x<=(\S+)")
LOWEST = re.compile(r"x>=(\S+)")


def commands() -> str:
    """A section for every command."""
    return "\n\n".join(_section(name) for name in command_table())


def _section(name: str) -> str:
    function = find_command(name)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(function)
    command: Any = get_command(app)
    context = typer.Context(command, info_name=f"rtsynth {name}")
    about = required(inspect.getdoc(function), f"rtsynth {name}")
    records = [parameter.get_help_record(context) for parameter in command.params]
    rows = [_row(name, *record) for record in records if record is not None]
    usage = " ".join(["rtsynth", name, *command.collect_usage_pieces(context)])
    return f"## `rtsynth {name}`\n\n{about}\n\n    {usage}\n\n" + table(
        ("argument or option", "what it is", "default", "limits"), rows
    )


def _row(command: str, shown: str, about: str) -> tuple[str, str, str, str]:
    default = limits = ""
    if notes := NOTES.search(about):
        about = about[: notes.start()]
        for note in notes[1].split("; "):
            if note.startswith("default: "):
                default = code(note.removeprefix("default: "))
            elif note == "required":
                default = note
            else:
                limits = LOWEST.sub(r"at least \1", RANGE.sub(r"\1 to \2", note))
    if not shown.startswith("-"):
        shown = shown.partition(" ")[0]
    if "<" in shown:
        raise MissingTextError(f"rtsynth {command}: {shown} has no metavar")
    return code(shown), required(about, f"rtsynth {command}: {shown}"), default, limits
