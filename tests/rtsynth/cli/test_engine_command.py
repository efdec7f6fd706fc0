"""Commands with a flag for every field of the engine's options, and flags of their own."""

import inspect
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from rtsynth.cli.engine_command import CONTEXT, engine_command
from rtsynth.common.files.kept_options import VARIABLE, write_kept_options
from rtsynth.processes.options import EngineOptions


def test_every_option_becomes_a_flag_before_those_of_the_command() -> None:
    @engine_command
    def command(options: EngineOptions, loud: Annotated[bool, "help"] = False) -> int:
        """What it does."""
        return 0

    signature = inspect.signature(command)
    names = [option.name for option in fields(EngineOptions)]
    assert list(signature.parameters) == [*names, "loud", CONTEXT]
    for option in fields(EngineOptions):
        assert signature.parameters[option.name].default == option.default
    assert signature.parameters["loud"].default is False
    assert command.__doc__ == "What it does."


def test_flags_become_options_above_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A flag is one that was given, also where it says what is so by default."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    write_kept_options({"precision": "int8", "rate": "44100", "voices": "4"})
    seen: list[tuple[EngineOptions, bool]] = []

    @engine_command
    def command(options: EngineOptions, loud: bool = False) -> int:
        seen.append((options, loud))
        return 7

    app = typer.Typer()
    app.command()(command)
    words = ["one", "--voices", "1", "--precision", "auto", "--loud"]
    done = CliRunner().invoke(app, words, standalone_mode=False)
    assert done.return_value == 7
    assert seen == [(EngineOptions(plugins=["one"], rate=44_100, kept="rate"), True)]
