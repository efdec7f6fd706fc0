"""Commands with every flag of an engine process, below which is what this machine keeps."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_type_hints

import typer

from rtsynth.processes.kept import with_kept
from rtsynth.processes.options import EngineOptions

CONTEXT = "context"  # typer's


def engine_command(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command, in place of its argument `options`, a flag for each of its fields."""
    hints = get_type_hints(EngineOptions, include_extras=True)
    own_hints = get_type_hints(command, include_extras=True)
    parameters = [
        inspect.Parameter(
            option.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=option.default,
            annotation=hints[option.name],
        )
        for option in fields(EngineOptions)
    ]
    names = {option.name for option in parameters}
    for own in inspect.signature(command).parameters.values():
        if own.name != "options":
            parameters.append(
                own.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=own_hints[own.name])
            )

    parameters.append(
        inspect.Parameter(CONTEXT, inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    )

    def run(**given: Any) -> int:
        context: typer.Context = given.pop(CONTEXT)
        options = EngineOptions(**{name: given.pop(name) for name in names})
        return command(with_kept(options, _on_command_line(context)), **given)

    run.__doc__ = command.__doc__
    run.__dict__["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {option.name: option.annotation for option in parameters}
    return run


def _on_command_line(context: typer.Context) -> set[str]:
    """The parameters that the command line has."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name for name, source in sources.items() if source and source.name == "COMMANDLINE"}
