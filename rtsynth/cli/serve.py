"""`rtsynth serve`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from rtsynth.cli.options import (
    Ahead,
    Block,
    Device,
    Midi,
    MidiMap,
    Osc,
    Plugins,
    Precision,
    Rate,
    Record,
    Seconds,
    Seed,
    Set,
    Threads,
    Voices,
    check_seconds,
    parse_settings,
)


@contextmanager
def without(module: str) -> Iterator[None]:
    """Importing a module that is not loaded yet fails inside this block."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


def serve(
    plugins: Plugins = None,
    device: Device = None,
    rate: Rate = None,
    block: Block = None,
    ahead: Ahead = None,
    seconds: Seconds = None,
    record: Record = None,
    settings: Set = None,
    voices: Voices = 1,
    seed: Seed = 0,
    precision: Precision = "auto",
    threads: Threads = None,
    osc: Osc = "",
    midi: Midi = None,
    midi_map: MidiMap = None,
    supervised: Annotated[Path | None, typer.Option("--supervised", hidden=True)] = None,
) -> int:
    """The engine alone, played over OSC and MIDI."""
    check_seconds(seconds)
    held = parse_settings(settings)

    # Numba imports SciPy's linear algebra, where it is installed, to look for BLAS: 0.2 s of every
    # start that an engine has no use for.
    with without("scipy"):
        from rtsynth.processes.serve import EngineOptions, run_engine

    return run_engine(
        EngineOptions(
            plugins=plugins or [],
            device=device,
            rate_hz=rate,
            block_frames=block,
            ahead_ms=ahead,
            seconds=seconds,
            record=record,
            settings=held,
            seed=seed,
            precision=precision,
            threads=threads,
            voices=voices,
            osc=osc,
            midi=midi,
            midi_map=midi_map,
            supervised=supervised,
        )
    )
