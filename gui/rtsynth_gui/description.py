"""What the engine says about itself (`/describe.reply`), checked, as immutable records.

The window is built from these and from nothing else, so a plugin with other parameters needs no
change here. Text from the network is never trusted: anything malformed raises `DescriptionError`.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

NOTE_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
TITLES = {"top_k": "Top-k", "top_p": "Top-p"}
WHOLE_NUMBERS = {"top_k"}
# What a document of another shape than expected raises on its way through the parser.
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
MAXIMUM_SLOTS = 64
MAXIMUM_CONTROLS = 512


class DescriptionError(ValueError):
    """The engine's description cannot be used; the text says which field."""


def note_name(midi: float) -> str:
    """Name of the nearest equal-tempered note, with its deviation: 69.2 -> 'A4 +20 ct'."""
    nearest = math.floor(midi + 0.5)
    cents = round((midi - nearest) * 100)
    name = f"{NOTE_NAMES[nearest % 12]}{nearest // 12 - 1}"
    return name if cents == 0 else f"{name} {cents:+d} ct".replace("-", "−")


def parse_note(text: str) -> float | None:
    """MIDI number of a note name such as 'a4', 'C#5' or 'eb3'; None if it is none."""
    text = text.strip().replace("♯", "#").replace("♭", "b").lower()
    letters = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
    if not text or text[0] not in letters:
        return None
    shift = {"#": 1, "b": -1}.get(text[1:2], 0)
    octave = text[1 + abs(shift) :]
    if not octave.lstrip("-").isdecimal():
        return None
    return float(letters[text[0]] + shift + 12 * (int(octave) + 1))


@dataclass(frozen=True)
class Control:
    """One thing that can be moved: where it listens, its range, unit and curve."""

    name: str
    address: str
    minimum: float
    maximum: float
    default: float
    unit: str = ""
    curve: str = "linear"
    role: str = ""
    description: str = ""

    @property
    def title(self) -> str:
        return TITLES.get(self.name, self.name.replace("_", " ").capitalize())

    @property
    def is_whole(self) -> bool:
        return self.name in WHOLE_NUMBERS

    @property
    def is_midi_pitch(self) -> bool:
        return "midi" in self.unit.lower()

    def clamp(self, value: float) -> float:
        value = min(max(value, self.minimum), self.maximum)
        return float(round(value)) if self.is_whole else value

    def position_of(self, value: float) -> float:
        """Knob position 0..1 of a value."""
        value = min(max(value, self.minimum), self.maximum)
        if self.curve == "exponential":
            return math.log(value / self.minimum) / math.log(self.maximum / self.minimum)
        return (value - self.minimum) / (self.maximum - self.minimum)

    def value_at(self, position: float) -> float:
        """Value at a knob position 0..1."""
        position = min(max(position, 0.0), 1.0)
        if self.curve == "exponential":
            return self.clamp(self.minimum * (self.maximum / self.minimum) ** position)
        return self.clamp(self.minimum + position * (self.maximum - self.minimum))

    def nudged(self, value: float, steps: float, fine: bool) -> float:
        """Value after `steps` notches of a wheel or arrow key.

        A notch is a hundredth of the knob's travel (fine: a thousandth), a semitone for a pitch in
        MIDI numbers (fine: 5 cents), one for whole numbers.
        """
        if self.is_whole:
            return self.clamp(round(value) + (math.copysign(max(1, round(abs(steps))), steps)))
        if self.is_midi_pitch:
            return self.clamp(value + steps * (0.05 if fine else 1.0))
        return self.value_at(self.position_of(value) + steps * (0.001 if fine else 0.01))

    def text(self, value: float) -> str:
        """The value as shown in its entry, without the unit."""
        if self.is_whole:
            return str(round(value))
        size = value if self.curve == "exponential" else self.maximum - self.minimum
        # Three digits behind the leading one of the range (or of an exponential value): as fine
        # as the finest step. The hundredth keeps ranges such as 0.01..1 with 0..1.
        decimals = min(max(3 - math.floor(math.log10(size) + 0.01), 0), 6)
        decimals = 1 if self.unit == "dB" else decimals
        text = f"{value:.{decimals}f}"
        return text[1:] if text.startswith("-") and not float(text) else text

    def parse(self, text: str) -> float | None:
        """The value a performer typed, clamped; None if it is no number (or note name)."""
        text = text.strip().replace("−", "-")
        if self.is_midi_pitch and (note := parse_note(text)) is not None:
            return self.clamp(note)
        if self.unit and text.lower().endswith(self.unit.lower()):
            text = text[: -len(self.unit)].strip()
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
        return self.clamp(value) if math.isfinite(value) else None

    def unit_text(self, value: float) -> str:
        """What stands behind the entry: the unit, or for a MIDI pitch the note's name."""
        return note_name(value) if self.is_midi_pitch else self.unit


