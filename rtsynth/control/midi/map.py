"""Which MIDI controller moves what: the default table, and `--midi-map FILE.toml` on top of it.

Without a file (n-th parameter as the plugin lists them):

    CC 1    modulation wheel   first parameter that is neither pitch nor amplitude
    CC 2    breath             amplitude
    CC 7    volume             gain; 127 is 0 dB, 64 is -12 dB, 0 is silence (General MIDI)
    CC 6, 38, 98-101           bend range (RPN 0,0), in semitones and cents
    CC 11   expression         scales the amplitude that notes have by their velocity; 127 leaves it
    CC 12   effect control 1   temperature
    CC 13   effect control 2   top_p
    CC 16-23                   parameters 1-8 (general purpose; many knob boxes)
    CC 64   sustain pedal      holds notes
    CC 70-79                   parameters 1-10 (sound controllers; small keyboards' knobs)
    CC 120, 121, 123-127       all sound off, reset controllers (RP-015), all notes off
    pitch bend                 of the channel's notes; +-2 semitones until RPN 0,0 says otherwise

A parameter that is a class is spanned like any other, and mixes its classes in between; of the 128
places of a controller the nearest one to each class is exactly that class.

With one slot loaded every channel plays it; with several, channel n plays slot n.

A file adds entries; a controller it names loses its default meaning. `defaults = false` drops the
whole default table (notes, bend and its range, pedal and CC 120-127 stay).

    [[map]]
    cc = 21                 # 0..119
    target = "pitch"        # a parameter, or gain, temperature, top_k, min_p, motion.beta, ...
    channel = 1             # 1..16; left out: any
    slot = 1                # left out: the slot the channel plays
    minimum = 64            # value at 0 and at 127; left out: the whole range, by its own curve
    maximum = 76            # below minimum: the knob turns the other way
    curve = "linear"        # or "exponential", or "volume" (dB, General MIDI)
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from rtsynth.common import knob
from rtsynth.common.control_info import ControlInfo, Description, SlotInfo
from rtsynth.common.control_names import control_name, some_names
from rtsynth.common.errors import InputError
from rtsynth.common.files.toml import read_toml

LARGEST_VALUE = 1e9  # no control's range goes so far
_SHOWN = 60  # letters of a value in a message
PLACES = 127  # steps between the places of a controller
LAST_CC = 119  # 120 to 127 are channel mode messages
SUSTAIN = 64

Curve = Callable[[float, float, float], float]


def _volume(position: float, minimum: float, maximum: float) -> float:
    """Decibel: 40 log10(position) below the maximum. Source: General MIDI Level 1, MMA RP-003."""
    return minimum if position <= 0 else max(minimum, maximum + 40 * math.log10(position))


CURVES: dict[str, Curve] = {
    "linear": partial(knob.value_at, curve="linear"),
    "exponential": partial(knob.value_at, curve="exponential"),
    "volume": _volume,
}


class Binding(NamedTuple):
    """One controller and what it moves. A range of None is the control's own, by its own curve."""

    target: str
    slot: int | None = None
    span: tuple[float, float] | None = None
    curve: str = "linear"
    origin: str = ""  # the file and entry it was read from

    def value_at(self, position: float) -> float | None:
        """The value at a controller position 0..1; None leaves it to the control."""
        return None if self.span is None else CURVES[self.curve](position, *self.span)


NAMED_CCS = {
    7: Binding("gain", span=(-60.0, 0.0), curve="volume"),
    12: Binding("temperature"),
    13: Binding("top_p"),
}
BREATH_CC = 2
MODULATION_CC = 1
PARAMETER_CCS = (range(16, 24), range(70, 80))  # n-th parameter


@dataclass(frozen=True)
class MidiMap:
    """Entries of a file by (channel or None, cc), and whether the default table is under them."""

    entries: dict[tuple[int | None, int], list[Binding]] = field(default_factory=dict)
    defaults: bool = True

    def bindings(self, channel: int, cc: int, slot: SlotInfo | None) -> list[Binding]:
        """What a controller on a channel (1..16) moves; `slot` describes what the channel plays."""
        found = self.entries.get((channel, cc), []) + self.entries.get((None, cc), [])
        if found or not self.defaults or slot is None:
            return found
        binding = NAMED_CCS.get(cc) or _parameter_binding(cc, slot.parameters)
        return [binding] if binding is not None else []

    def names(self, channel: int, cc: int) -> bool:
        """Whether the file maps a controller on a channel (1..16)."""
        return (channel, cc) in self.entries or (None, cc) in self.entries

    def is_default(self, channel: int, cc: int) -> bool:
        """Whether the default table maps it."""
        return self.defaults and not self.names(channel, cc)

    def check(self, description: Description) -> None:
        """Check that the loaded plugins have the targets.

        Raises:
            InputError: an entry for a control that no loaded slot has.
        """
        names = {
            slot.number: [control.name for control in slot.every_control]
            for slot in description.slots
        }
        if not names:
            return
        for binding in (one for bindings in self.entries.values() for one in bindings):
            known = {
                name: None
                for slot, controls in names.items()
                if binding.slot in (None, slot)
                for name in controls
            }
            if not known:
                raise InputError(f"{binding.origin}: slot {binding.slot} has no plugin")
            if binding.target not in known:
                raise InputError(
                    f"{binding.origin}: target: no control {binding.target!r}; "
                    f"there are {some_names(known, binding.target)}"
                )


