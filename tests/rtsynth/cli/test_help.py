"""`--help`: what a user types, and nothing of Python."""

from typing import Annotated

import typer
from typer.testing import CliRunner

from rtsynth.cli.help import Command


def greet(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Whom.")],
    times: Annotated[int, typer.Option(metavar="N", help="How often.")] = 1,
) -> None:
    """Say hello."""


def test_arguments_are_shown_without_their_python_type() -> None:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(cls=Command)(greet)
    shown = CliRunner().invoke(app, ["--help"]).stdout
    assert "Whom." in shown
    assert "How often." in shown
    assert "list[str]" not in shown
    assert "<" not in shown
    assert (
        shown.index("Arguments")
        < shown.index("NAME", shown.index("Arguments"))
        < shown.index("Options")
    )
