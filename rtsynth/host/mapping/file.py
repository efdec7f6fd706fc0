"""Maps as TOML files: `--midi-map FILE`, and what was learned.

A file adds entries; a controller it names loses its default meaning. `defaults = false` drops the
whole default table (notes, bend and its range, pedals and CC 120-127 stay).

    [[map]]
    cc = 21                 # 0..119; or cc14 = 0..31, nrpn = 0..16383, note = 0..127, bend = true,
                            # pressure = "channel"|"keys", program = 0..127
    target = "pitch"        # a parameter, or gain, temperature, motion.beta, pan, mute, ...
                            # or action = "bank/recall here": see `rtsynth.host.mapping.actions`
    channel = 1             # 1..16; left out: any
    port = "nanoKONTROL"    # part of the port's name; left out: any
    slot = 1                # or "master"; left out: the slot the channel plays
    minimum = 64            # value at 0 and at 127; left out: the whole range, by its own curve
    maximum = 76            # below minimum: the knob turns the other way
    curve = "linear"        # or "exponential", or "volume" (dB, General MIDI)
    takeover = "jump"       # or "pickup", or "scaled"
    relative = "offset"     # an encoder: or "twos-complement", or "sign-magnitude"
    step = 0.01             # of the range, for each step of the encoder
    mode = "toggle"         # what a press does; or "momentary" (of notes as they are), "position"
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from rtsynth.common.control_info import MASTER
from rtsynth.common.control_names import control_name
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.files.toml import read_toml
from rtsynth.host.mapping.actions import ACTIONS, is_action, read_action
from rtsynth.host.mapping.binding import (
    BEND,
    CC,
    CC14,
    CURVES,
    JUMP,
    KEY_PRESSURE,
    MODES,
    MOMENTARY,
    NOTE,
    NRPN,
    POSITION,
    PRESSURE,
    PROGRAM,
    TAKEOVERS,
    TOGGLE,
    Binding,
    Physical,
)
from rtsynth.host.mapping.encoder import ENCODINGS
from rtsynth.host.mapping.table import MidiMap

FORMAT = 1
LARGEST_VALUE = 1e9  # no control's range goes so far
LAST_CC = 119  # 120 to 127 are channel mode messages
_SHOWN = 60  # letters of a value in a message
_LONGEST_TEXT = 200
_PRESSURES = {"channel": PRESSURE, "keys": KEY_PRESSURE}
_NUMBERED = (CC, CC14, NRPN, NOTE, PROGRAM)
ACTION = "action"  # in place of a target
_KINDS = (*_NUMBERED, PRESSURE, BEND)
_MASTER = "master"  # as a slot

_Check = Callable[[Any], bool]


def _whole(low: int, high: int) -> _Check:
    return lambda value: type(value) is int and low <= value <= high


def _is_number(value: Any, low: float, high: float) -> bool:
    return type(value) in (int, float) and low <= value <= high  # not NaN


def _is_bounded(value: Any) -> bool:
    return _is_number(value, -LARGEST_VALUE, LARGEST_VALUE)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT


def _one_of(names: Iterable[str]) -> tuple[_Check, str]:
    known = tuple(names)
    return lambda value: value in known, f"one of {', '.join(known)}"


def _shown(value: Any) -> str:
    """A value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


