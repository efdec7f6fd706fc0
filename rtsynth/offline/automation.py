"""Automation files for `rtsynth render` and `score`: .csv, .npy, .params or .mid -> timed changes.

.csv    time_s,pitch,amplitude:linear
        0,69,0.2
        0.5,72,
        1.0,,0.9
    A row sets every column that is not empty, at its time; in between, values hold ("step", what a
    column is by default) or move on a straight line to the next one ("linear"). Every
    change then takes the control's own smoothing. Columns are parameters or the built-in controls
    (gain, temperature, top_k, min_p, motion.beta, ...). Lines that start with # are comments.
    A .csv without times has a row for every sample, as in training: a class, or values under names
    (`rtsynth.offline.conditioning_file`). Separators, quotes and decimal commas:
    `rtsynth.common.files.csv_dialect`.

.npy    FILE.npy:RATE, for example glide.npy:125
    Values [T, P] at RATE rows a second, in the units and the order of the plugin's parameters
    (those that no tier generates); [T] where there is one, and [B, T, P] for B renderings. The last
    row holds.

.params FILE.params or FILE.params:START_S, a recording's parameters from START_S on
    Every one that the plugin has and does not generate itself moves as it did there. Normalised
    values (unit "norm", or from 0 to 1) go over the range that the network knows, others are in
    the plugin's unit.

.mid    Notes, controllers and bend act as they do live. A note sounds until it is released (with
    one voice the last one wins); before the first note and between notes there is silence.

A value out of range is refused, with its place in the file: files are checked before anything is
rendered. (What is moved by hand, and a note of a .mid file, is clamped.)
"""

import math
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.compiler.controls import controls_of
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.note_player import GATE_NAME
from rtsynth.host.voicing_choice import VoicingChoice
from rtsynth.offline.automation_array import array_shape, read_array
from rtsynth.offline.automation_csv import read_csv
from rtsynth.offline.automation_midi import NOTHING_CHOSEN, read_midi
from rtsynth.offline.automation_params import read_params_moves
from rtsynth.offline.conditioning_file import is_conditioning, read_conditioning
from rtsynth.offline.timeline import Timeline
from rtsynth.plugin import Parameter, Plugin

MIDI_SUFFIXES = (".mid", ".midi", ".kar", ".rmi")


def is_midi(file: Path | str) -> bool:
    """Whether a file's name is that of a MIDI file."""
    return Path(file).suffix.lower() in MIDI_SUFFIXES


def read_automation(
    file: Path | str,
    plugin: Plugin,
    midi_map: MidiMap | None = None,
    *,
    voices: int = 1,
    number: int = 0,
    voicing: VoicingChoice = NOTHING_CHOSEN,
    mpe: str | None = None,
) -> Timeline:
    """Read timed changes for a plugin, in the order of their times.

    Args:
        file: path; for .npy with `:RATE` (rows a second) behind it, for .params perhaps `:START_S`.
        plugin: whose parameters the file moves.
        midi_map: for .mid, which controller moves what.
        voices: for .mid, how many notes sound together.
        number: which rendering of a batch it is for, from 0; a file for one is for all.
        voicing, mpe: for .mid, see `read_midi`.

    Raises:
        InputError: one line that names the file, the place in it and the remedy.
    """
    path, behind = _split(str(file))
    specs = {control.spec.name: control.spec for control in controls_of(plugin)}
    match path.suffix.lower():
        case ".csv" if is_conditioning(path, plugin):
            return read_conditioning(path, plugin).events
        case ".csv":
            return read_csv(path, specs)
        case ".npy":
            return read_array(path, knobs_of(plugin), behind, number)
        case ".params":
            return read_params_moves(path, knobs_of(plugin), behind or 0.0)
        case suffix if suffix in MIDI_SUFFIXES:
            events = read_midi(path, plugin, midi_map, voices, voicing, mpe)
        case _:
            raise InputError(f"{path}: automation is a .csv, .npy, .params or .mid file")
    events.sort(key=lambda event: event.time_s)
    return Timeline([events], has_notes=any(event.name == GATE_NAME for event in events))


def batch_size(file: str) -> int:
    """How many renderings a file is for: B of an .npy file of [B, T, P], else 1."""
    path, _ = _split(file)
    if path.suffix.lower() != ".npy":
        return 1
    shape = array_shape(path)
    if len(shape) == 3 and shape[0] == 0:
        raise InputError(f"{path}: has shape {list(shape)}; no render can use it")
    return shape[0] if len(shape) == 3 else 1


def knobs_of(plugin: Plugin) -> list[Parameter]:
    """The parameters that no tier generates."""
    made = plugin.manifest.generated
    return [parameter for parameter in plugin.parameters if parameter.name not in made]


# What stands behind the colon, and what it may be.
_BEHIND = {".npy": ("a rate", 125, 1e-6, 1e6), ".params": ("a time in seconds", 2.5, 0.0, 1e6)}


def _split(text: str) -> tuple[Path, float | None]:
    name, separator, number = text.rpartition(":")
    suffix = Path(name).suffix.lower()
    if not separator or suffix not in _BEHIND or Path(text).exists():
        return Path(text), None
    what, example, low, high = _BEHIND[suffix]
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise InputError(f"{text}: {number!r} is not {what}; write for example {name}:{example:g}")
    return Path(name), value
