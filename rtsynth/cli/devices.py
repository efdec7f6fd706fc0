"""`rtsynth devices`."""

import json

from rtsynth.cli.console import console
from rtsynth.cli.options import Json


def devices(as_json: Json = False) -> None:
    """The audio outputs and MIDI inputs that can be used."""
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
