"""One thing that can be moved, as the window shows it: its record, its address, and texts."""

import math
import re
from dataclasses import dataclass, field

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from rtsynth.common import knob
from rtsynth.common.control_info import ControlInfo, Generation, Owner
from rtsynth.host.presets.hidden_values import is_hidden
from rtsynth_gui.link.engine_words import in_own_language
from rtsynth_gui.link.tips import SlotNames, described, followed, other_names

NOTE_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
MIXER = "mixer."
TITLES = {"top_k": "Top-k", "top_p": "Top-p", "min_p": "Min-p", "dc_block": "DC"}
RMS = str(QT_TRANSLATE_NOOP("Control", "RMS"))
ABBREVIATIONS = {"rmse": RMS, "rms": RMS, "mfcc": "MFCC", "lfo": "LFO", "macro": "Macro"}
NUMBERED = re.compile(r"([a-z]+)(\d+)?$")
WHOLE_NUMBERS = {"top_k", "follow"}
FOLLOW = "follow"
# Where a wheel or a drag stops: a beat, its parts, bars of three and four.
BEATS = (
    *(0.0, 1 / 8, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0),
    *(24.0, 32.0, 48.0, 64.0),
)
ON_OFF = (
    str(QT_TRANSLATE_NOOP("Control", "on")),
    str(QT_TRANSLATE_NOOP("Control", "off")),
)
SWITCHES = {"mute", "solo", "dc_block"}
UPSAMPLED = {
    "linear": str(QT_TRANSLATE_NOOP("Control", "linear in between")),
    "hold": str(QT_TRANSLATE_NOOP("Control", "held in between")),
}
MOST_TICKS = 64
SAME_CLASS = 0.005  # half of the last digit that is shown
SAME_STEP = 1e-4


def tier_text(generation: Generation) -> str:
    """As in 'motion, 125 Hz'."""
    return f"{generation.tier}, {rate_text(generation.rate_hz)}"


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


