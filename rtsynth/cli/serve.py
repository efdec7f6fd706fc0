"""`rtsynth serve`."""

from rtsynth.cli.engine_command import engine_command
from rtsynth.common.without import without
from rtsynth.processes.options import EngineOptions


@engine_command
def serve(options: EngineOptions) -> int:
    """The engine alone, played over OSC and MIDI.

    Below these flags are the settings that this machine keeps (see the window's Settings); with
    RTSYNTH_ENGINE empty, none are.
    """
    with without("scipy"):
        from rtsynth.processes.serve import run_engine

    return run_engine(options)