@dataclass(frozen=True)
class Slot:
    """One loaded plugin and everything on it that moves."""

    number: int
    plugin: str
    description: str
    sample_rate_hz: float
    parameters: tuple[Control, ...]
    controls: tuple[Control, ...]

    @property
    def pitch(self) -> Control | None:
        """The parameter that notes move, if there is one."""
        for parameter in self.parameters:
            if parameter.role == "pitch" and parameter.is_midi_pitch:
                return parameter
        return None

    @property
    def every_control(self) -> tuple[Control, ...]:
        return self.parameters + self.controls


@dataclass(frozen=True)
class Description:
    """The engine: version, slots. Values are kept apart, so that `==` compares the structure."""

    version: str
    slots: tuple[Slot, ...]

    @property
    def addresses(self) -> frozenset[str]:
        return frozenset(c.address for slot in self.slots for c in slot.every_control)


def parse_description(text: str) -> tuple[Description, dict[str, float]]:
    """Description and present values {address: value} from the JSON of `/describe.reply`.

    Raises:
        DescriptionError: no JSON, or a field is missing, of a wrong type or out of range.
    """
    try:
        document = json.loads(text)
        slots = document["slots"]
        if not 0 <= len(slots) <= MAXIMUM_SLOTS:
            raise DescriptionError(f"{len(slots)} slots, at most {MAXIMUM_SLOTS} can be shown")
        values: dict[str, float] = {}
        description = Description(
            str(document.get("version", "")), tuple(_slot(slot, values) for slot in slots)
        )
    except DescriptionError:
        raise
    except MALFORMED as error:
        raise DescriptionError(f"{type(error).__name__}: {error}") from error
    numbers = [slot.number for slot in description.slots]
    if len(set(numbers)) != len(numbers):
        raise DescriptionError(f"slot numbers repeat: {numbers}")
    return description, values


def _slot(fields: dict[str, Any], values: dict[str, float]) -> Slot:
    number = int(fields["slot"])
    groups: list[tuple[Control, ...]] = []
    for group in ("parameters", "controls"):
        entries = fields.get(group, [])
        if len(entries) > MAXIMUM_CONTROLS:
            raise DescriptionError(f"slot {number}: {len(entries)} {group}")
        groups.append(tuple(_control(number, group, entry, values) for entry in entries))
    return Slot(
        number=number,
        plugin=str(fields.get("plugin") or ""),
        description=str(fields.get("description") or ""),
        sample_rate_hz=float(fields.get("sample_rate_hz") or 0.0),
        parameters=groups[0],
        controls=groups[1],
    )


def control_address(slot: int, group: str, name: str) -> str:
    """The OSC address of a parameter or of one of the built-in controls."""
    if group == "parameters":
        return f"/slot/{slot}/param/{name}"
    return f"/slot/{slot}/{name}" if name == "gain" else f"/slot/{slot}/sampling/{name}"


def _control(slot: int, group: str, fields: dict[str, Any], values: dict[str, float]) -> Control:
    name = str(fields["name"])
    control = Control(
        name=name,
        address=control_address(slot, group, name),
        minimum=float(fields["minimum"]),
        maximum=float(fields["maximum"]),
        default=float(fields["default"]),
        unit=str(fields.get("unit") or ""),
        curve=str(fields.get("curve") or "linear"),
        role=str(fields.get("role") or ""),
        description=str(fields.get("description") or ""),
    )
    if not (
        math.isfinite(control.minimum)
        and math.isfinite(control.maximum)
        and math.isfinite(control.default)
        and control.minimum < control.maximum
    ):
        raise DescriptionError(f"{name}: range {control.minimum}..{control.maximum}")
    if control.curve == "exponential" and control.minimum <= 0:
        raise DescriptionError(f"{name}: an exponential curve from {control.minimum}")
    value = float(fields.get("value", control.default))
    values[control.address] = control.clamp(value if math.isfinite(value) else control.default)
    return control