@dataclass(frozen=True, slots=True)
class Control(ControlInfo):
    """A control and the OSC address that sets it.

    `reaction_ms`: the longest time from a change to the sound, the engine's share included.
    `slot_names`: of what may be followed; no part of the structure.
    """

    address: str = ""
    slot_names: SlotNames = field(default=(), compare=False)

    @property
    def title(self) -> str:
        name = self.name.removeprefix(MIXER)
        if name in TITLES:
            return TITLES[name]
        words = name.replace("_", " ").replace(".", " ").split()
        parts = NUMBERED.match(words[0]) if words else None
        if parts is None or parts[1] not in ABBREVIATIONS:
            return " ".join(words).capitalize()
        first = QCoreApplication.translate("Control", ABBREVIATIONS[parts[1]])
        return " ".join((first, *filter(None, parts.groups()[1:]), *words[1:]))

    @property
    def stem(self) -> str:
        """What a control with a dotted name belongs to: a parameter or a tier; '' otherwise."""
        return self.name.rpartition(".")[0]

    @property
    def leaf(self) -> str:
        """The last part of the name: 'offset' of 'centroid.offset'."""
        return self.name.rpartition(".")[2]

    @property
    def take_address(self) -> str:
        """Where a generated parameter is overridden (1) and released (0)."""
        return f"{self.address}/take"

    @property
    def tip(self) -> str:
        """Everything about it, for a tool-tip: one fact a line."""
        span = f"{self.text(self.minimum)} – {self.text(self.maximum)} {self.shown_unit}".strip()
        translate = QCoreApplication.translate
        default = translate("Control", "{}, default {}").format(span, self.text(self.default))
        text = self.description
        if self.owner is not Owner.PLUGIN or is_hidden(self.name, (self.stem,)):
            text = in_own_language(text)
        if self.owner in (Owner.ENGINE, Owner.MIXER):
            text = described(self.name.removeprefix(MIXER), text)
        lines = [text] if self.is_switch else [text, ", ".join(self.names), default]
        if (made := self.generation) is not None:
            facts = [translate("Control", "generated by {}").format(tier_text(made))]
            if made.upsampling in UPSAMPLED:
                facts.append(translate("Control", UPSAMPLED[made.upsampling]))
            if made.delay_ms > 0:
                facts.append(translate("Control", "{} late").format(duration_text(made.delay_ms)))
            lines.append(", ".join(facts))
        if self.reaction_ms is not None:
            reaction = duration_text(self.reaction_ms)
            lines.append(translate("Control", "reacts within {}").format(reaction))
        return "\n".join(line for line in (*lines, self.address) if line)

    @property
    def shown_unit(self) -> str:
        """The unit, where the text of a value does not say it."""
        return "" if self.name == FOLLOW else self.unit

    @property
    def is_whole(self) -> bool:
        return self.name in WHOLE_NUMBERS or (self.is_class and self.owner is Owner.ENGINE)

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off, with nothing in between."""
        return self.leaf in SWITCHES

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
        return self.names if self.is_class and self.names else numbers

    @property
    def names(self) -> tuple[str, ...]:
        """The labels as they are shown: with a capital letter."""
        return tuple(label[:1].upper() + label[1:] for label in self.labels)

    def class_at(self, value: float) -> int | None:
        """The class, from 0, that sounds alone at a value; None where two are mixed."""
        nearest = round(value - self.minimum)
        return nearest if abs(value - self.minimum - nearest) < SAME_CLASS else None

    @property
    def is_midi_pitch(self) -> bool:
        # The offset of a pitch is no pitch.
        return "midi" in self.unit.lower() and not self.stem

    def clamp(self, value: float) -> float:
        value = knob.clamp(value, self.minimum, self.maximum)
        if self.is_class and (number := self.class_at(value)) is not None:
            return self.minimum + number  # not a rounding error beside it
        return float(round(value)) if self.is_whole else value

    @property
    def is_duration(self) -> bool:
        """Whether it is a time from 0 on: short ones need more room on a knob than long ones."""
        return self.unit == "ms" and self.minimum == 0 and self.curve == "linear"

    @property
    def steps(self) -> tuple[float, ...]:
        """The values that a hand comes through, where they are not all alike: of beats."""
        if self.unit != "beats" or self.minimum != BEATS[0] or self.curve != "linear":
            return ()
        return (*(each for each in BEATS if each < self.maximum), self.maximum)

    def position_of(self, value: float) -> float:
        """Knob position 0..1 of a value."""
        if steps := self.steps:
            value, index = self.clamp(value), 1
            while value > steps[index]:
                index += 1
            low, high = steps[index - 1 : index + 1]
            return (index - 1 + (value - low) / (high - low)) / (len(steps) - 1)
        position = knob.position_of(value, self.minimum, self.maximum, self.curve)
        return math.sqrt(position) if self.is_duration else position

    def value_at(self, position: float) -> float:
        """Value at a knob position 0..1; of beats the nearest step."""
        if steps := self.steps:
            return steps[round(min(max(position, 0.0), 1.0) * (len(steps) - 1))]
        if self.is_duration:
            position = min(max(position, 0.0), 1.0) ** 2
        return self.clamp(knob.value_at(position, self.minimum, self.maximum, self.curve))

    def nudged(self, value: float, steps: float, fine: bool) -> float:
        """Value after `steps` notches of a wheel or arrow key.

        A notch is a hundredth of the knob's travel (fine: a thousandth), a semitone for a pitch in
        MIDI numbers (fine: 5 cents), one for whole numbers, to the next class (fine: a hundredth of
        the way), to the next step of beats (fine: a hundredth of a beat).
        """
        if self.steps and fine:
            return self.clamp(value + 0.01 * steps)
        if self.steps:
            place = self.position_of(value) * (len(self.steps) - 1)
            count = max(1, round(abs(steps)))
            up, down = math.floor(place + SAME_STEP) + count, math.ceil(place - SAME_STEP) - count
            at = up if steps > 0 else down
            return self.steps[min(max(at, 0), len(self.steps) - 1)]
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
        if self.is_switch:
            on, off = (QCoreApplication.translate("Control", text) for text in ON_OFF)
            return on if value else off
        if self.name == FOLLOW:
            return followed(round(value), self.slot_names)
        if self.is_whole and not self.names:
            return str(round(value))
        if self.is_class:
            number = self.class_at(value)
            if number is None:
                return f"{value:.2f}"
            return self.names[number] if self.names else f"{value:g}"
        # A tier may make values beyond the range.
        exponential = self.curve == "exponential"
        size = self.clamp(value) if exponential else self.maximum - self.minimum
        # Three digits behind the leading one of the range (or of an exponential value): as fine
        # as the finest step. The hundredth keeps ranges such as 0.01..1 with 0..1.
        decimals = min(max(3 - math.floor(math.log10(size) + 0.01), 0), 6)
        decimals = 1 if self.unit == "dB" else decimals
        if self.steps and any(abs(value - each) < SAME_STEP for each in self.steps):
            return f"{value:.3g}"
        text = f"{value:.{decimals}f}"
        return text[1:] if text.startswith("-") and not float(text) else text

    @property
    def choices(self) -> tuple[tuple[float, str], ...]:
        """The values there are, with their names, where each has one: what a menu lists."""
        if self.name == FOLLOW:
            numbers = range(round(self.minimum), round(self.maximum) + 1)
            return tuple((float(each), followed(each, self.slot_names)) for each in numbers)
        if self.is_switch or not self.names:
            return ()
        return tuple((self.minimum + number, name) for number, name in enumerate(self.names))

    def read(self, text: str) -> float | None:
        """The value a performer typed, as it is meant; None if it cannot be read.

        A number with or without its unit; a share of the knob's travel ("50 %"); a note's name;
        the name of a choice, or as much of it as there is only one of.
        """
        text = text.strip().replace("−", "-")
        if self.is_midi_pitch and (note := parse_note(text)) is not None:
            return note
        if (chosen := self._chosen(text.casefold())) is not None:
            return chosen
        if self.unit and text.lower().endswith(self.unit.lower()):
            text = text[: -len(self.unit)].strip()
        share = text.endswith("%")
        try:
            value = float(text.removesuffix("%").strip().replace(",", "."))
        except ValueError:
            return None
        if not math.isfinite(value):
            return None
        return self.value_at(value / 100) if share else value

    def _chosen(self, text: str) -> float | None:
        names = (*self.choices, *other_names(self.slot_names))
        named = [(value, name.casefold()) for value, name in names]
        found = {value for value, name in named if text == name}
        found = found or {value for value, name in named if text and name.startswith(text)}
        return found.pop() if len(found) == 1 else None

    def parse(self, text: str) -> float | None:
        """The value a performer typed, clamped; None if it cannot be read."""
        value = self.read(text)
        return None if value is None else self.clamp(value)

    @property
    def allowed(self) -> str:
        """What can be typed, in one line."""
        if self.choices:
            return ", ".join(name for _, name in self.choices)
        ends = f"{self.text(self.minimum)} – {self.text(self.maximum)} {self.unit}".strip()
        if not self.is_midi_pitch:
            return ends
        return f"{ends}, {note_name(self.minimum)} – {note_name(self.maximum)}"

    def remark(self, text: str) -> str:
        """What is to be said of what was typed; "" where it is taken as it is."""
        value = self.read(text)
        if value is None:
            said = QCoreApplication.translate("Control", "“{}” cannot be read. Possible: {}")
            return said.format(text.strip(), self.allowed)
        if self.minimum <= value <= self.maximum:
            return ""
        said = QCoreApplication.translate("Control", "“{}” is out of range. Possible: {}")
        return said.format(text.strip(), self.allowed)

    def unit_text(self, value: float) -> str:
        """What stands behind the entry: the unit, for a MIDI pitch the note's name, between two
        classes their names."""
        if self.names and self.is_class:
            low = math.floor(self.clamp(value) - self.minimum)
            return "" if self.class_at(value) is not None else "/".join(self.names[low : low + 2])
        return note_name(value) if self.is_midi_pitch else self.shown_unit
