"""`rtsynth devices`."""

import json

from rtsynth.cli.options import Json


def devices(as_json: Json = False) -> None:
    """The audio outputs and MIDI inputs that can be used."""
    from rtsynth.audio.portaudio import NoDeviceError, output_devices
    from rtsynth.control.midi import MidiUnavailableError, input_names

    problems = []
    try:
        outputs = output_devices()
        if not outputs:
            problems.append("no audio output device was found")
    except NoDeviceError as error:
        outputs = []
        problems.append(str(error))
    try:
        inputs = input_names()
    except MidiUnavailableError as error:
        inputs = []
        problems.append(str(error))
    null = {"index": None, "name": "null", "api": "clock", "channels": 2, "rate_hz": 48_000}
    rows = [*outputs, {**null, "default": not outputs}]
    if as_json:
        print(json.dumps({"audio": rows, "midi": inputs, "problems": problems}, indent=2))
        return

    from rich.console import Console
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
    console = Console(highlight=False)
    console.print(table)
    for name in inputs:
        console.print(f"MIDI  {escape(name)}")
    for problem in problems:
        console.print(escape(problem))