def _parameter_binding(cc: int, parameters: Sequence[ControlInfo]) -> Binding | None:
    if cc == BREATH_CC:
        chosen = [control for control in parameters if control.role == "amplitude"]
    elif cc == MODULATION_CC:
        others = [c for c in parameters if c.role not in ("pitch", "amplitude")]
        chosen = others or list(parameters)
    else:
        index = next((cc - row.start for row in PARAMETER_CCS if cc in row), len(parameters))
        chosen = list(parameters[index : index + 1])
    return Binding(chosen[0].name) if chosen else None


def class_position(position: float, slot: SlotInfo | None, target: str) -> float:
    """A controller's position 0..1, at a class if it is the controller's nearest place to one.

    `slot` describes what is moved; for another kind of control the position stays as it is.
    """
    for control in slot.parameters if slot is not None else ():
        if control.name == target and control.role == "class":
            steps = control.maximum - control.minimum
            nearest = round(position * steps) / steps
            return nearest if abs(position - nearest) < 0.501 / PLACES else position
    return position


# --------------------------------------------------------------------------------- the file

_Check = Callable[[Any], bool]


def _whole(low: int, high: int) -> _Check:
    return lambda value: type(value) is int and low <= value <= high


def _is_bounded(value: Any) -> bool:
    return type(value) in (int, float) and -LARGEST_VALUE <= value <= LARGEST_VALUE  # not NaN


def _shown(value: Any) -> str:
    """A value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


_FIELDS: dict[str, tuple[_Check, str]] = {
    "cc": (_whole(0, LAST_CC), f"a controller number 0..{LAST_CC}"),
    "target": (lambda value: isinstance(value, str) and value != "", "the name of a control"),
    "channel": (_whole(1, 16), "a channel 1..16"),
    "slot": (_whole(1, 999), "a slot, from 1"),
    "minimum": (_is_bounded, f"a number up to {LARGEST_VALUE:g}"),
    "maximum": (_is_bounded, f"a number up to {LARGEST_VALUE:g}"),
    "curve": (lambda value: value in tuple(CURVES), f"one of {', '.join(CURVES)}"),
}


def load_midi_map(path: Path | str) -> MidiMap:
    """Read a map from a TOML file.

    Raises:
        InputError: one line that names the file, the entry and the field.
    """
    path = Path(path)
    document = read_toml(path, "a MIDI map")
    for key in document:
        if key not in ("map", "defaults"):
            raise InputError(
                f"{path}: unknown key {_shown(key)}; a map has [[map]] entries and defaults"
            )
    defaults = document.get("defaults", True)
    if not isinstance(defaults, bool):
        raise InputError(f"{path}: defaults: {_shown(defaults)} is neither true nor false")
    entries = document.get("map", [])
    if not isinstance(entries, list):
        raise InputError(f"{path}: map: write every entry under [[map]], in double brackets")
    table: dict[tuple[int | None, int], list[Binding]] = {}
    for number, entry in enumerate(entries, start=1):
        place, binding = _read_entry(f"{path}: map entry {number}", entry)
        table.setdefault(place, []).append(binding)
    return MidiMap(table, defaults)


def _read_entry(where: str, entry: Any) -> tuple[tuple[int | None, int], Binding]:
    if not isinstance(entry, dict):
        raise InputError(
            f"{where}: {_shown(entry)} is not a table; write [[map]] and its fields below"
        )
    for name, value in entry.items():
        if name not in _FIELDS:
            raise InputError(
                f"{where}: unknown field {_shown(name)}; fields are {', '.join(_FIELDS)}"
            )
        is_valid, wanted = _FIELDS[name]
        if not is_valid(value):
            raise InputError(f"{where}: {name}: {_shown(value)} is not {wanted}")
    for name in ("cc", "target"):
        if name not in entry:
            raise InputError(f"{where}: {name} is missing: {_FIELDS[name][1]}")
    if ("minimum" in entry) != ("maximum" in entry):
        raise InputError(f"{where}: give minimum and maximum together, or neither")
    span = (float(entry["minimum"]), float(entry["maximum"])) if "minimum" in entry else None
    if "curve" in entry and span is None:
        raise InputError(f"{where}: curve: give minimum and maximum with it")
    least = 1 / LARGEST_VALUE
    if entry.get("curve") == "exponential" and span is not None and min(span) < least:
        raise InputError(
            f"{where}: an exponential curve needs minimum and maximum above 0, at least {least:g}"
        )
    if entry.get("curve") == "volume" and span is not None and span[0] > span[1]:
        raise InputError(f"{where}: a volume curve needs minimum below maximum")
    curve = entry.get("curve", "linear")
    binding = Binding(control_name(entry["target"]), entry.get("slot"), span, curve, where)
    return (entry.get("channel"), entry["cc"]), binding
