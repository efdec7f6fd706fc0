"""Commands with a flag for every field of the engine's options, and flags of their own."""

import inspect
from dataclasses import fields
from typing import Annotated

import pytest

from rtsynth.cli.engine_command import engine_command
from rtsynth.processes.options import EngineOptions


def test_every_option_becomes_a_flag_before_those_of_the_command() -> None:
    @engine_command
    def command(options: EngineOptions, loud: Annotated[bool, "help"] = False) -> int:
        """What it does."""
        return 0

    signature = inspect.signature(command)
    names = [option.name for option in fields(EngineOptions)]
    assert list(signature.parameters) == [*names, "loud"]
    for option in fields(EngineOptions):
        assert signature.parameters[option.name].default == option.default
    assert signature.parameters["loud"].default is False
    assert command.__doc__ == "What it does."


def test_flags_become_options() -> None:
    seen: list[tuple[EngineOptions, bool]] = []

    @engine_command
    def command(options: EngineOptions, loud: bool = False) -> int:
        seen.append((options, loud))
        return 7

    given = {option.name: option.default for option in fields(EngineOptions)}
    assert command(**given, loud=True) == 7
    assert seen == [(EngineOptions(**given), True)]
    with pytest.raises(KeyError):
        command(loud=True)
