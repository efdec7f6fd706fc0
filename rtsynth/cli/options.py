"""Flags that several commands share, and how their texts become values."""

import math
from typing import Annotated

import typer

from rtsynth.common.control_names import control_name
from rtsynth.common.errors import InputError

# The metavar stands for "PLUGIN, any number of times": typer adds brackets and dots.
Plugins = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PLUGIN", help="Names (see rtsynth list) or files; each gets a slot of its own."
    ),
]
OnePlugin = Annotated[
    str, typer.Argument(metavar="PLUGIN", help="Name (see rtsynth list) or file.")
]
Device = Annotated[
    str | None, typer.Option(metavar="NAME", help="Part of a device's name, its number, or null.")
]
Rate = Annotated[
    int | None,
    typer.Option(metavar="HZ", min=4000, max=384_000, help="Sample rate of the audio device."),
]
Block = Annotated[
    int | None, typer.Option(metavar="FRAMES", min=1, max=65_536, help="Frames per callback.")
]
Ahead = Annotated[
    float | None,
    typer.Option(
        metavar="MS",
        help="Compute this far ahead of the sound, so that networks close to real time play; "
        "every change takes effect that much later. Default: 100 or 400 where needed; 0: "
        "never.",
    ),
]
Seconds = Annotated[float | None, typer.Option(metavar="S", help="End after this many seconds.")]
Record = Annotated[str | None, typer.Option(metavar="FILE", help="Record the output to this file.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Initial value of a control, e.g. pitch=69 or motion.beta=2, in every plugin that "
        "has it. May be repeated.",
    ),
]
Voices = Annotated[int, typer.Option(metavar="N", min=1, max=256, help="Polyphony of each plugin.")]
Seed = Annotated[
    int, typer.Option(metavar="N", min=0, max=2**53, help="Seed of the random numbers.")
]
Precision = Annotated[
    str,
    typer.Option(
        metavar="auto|float32|int8|int4",
        help="Precision of the weights; auto: the most exact that is fast enough here.",
    ),
]
# Where nothing waits for the result: auto is the most exact one there, too.
OfflinePrecision = Annotated[
    str, typer.Option(metavar="float32|int8|int4", help="Precision of the weights.")
]
Threads = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="Threads for large plugins; by default as few as suffice."
    ),
]
Osc = Annotated[str, typer.Option(metavar="HOST:PORT", help="Address to listen on for OSC.")]
Midi = Annotated[
    str | None,
    typer.Option(metavar="NAME|none", help="MIDI inputs whose name contains NAME; default: all."),
]
MidiMap = Annotated[str | None, typer.Option(metavar="FILE", help="TOML file of MIDI mappings.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def parse_settings(texts: list[str] | None) -> dict[str, float]:
    """{"pitch": 69.0} of ["pitch=69"]; names in any spelling of `rtsynth.common.control_names`.

    Raises:
        InputError: not NAME=VALUE, or the value is not a finite number.
    """
    settings = {}
    for text in texts or []:
        name, separator, value = text.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not separator or not name.strip() or not math.isfinite(number):
            raise InputError(f"--set {text!r}: expected NAME=VALUE with a number, e.g. pitch=69")
        settings[control_name(name)] = number
    return settings


def check_seconds(seconds: float | None) -> None:
    """Refuse a length that is not one.

    Raises:
        InputError: not a finite number above 0.
    """
    if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
        raise InputError(f"--seconds {seconds}: give a length above 0")