FIELDS: dict[str, tuple[_Check, str]] = {
    CC: (_whole(0, LAST_CC), f"a controller number 0..{LAST_CC}"),
    CC14: (_whole(0, 31), "the number 0..31 of a controller's first half"),
    NRPN: (_whole(0, 16_383), "a parameter number 0..16383"),
    NOTE: (_whole(0, 127), "a note 0..127"),
    PROGRAM: (_whole(0, 127), "a program change 0..127"),
    PRESSURE: _one_of(_PRESSURES),
    BEND: (lambda value: value is True, "true"),
    "target": (_is_text, "the name of a control"),
    ACTION: (_is_text, "an action, such as 'bank/recall here'"),
    "channel": (_whole(1, 16), "a channel 1..16"),
    "port": (_is_text, "part of the name of a port"),
    "slot": (
        lambda value: value == _MASTER or _whole(1, 999)(value),
        f"a slot, from 1, or {_MASTER!r}",
    ),
    "minimum": (_is_bounded, f"a number up to {LARGEST_VALUE:g}"),
    "maximum": (_is_bounded, f"a number up to {LARGEST_VALUE:g}"),
    "curve": _one_of(CURVES),
    "takeover": _one_of(TAKEOVERS),
    "relative": _one_of(ENCODINGS),
    "step": (lambda value: _is_number(value, 1e-6, 1.0), "a share of the range, 0.000001..1"),
    "mode": _one_of(MODES),
}


def load_midi_map(path: Path | str) -> MidiMap:
    """Read a map from a TOML file.

    Raises:
        InputError: one line that names the file, the entry and the field.
    """
    path = Path(path)
    document = read_toml(path, "a MIDI map")
    for key in document:
        if key not in ("map", "defaults", "format"):
            raise InputError(
                f"{path}: unknown key {_shown(key)}; a map has [[map]] entries and defaults"
            )
    if document.get("format", FORMAT) != FORMAT:
        raise InputError(f"{path}: format: {_shown(document['format'])} is not {FORMAT}")
    defaults = document.get("defaults", True)
    if not isinstance(defaults, bool):
        raise InputError(f"{path}: defaults: {_shown(defaults)} is neither true nor false")
    entries = document.get("map", [])
    if not isinstance(entries, list):
        raise InputError(f"{path}: map: write every entry under [[map]], in double brackets")
    bindings = [
        read_entry(f"{path}: map entry {number}", entry)
        for number, entry in enumerate(entries, start=1)
    ]
    return MidiMap(tuple(bindings), defaults)


def check_fields(where: str, entry: Mapping[str, Any]) -> None:
    """Check every field by itself.

    Raises:
        InputError: one that is unknown, or no such value.
    """
    for name, value in entry.items():
        if name not in FIELDS:
            raise InputError(
                f"{where}: unknown field {_shown(name)}; fields are {', '.join(FIELDS)}"
            )
        is_valid, wanted = FIELDS[name]
        if not is_valid(value):
            raise InputError(f"{where}: {name}: {_shown(value)} is not {wanted}")


def read_entry(where: str, entry: Any) -> Binding:
    """The binding that the fields of an entry describe.

    Raises:
        InputError: one line that begins with `where` and names the field.
    """
    if not isinstance(entry, dict):
        raise InputError(
            f"{where}: {_shown(entry)} is not a table; write [[map]] and its fields below"
        )
    check_fields(where, entry)
    kinds = [kind for kind in _KINDS if kind in entry]
    if not kinds:
        raise InputError(
            f"{where}: cc is missing: {FIELDS[CC][1]} (or one of {', '.join(_KINDS[1:])})"
        )
    if len(kinds) > 1:
        raise InputError(f"{where}: give one of {' and '.join(kinds)}")
    if ("target" in entry) == (ACTION in entry):
        raise InputError(
            f"{where}: give either target or action"
            if ACTION in entry
            else f"{where}: target is missing: {FIELDS['target'][1]}; or {FIELDS[ACTION][1]}"
        )
    (kind,) = kinds
    number = entry[kind] if kind in _NUMBERED else 0
    own = _PRESSURES[entry[kind]] if kind == PRESSURE else kind
    slot = entry.get("slot")
    return Binding(
        _action(where, entry) if ACTION in entry else control_name(entry["target"]),
        Physical(own, number, entry.get("channel"), entry.get("port")),
        MASTER if slot == _MASTER else slot,
        _span(where, entry),
        entry.get("curve", "linear"),
        entry.get("takeover", TAKEOVERS[0]),
        _encoding(where, entry, kind),
        entry.get("step"),
        where,
        entry.get("mode", ""),
    )


