"""Control surfaces: through what programs and devices outside move an engine.

A surface is a class that an installed package names in the entry-point group `rtsynth.surfaces`.
OSC, OSCQuery and MIDI are in every engine; another one is asked for with `--surface NAME` or, with
a text that is its own affair, `--surface NAME=TEXT`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Protocol

from rtsynth.common.errors import InputError
from rtsynth.host.protocol import Engine

GROUP = "rtsynth.surfaces"
ALWAYS = ("osc", "oscquery", "midi")


@dataclass(frozen=True)
class SurfaceOptions:
    """What the command line gives: texts by flag (osc, osc-allow, oscquery, midi, midi-map, mpe) or
    by the surface's name.

    `resumed`: the engine continues for one that crashed. What can no longer be had is then left out
    with a warning, and refused in no case.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    resumed: bool = False


class Surface(Protocol):
    """What an engine process asks of a surface, in this order. None of it may wait for long."""

    def __init__(self, options: SurfaceOptions) -> None:
        """Check the options, before the plugins are compiled.

        Raises:
            InputError: one line that names the flag and the remedy.
        """

    def start(self, engine: Engine, end: Callable[[], None]) -> None:
        """Begin to move the engine, from threads of the surface's own; `end` ends the process.

        Every method of `engine` may be called from any thread. Threads must be daemons.
        """

    def stop(self) -> None:
        """Let go of everything; only called after `start`."""

    def summary(self) -> str:
        """What it is connected to, for the line on the terminal."""


def make_surfaces(options: SurfaceOptions, asked: list[str]) -> list[Surface]:
    """The surfaces of every engine, then those asked for by name.

    Raises:
        InputError: one is not installed, cannot be imported, or refuses its options.
    """
    return [_find(name)(options) for name in dict.fromkeys((*ALWAYS, *asked))]


def _find(name: str) -> Callable[[SurfaceOptions], Surface]:
    found = entry_points(group=GROUP)
    for entry in found:
        if entry.name == name:
            try:
                surface: Callable[[SurfaceOptions], Surface] = entry.load()
            except (ImportError, AttributeError) as error:
                raise InputError(
                    f"--surface {name} cannot be imported from {entry.value}: {error}"
                ) from error
            return surface
    known = ", ".join(sorted({entry.name for entry in found}))
    raise InputError(f"--surface {name} is not installed; there are {known}")
