"""`rtsynth serve`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rtsynth.cli.engine_command import engine_command
from rtsynth.processes.options import EngineOptions


@contextmanager
def without(module: str) -> Iterator[None]:
    """Importing a module that is not loaded yet fails inside this block."""
    modules: Any = sys.modules  # whose type knows no None
    if module in modules:
        yield
        return
    modules[module] = None
    try:
        yield
    finally:
        del modules[module]


@engine_command
def serve(options: EngineOptions) -> int:
    """The engine alone, played over OSC and MIDI.

    Below these flags are the settings that this machine keeps (see the window's Settings); with
    RTSYNTH_ENGINE empty, none are.
    """
    # Numba imports SciPy's linear algebra, where it is installed, to look for BLAS: 0.2 s of every
    # start that an engine has no use for.
    with without("scipy"):
        from rtsynth.processes.serve import run_engine

    return run_engine(options)