def _action(where: str, entry: Mapping[str, Any]) -> str:
    """The text of an entry's action, after checking what is said beside it."""
    try:
        action = read_action(entry[ACTION])
    except InputError as error:
        raise InputError(f"{where}: {ACTION}: {error}") from error
    command = action.command
    if entry.get("slot") == _MASTER:
        raise InputError(f"{where}: slot: {command} is of a slot, and the master has no states")
    if "relative" in entry or entry.get("takeover", JUMP) != JUMP:
        raise InputError(f"{where}: {command} has no value: leave out relative and takeover")
    if "minimum" in entry and not action.is_placed:
        raise InputError(f"{where}: {command} takes no range: leave out minimum and maximum")
    if "mode" in entry and (action.kind.end is None or entry["mode"] == POSITION):
        ends = ", ".join(name for name, kind in ACTIONS.items() if kind.end is not None)
        raise InputError(f"{where}: mode: only {ends} can be {MOMENTARY} or {TOGGLE}")
    return action.text


def _span(where: str, entry: Mapping[str, Any]) -> tuple[float, float] | None:
    if ("minimum" in entry) != ("maximum" in entry):
        raise InputError(f"{where}: give minimum and maximum together, or neither")
    span = (float(entry["minimum"]), float(entry["maximum"])) if "minimum" in entry else None
    curve = entry.get("curve")
    if curve is not None and span is None:
        raise InputError(f"{where}: curve: give minimum and maximum with it")
    least = 1 / LARGEST_VALUE
    if curve == "exponential" and span is not None and min(span) < least:
        raise InputError(
            f"{where}: an exponential curve needs minimum and maximum above 0, at least {least:g}"
        )
    if curve == "volume" and span is not None and span[0] > span[1]:
        raise InputError(f"{where}: a volume curve needs minimum below maximum")
    return span


def _encoding(where: str, entry: Mapping[str, Any], kind: str) -> str:
    relative = str(entry.get("relative", ""))
    if relative and kind != CC:
        raise InputError(f"{where}: relative: encoders send cc, not {kind}")
    if relative and "mode" in entry:
        raise InputError(f"{where}: mode: an encoder is not pressed; leave out mode or relative")
    if "step" in entry and not relative:
        raise InputError(f"{where}: step: give relative with it")
    return relative


def write_map(path: Path, midi_map: MidiMap) -> None:
    """Write a map of what was learned, over what was there.

    Raises:
        InputError, WriteError: the file cannot be written.
    """
    lines = [
        "# MIDI controls that were learned. rtsynth rewrites this file when another one is;",
        "# its format is that of --midi-map.",
        f"format = {FORMAT}",
    ]
    if not midi_map.defaults:
        lines.append("defaults = false")
    for binding in midi_map.bindings:
        lines += ["", "[[map]]", *(f"{key} = {_toml(it)}" for key, it in entry_of(binding).items())]
    make_folder(path.parent)
    with atomic_write(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def entry_of(binding: Binding) -> dict[str, Any]:
    """The fields of a binding; `read_entry` reads them."""
    physical = binding.physical
    pressures = {kind: name for name, kind in _PRESSURES.items()}
    kind = physical.kind
    own: int | bool = True if kind == BEND else physical.number
    fields: dict[str, Any] = {
        (PRESSURE if kind in pressures else kind): pressures.get(kind, own),
        (ACTION if is_action(binding.target) else "target"): binding.target,
        "channel": physical.channel,
        "port": physical.port or None,
        "slot": _MASTER if binding.slot == MASTER else binding.slot,
        "minimum": None if binding.span is None else binding.span[0],
        "maximum": None if binding.span is None else binding.span[1],
        "curve": None if binding.span is None else binding.curve,
        "takeover": binding.takeover,
        "relative": binding.relative or None,
        "step": binding.step,
        "mode": binding.mode or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _toml(value: str | float | bool) -> str:
    if isinstance(value, (str, bool)):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
