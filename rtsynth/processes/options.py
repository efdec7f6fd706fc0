"""What an engine process is asked for: one table of flags, and how their texts become values.

`rtsynth play` and `rtsynth serve` take every field of `EngineOptions` as a flag; the process that
supervises an engine starts it with the same flags.
"""

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, get_type_hints

import typer

from rtsynth.common.clock_sources import check_tempo_flags
from rtsynth.common.computing import check_ahead, check_precision
from rtsynth.common.control_names import control_name
from rtsynth.common.errors import InputError
from rtsynth.common.outputs import MIX, channels_for, check_outputs
from rtsynth.control import DEFAULT_OSC_HOST, DEFAULT_OSC_PORT
from rtsynth.host.voicing_choice import FLAGS as VOICING_FLAGS
from rtsynth.host.voicing_choice import VoicingChoice
from rtsynth.processes.voicing_options import (
    BendRange,
    KeyboardMap,
    Mpe,
    Pressure,
    Timbre,
    Tuning,
    Velocity,
    VoiceMode,
)

# The metavar stands for "PLUGIN, any number of times": typer adds brackets and dots.
Plugins = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PLUGIN", help="Names (see rtsynth list) or files; each gets a slot of its own."
    ),
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
Channels = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Channels of the device to open; default 2, with --outputs per-slot two and one for "
        "each plugin.",
    ),
]
Outputs = Annotated[
    str,
    typer.Option(
        metavar="mix|per-slot",
        help="What is on them: the mix on the first two; per-slot: and slot N by itself on "
        "channel 2 + N.",
    ),
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
Log = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Write down everything that determines the sound, for rtsynth render --replay FILE.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Initial value of a control, e.g. pitch=69 or motion.beta=2, in every plugin that "
        "has it. May be repeated. The tempo of a render is tempo=96; that of an engine is --tempo.",
    ),
]
Modulate = Annotated[
    list[str] | None,
    typer.Option(
        "--modulate",
        metavar="SOURCE:PARAMETER:DEPTH",
        help="Let lfo1, lfo2, follow, walk or macro1 to macro4 move a parameter by a share -1..1 "
        "of its range, e.g. lfo1:pitch:0.05, in every plugin that has it. May be repeated.",
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Preset to start with, of every plugin that has it."),
]
RecallSet = Annotated[
    str | None,
    typer.Option(
        "--recall-set", metavar="NAME", help="Set to start with, in place of plugins and values."
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
Threads = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="Threads for large plugins; by default as few as suffice."
    ),
]
Osc = Annotated[str, typer.Option(metavar="HOST:PORT", help="Address to listen on for OSC.")]
OscAllow = Annotated[
    list[str] | None,
    typer.Option(
        "--osc-allow",
        metavar="ADDRESS|NETWORK",
        help="Another machine that may send OSC, such as 192.168.1.20, or a network of them, such "
        "as 192.168.1.0/24, where --osc listens beyond this machine. May be repeated.",
    ),
]
OscQuery = Annotated[
    str,
    typer.Option(
        "--oscquery",
        metavar="on|announce|off",
        help="OSCQuery at OSC's port + 1. Announced in the network where OSC listens beyond this "
        "machine, or with announce.",
    ),
]
Midi = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|virtual|none",
        help="MIDI inputs whose name contains NAME; default: all. virtual: one of our own, which "
        "other programs connect to.",
    ),
]
MidiMap = Annotated[str | None, typer.Option(metavar="FILE", help="TOML file of MIDI mappings.")]
TempoBpm = Annotated[
    float | None, typer.Option(metavar="BPM", help="Tempo of the internal clock; default 120.")
]
Sync = Annotated[
    str | None,
    typer.Option(
        metavar="auto|internal|midi|jack",
        help="Where tempo and beat come from: the internal clock, a MIDI clock, JACK's transport; "
        "auto, the default: whichever runs.",
    ),
]
Surfaces = Annotated[
    list[str] | None,
    typer.Option(
        "--surface",
        metavar="NAME[=TEXT]",
        help="Another installed control surface, with the text it takes. May be repeated.",
    ),
]
# Names of options that are what this machine keeps, and not of the command line.
Kept = Annotated[str, typer.Option("--kept", hidden=True)]
# What an engine shares with its supervisor.
Supervised = Annotated[Path | None, typer.Option("--supervised", hidden=True)]


