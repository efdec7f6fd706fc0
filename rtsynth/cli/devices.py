"""`rtsynth devices`."""

import json
from contextlib import ExitStack
from typing import Annotated

import typer

from rtsynth.cli.console import console
from rtsynth.cli.options import Json
from rtsynth.common.errors import InputError

Watched = Annotated[
    bool,
    typer.Option("--watch", help="Print what arrives from every MIDI input, until Ctrl-C."),
]


def devices(as_json: Json = False, watch: Watched = False) -> None:
    """The audio outputs and MIDI inputs that can be used."""
    if watch:
        if as_json:
            raise InputError("--watch prints lines, not --json; give one of the two")
        watch_midi()
        return
    from rtsynth.host.audio.portaudio import JACK, NoDeviceError, output_devices

    problems = []
    try:
        outputs = output_devices()
        if not outputs:
            problems.append("no audio output device was found")
    except NoDeviceError as error:
        outputs = []
        problems.append(str(error))
    inputs, problem = midi_inputs(jack=any(row["api"] == JACK for row in outputs))
    problems += [problem] if problem else []
    null = {"index": None, "name": "null", "api": "clock", "channels": 2, "rate_hz": 48_000}
    rows = [*outputs, {**null, "default": not outputs}]
    if as_json:
        print(json.dumps({"audio": rows, "midi": inputs, "problems": problems}, indent=2))
        return

    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "--device", "name", "system", "channels", "rate"):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            "*" if row["default"] else "",
            "null" if row["index"] is None else str(row["index"]),
            escape(row["name"]),
            escape(row["api"]),
            str(row["channels"]),
            f"{row['rate_hz']} Hz",
        )
    out = console()
    out.print(table)
    for name in inputs:
        out.print(f"MIDI  {escape(name)}")
    for line in problems:
        out.print(escape(line))


def watch_midi() -> None:
    """Print what arrives from the system's inputs and those of a JACK server.

    Raises:
        MidiUnavailableError: there are neither.
    """
    from rtsynth.common.plain_text import plain
    from rtsynth.control.midi.rtmidi import MidiSystem, MidiUnavailableError
    from rtsynth.control.midi.watch import Watch

    systems, problems = [], []
    with ExitStack() as stack:
        for jack in (False, True):
            try:
                systems.append(MidiSystem(jack=jack))
                stack.callback(systems[-1].close)
            except MidiUnavailableError as error:
                problems.append(error)
        if not systems:
            raise problems[0]
        watch = Watch(systems, lambda port, text: print(f"{plain(port)}: {text}", flush=True))
        stack.callback(watch.close)
        print("watching every MIDI input, also those plugged in later; Ctrl-C ends", flush=True)
        watch.run()


def midi_inputs(*, jack: bool) -> tuple[list[str], str | None]:
    """(names, why there are none): the system's inputs, then those of a JACK server."""
    from rtsynth.control.midi.rtmidi import MidiUnavailableError, input_names

    try:
        names, problem = input_names(), None
    except MidiUnavailableError as error:
        names, problem = [], str(error)
    if jack:
        try:
            through_jack = input_names(jack=True)
        except MidiUnavailableError as error:
            return names, problem or str(error)
        names += [f"{name} (JACK)" for name in through_jack]
        if problem is not None:
            problem += "; a plugin that plays to JACK takes MIDI from JACK"
    return names, problem
