"""`rtsynth play`."""

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
from rtsynth.common.computing import check_ahead, check_precision


def play(
    plugins: Plugins = None,
    headless: Annotated[bool, typer.Option("--headless", help="Play without a window.")] = False,
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
) -> int:
    """Play plugins: the engine in a process of its own, and a window to move it."""
    check_precision(precision, threads)
    check_ahead(ahead)
    check_seconds(seconds)
    parse_settings(settings)
    flags = {
        "--device": device,
        "--rate": rate,
        "--block": block,
        "--ahead": ahead,
        "--seconds": seconds,
        "--record": record,
        "--seed": seed,
        "--voices": voices,
        "--precision": precision,
        "--threads": threads,
        "--midi": midi,
        "--midi-map": midi_map,
    }

    from rtsynth.processes.supervisor import EngineCommand, supervise

    given = {flag: str(value) for flag, value in flags.items() if value is not None}
    command = EngineCommand(plugins or [], given, settings or [])
    return supervise(command, osc, headless=headless)
