"""How notes are played, slot by slot: bend range, wheels, velocity, one voice, voices, tuning."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.tuning.named import find_tuning
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.engine.program.layout import MAX_VOICES
from rtsynth.host.slot import Slot
from rtsynth.host.voicing import (
    ASSIGNABLE,
    MODES,
    MOST_BEND,
    Voicing,
    check_target,
    exponent_of,
    voicing_of,
)


class Slots(Protocol):
    """Where slots are; `rtsynth.host.rack.Rack` is one."""

    @property
    def slots(self) -> list[Slot]:
        """The loaded ones."""

    def slot(self, number: int) -> Slot:
        """Raises ControlError where nothing is loaded."""

    def set_voices(self, number: int, voices: int, *, insist: bool = False) -> None:
        """Load what a slot plays again, with so many voices; `insist` if it is too much, too."""

    def start_tuned(self, tuning: tuple[str, ...], tuned: Tuned | None) -> None:
        """Slots that are loaded from now on are tuned so."""


class Voicings:
    """Changes how notes are played. Any thread may call anything; `slot` counts from 1.

    Every method raises ControlError for a slot that is empty, and for what it does not know. What
    is out of range is moved into it; such methods return what it became. Notes that sound are left
    as they are, but for their tuning: the next one is played as asked for.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def of(self, slot: int) -> Voicing:
        """How a slot plays its notes."""
        return self._slots.slot(slot).voicing

    def set_voice(
        self, slot: int, voice: int, name: str, value: float, *, at_ns: int | None = None
    ) -> float:
        """Move a parameter in one voice (from 1), until its next note or until the knob moves."""
        return self._slots.slot(slot).set_voice(voice, name, value, at_ns=at_ns)

    def assign(self, slot: int, wheel: str, target: str) -> None:
        """Choose what "pressure" or "timbre" moves: a parameter, "auto" or "none"."""
        check_target(self._slots.slot(slot).plugin, wheel, target)
        self._change(slot, lambda voicing: voicing.assigned(wheel, target))

    def set_bend_range(self, slot: int, semitones: float) -> float:
        """How far a bend wheel bends at its end, of players that do not say it (RPN 0)."""
        applied = min(max(float(semitones), 0.0), MOST_BEND)
        self._change(slot, lambda voicing: replace(voicing, bend_range=applied))
        return applied

    def set_mode(self, slot: int, mode: str) -> None:
        """What a note does while the only voice sounds another: "retrigger" or "legato"."""
        if mode not in MODES:
            raise ControlError(f"no voice mode {mode[:40]!r}; there are {', '.join(MODES)}")
        self._change(slot, lambda voicing: replace(voicing, mode=mode))

    def set_velocity(self, slot: int, curve: float | str) -> float:
        """The curve of velocities: an exponent, or "soft", "linear", "hard". The exponent."""
        exponent = exponent_of(curve)
        self._change(slot, lambda voicing: replace(voicing, velocity=exponent))
        return exponent

    def set_voices(self, slot: int, voices: int) -> int:
        """How many notes sound together. The plugin is loaded again and faded over, and takes long.

        Values stay, and notes that are held sound on.

        Raises:
            InputError: precision "auto", and it is too much beside what the other slots take.
        """
        self._slots.slot(slot)
        applied = min(max(voices, 1), MAX_VOICES)
        self._slots.set_voices(slot, applied)
        return applied

    def tune(self, slot: int, tuning: str, mapping: str | None = None) -> None:
        """Tune a slot: a .scl file and perhaps a .kbm file, a name, "mts" or "off".

        Raises:
            InputError: a file that cannot be used, with its line.
        """
        self._slots.slot(slot)
        tuned = find_tuning(tuning, mapping)
        self._slots.slot(slot).tune(_asked(tuning, mapping), tuned)

    def tune_all(self, tuning: str, mapping: str | None = None) -> None:
        """Tune every slot, and those that are loaded from now on."""
        tuned = find_tuning(tuning, mapping)
        self._slots.start_tuned(_asked(tuning, mapping), tuned)
        for slot in self._slots.slots:
            slot.tune(_asked(tuning, mapping), tuned)

    # --- what presets, sets and sessions keep of a slot ----------------------------------------

    def read(self, slot: int) -> dict[str, Any]:
        """How a slot plays its notes, as plain data."""
        return self.of(slot).stored()

    def restore(self, slot: int, data: dict[str, Any]) -> list[str]:
        """Play notes as they were played; a line for everything that does not fit any more.

        Raises:
            ValueError: it is damaged; the text names the field.
        """
        voicing = voicing_of(data)
        problems = []
        plugin = self._slots.slot(slot).plugin
        for wheel in ASSIGNABLE:
            try:
                check_target(plugin, wheel, getattr(voicing, wheel))
            except ControlError as error:
                problems.append(str(error))
        tuning = self.of(slot).tuning
        self._change(slot, lambda before: replace(voicing, tuning=before.tuning))
        try:
            if voicing.tuning != tuning:
                self.tune(slot, *voicing.tuning)
        except InputError as error:
            problems.append(str(error))
        return problems

    def _change(self, slot: int, change: Callable[[Voicing], Voicing]) -> None:
        self._slots.slot(slot).change_voicing(change)


class VoicesSection:
    """The number of voices of each slot, as a section of sets and sessions."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def read(self, slot: int) -> int:
        """How many notes sound together."""
        return self._slots.slot(slot).voices

    def restore(self, slot: int, data: Any) -> list[str]:
        """Have so many again, also if it is much: together they played.

        Raises:
            InputError: it is no such number, or the plugin cannot be loaded.
        """
        if type(data) is not int or not 1 <= data <= MAX_VOICES:
            raise InputError(f"not a whole number from 1 to {MAX_VOICES}")
        self._slots.set_voices(slot, data, insist=True)
        return []


def _asked(tuning: str, mapping: str | None) -> tuple[str, ...]:
    return (tuning,) if mapping is None else (tuning, mapping)
