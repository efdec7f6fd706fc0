"""`rtsynth play`."""

from typing import Annotated

import typer

from rtsynth.cli.engine_command import engine_command
from rtsynth.processes.options import EngineOptions


@engine_command
def play(
    options: EngineOptions,
    headless: Annotated[bool, typer.Option("--headless", help="Play without a window.")] = False,
) -> int:
    """Play plugins: the engine in a process of its own, and a window to move it.

    Below these flags are the settings that this machine keeps (see the window's Settings); with
    RTSYNTH_ENGINE empty, none are.
    """
    options.check()

    from rtsynth.processes.supervisor import supervise

    return supervise(options, headless=headless)