@dataclass(frozen=True)
class EngineOptions:
    """A field for every flag, as typer reads it; None leaves the choice to the engine."""

    plugins: Plugins = None
    device: Device = None
    rate: Rate = None
    block: Block = None
    channels: Channels = None
    outputs: Outputs = MIX
    ahead: Ahead = None
    seconds: Seconds = None
    record: Record = None
    log: Log = None
    preset: Preset = None
    recall_set: RecallSet = None
    settings: Set = None
    modulate: Modulate = None
    voices: Voices = 1
    bend_range: BendRange = None
    velocity: Velocity = None
    voice_mode: VoiceMode = None
    pressure: Pressure = None
    timbre: Timbre = None
    tuning: Tuning = None
    keyboard_map: KeyboardMap = None
    seed: Seed = 0
    precision: Precision = "auto"
    threads: Threads = None
    osc: Osc = f"{DEFAULT_OSC_HOST}:{DEFAULT_OSC_PORT}"
    osc_allow: OscAllow = None
    oscquery: OscQuery = "on"
    midi: Midi = None
    midi_map: MidiMap = None
    mpe: Mpe = None
    tempo: TempoBpm = None
    sync: Sync = None
    surfaces: Surfaces = None
    kept: Kept = ""
    supervised: Supervised = None

    def check(self) -> None:
        """Refuse what can be refused without a plugin.

        Raises:
            InputError: one line that names the flag.
        """
        check_precision(self.precision, self.threads)
        check_ahead(self.ahead)
        check_outputs(self.all_channels, self.outputs)
        check_seconds(self.seconds)
        check_tempo_flags(self.tempo, self.sync)
        parse_settings(self.settings)
        parse_modulation(self.modulate)
        others = {
            "PLUGIN": self.plugins, "--preset": self.preset, "--set": self.settings,
            "--modulate": self.modulate, **self.voicing.given(),
        }  # fmt: skip
        for name, value in others.items():
            if value and self.recall_set is not None:
                raise InputError(f"--recall-set: a set has plugins and values; leave {name} out")
        self.voicing.check()

    @property
    def voicing(self) -> VoicingChoice:
        """How notes are played from the start."""
        return VoicingChoice(**{name: getattr(self, name) for name in VOICING_FLAGS})

    @property
    def all_channels(self) -> int:
        """The channels to open."""
        return channels_for(self.channels, self.outputs, len(self.plugins or []))

    def words(self) -> list[str]:
        """The command line of these options."""
        words = []
        for option in fields(self):
            value = getattr(self, option.name)
            if option.name == "plugins" or value == option.default:
                continue
            for text in value if isinstance(value, list) else [value]:
                words += [_flag(option.name), str(text)]
        return [*words, "--", *(self.plugins or [])]


def _flag(name: str) -> str:
    """The flag of a field of `EngineOptions`: the one it declares, or its name."""
    hint = get_type_hints(EngineOptions, include_extras=True)[name]
    option = hint.__metadata__[0]
    declared = (option.default, *option.param_decls)  # typer takes the first for a default
    found = (one for one in declared if isinstance(one, str) and one.startswith("--"))
    return next(found, "--" + name.replace("_", "-"))


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


def parse_modulation(texts: list[str] | None) -> dict[tuple[str, str], float]:
    """{("lfo1", "pitch"): 0.05} of ["lfo1:pitch:0.05"].

    Raises:
        InputError: not SOURCE:PARAMETER:DEPTH, or the depth is not a finite number.
    """
    asked = {}
    for text in texts or []:
        source, _, rest = text.partition(":")
        parameter, separator, depth = rest.rpartition(":")
        try:
            number = float(depth)
        except ValueError:
            number = math.nan
        if not (source.strip() and parameter.strip() and separator and math.isfinite(number)):
            raise InputError(
                f"--modulate {text!r}: expected SOURCE:PARAMETER:DEPTH, e.g. lfo1:pitch:0.05"
            )
        asked[source.strip(), control_name(parameter)] = number
    return asked


def parse_surfaces(texts: list[str] | None) -> dict[str, str]:
    """{"fifo": "/tmp/knobs"} of ["fifo=/tmp/knobs"]; "" for a surface without a text."""
    return {name: rest for name, _, rest in (text.partition("=") for text in texts or [])}


def check_seconds(seconds: float | None) -> None:
    """Refuse a length that is not one.

    Raises:
        InputError: not a finite number above 0.
    """
    if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
        raise InputError(f"--seconds {seconds}: give a length above 0")
