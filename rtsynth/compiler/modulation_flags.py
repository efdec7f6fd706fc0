"""`--modulate SOURCE:PARAMETER:DEPTH`, checked against what plugins have."""

import sys
from collections.abc import Mapping, Sequence

from rtsynth.common.errors import InputError
from rtsynth.compiler.modulation import Depths, find_target, source_named
from rtsynth.plugin import Plugin

Asked = Mapping[tuple[str, str], float]  # {(source, parameter): depth}, as they were written


def check_modulation(plugins: Sequence[Plugin], asked: Asked) -> None:
    """Refuse what none of the plugins has, or can be modulated in.

    Raises:
        InputError: the line names the flag, and what there is.
    """
    for source, parameter in asked:
        problems = []
        try:
            source_named(source)
            for plugin in plugins:
                try:
                    find_target(plugin, parameter)
                except InputError as error:
                    problems.append(error)
            if problems and len(problems) == len(plugins):
                raise problems[0]
        except InputError as error:
            raise InputError(f"--modulate {source}:{parameter}: {error}") from error


def depths_for(plugin: Plugin, asked: Asked) -> Depths:
    """Those that a plugin has, by its names, clamped; reports the clamped ones."""
    found = {}
    for (source, parameter), depth in asked.items():
        try:
            name = find_target(plugin, parameter).spec.name
        except InputError:  # another plugin has it: `check_modulation`
            continue
        found[source_named(source), name] = applied = min(max(depth, -1.0), 1.0)
        if applied != depth:
            print(
                f"rtsynth: --modulate {source}:{parameter}: {depth:g} is out of range: "
                f"clamped to {applied:g}",
                file=sys.stderr,
            )
    return found
