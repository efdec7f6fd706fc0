"""One thing that can be moved, as the window sees it: range, unit, curve, texts."""

import math
from dataclasses import dataclass

NOTE_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
TITLES = {"top_k": "Top-k", "top_p": "Top-p"}
WHOLE_NUMBERS = {"top_k"}
MOST_TICKS = 64
SAME_CLASS = 0.005  # half of the last digit that is shown


@dataclass(frozen=True)
class Source:
    """The tier that makes a parameter by itself, and how its values reach the tiers below."""

    tier: str
    rate_hz: float
    upsampling: str = ""
    delay_ms: float = 0.0

    @property
    def text(self) -> str:
        """As in 'motion, 125 Hz'."""
        return f"{self.tier}, {rate_text(self.rate_hz)}"


def rate_text(rate_hz: float) -> str:
    """'125 Hz', '16 kHz'."""
    return f"{rate_hz / 1000:g} kHz" if rate_hz >= 1000 else f"{rate_hz:g} Hz"


def duration_text(duration_ms: float) -> str:
    """'4.2 ms', '26 ms', '1.3 s': two digits, never less than it is by more than half the last."""
    if duration_ms >= 1000:
        return f"{duration_ms / 1000:.1f} s"
    return f"{duration_ms:.0f} ms" if duration_ms >= 9.95 else f"{duration_ms:.1f} ms"


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
    """One thing that can be moved: where it listens, its range, unit and curve.

    `reaction_ms`: the longest time from a change to the sound, where the engine tells it. `source`:
    the tier that moves it by itself, for a generated parameter. `labels`: names of the values 0, 1,
    ... of a class.
    """

    name: str
    address: str
    minimum: float
    maximum: float
    default: float
    unit: str = ""
    curve: str = "linear"
    role: str = ""
    description: str = ""
    labels: tuple[str, ...] = ()
    reaction_ms: float | None = None
    source: Source | None = None

    @property
    def title(self) -> str:
        return TITLES.get(self.name, self.name.replace("_", " ").replace(".", " ").capitalize())

    @property
    def owner(self) -> str:
        """What a control with a dotted name belongs to: a parameter or a tier; '' otherwise."""
        return self.name.rpartition(".")[0]

    @property
    def leaf(self) -> str:
        """The last part of the name: 'offset' of 'centroid.offset'."""
        return self.name.rpartition(".")[2]

    @property
    def take_address(self) -> str:
        """Where a generated parameter is taken over (1) and released (0)."""
        return f"{self.address}/take"

    @property
    def tip(self) -> str:
        """Everything about it, for a tool-tip: one fact a line."""
        span = f"{self.text(self.minimum)} – {self.text(self.maximum)} {self.unit}".strip()
        named = ", ".join(f"{number} {label}" for number, label in enumerate(self.labels))
        lines = [self.description, named, f"{span}, default {self.text(self.default)}"]
        if self.source is not None:
            upsampled = {"linear": ", joined by straight lines", "hold": ", held in between"}
            delay = self.source.delay_ms
            lines.append(
                f"made by {self.source.text}{upsampled.get(self.source.upsampling, '')}"
                + (f", {duration_text(delay)} behind" if delay > 0 else "")
            )
        if self.reaction_ms is not None:
            lines.append(f"reacts within {duration_text(self.reaction_ms)}")
        return "\n".join(line for line in (*lines, self.address) if line)

    @property
    def is_whole(self) -> bool:
        return self.name in WHOLE_NUMBERS

    @property
    def is_class(self) -> bool:
        """Whether whole numbers are what it is about, and between them two are mixed."""
        return self.role == "class" and 1 <= self.maximum - self.minimum <= MOST_TICKS

    @property
    def ticks(self) -> tuple[float, ...]:
        """Knob positions of the classes."""
        count = int(self.maximum - self.minimum) + 1 if self.is_class else 0
        return tuple(self.position_of(self.minimum + number) for number in range(count))

    @property
    def class_names(self) -> tuple[str, ...]:
        """What stands under the ticks: labels, or numbers."""
        numbers = tuple(f"{self.minimum + number:g}" for number in range(len(self.ticks)))
        return self.labels if self.is_class and self.labels else numbers

    def class_at(self, value: float) -> int | None:
        """The class, from 0, that is heard alone at a value; None where two are mixed."""
        nearest = round(value - self.minimum)
        return nearest if abs(value - self.minimum - nearest) < SAME_CLASS else None

    @property
    def is_midi_pitch(self) -> bool:
        # The offset of a pitch is no pitch.
        return "midi" in self.unit.lower() and not self.owner

    def clamp(self, value: float) -> float:
        value = min(max(value, self.minimum), self.maximum)
        if self.is_class and (number := self.class_at(value)) is not None:
            return self.minimum + number  # not a rounding error beside it
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
        MIDI numbers (fine: 5 cents), one for whole numbers, to the next class (fine: a hundredth of
        the way).
        """
        if self.is_whole:
            return self.clamp(round(value) + (math.copysign(max(1, round(abs(steps))), steps)))
        if self.is_midi_pitch:
            return self.clamp(value + steps * (0.05 if fine else 1.0))
        if self.is_class and fine:
            return self.clamp(value + 0.01 * steps)
        if self.is_class:
            count = max(1, round(abs(steps)))
            up = math.floor(value - self.minimum + SAME_CLASS) + count
            down = math.ceil(value - self.minimum - SAME_CLASS) - count
            return self.clamp(self.minimum + (up if steps > 0 else down))
        return self.value_at(self.position_of(value) + steps * (0.001 if fine else 0.01))

    def text(self, value: float) -> str:
        """The value as shown in its entry, without the unit."""
        if self.is_whole:
            return str(round(value))
        if self.is_class:
            return f"{value:g}" if self.class_at(value) is not None else f"{value:.2f}"
        # A tier may make values beyond the range.
        exponential = self.curve == "exponential"
        size = self.clamp(value) if exponential else self.maximum - self.minimum
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
        for number, label in enumerate(self.labels):
            if text.casefold() == label.casefold():
                return self.minimum + number
        if self.unit and text.lower().endswith(self.unit.lower()):
            text = text[: -len(self.unit)].strip()
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
        return self.clamp(value) if math.isfinite(value) else None

    def unit_text(self, value: float) -> str:
        """What stands behind the entry: the unit, for a MIDI pitch the note's name, for a class its
        label or the two that are mixed."""
        if self.labels and self.is_class:
            low = math.floor(self.clamp(value) - self.minimum)
            pair = self.labels[low : low + 2]
            number = self.class_at(value)
            return self.labels[number] if number is not None else "/".join(pair)
        return note_name(value) if self.is_midi_pitch else self.unit
