"""What can be played in the slots of an engine, by slot number; see `rtsynth.host.protocol`."""

import math
from dataclasses import replace
from typing import TypeVar

from rtsynth.common.control_info import MASTER, Description, SlotInfo
from rtsynth.common.errors import ControlError
from rtsynth.common.version import __version__
from rtsynth.host.changes import Journal, Mailbox
from rtsynth.host.following import Following
from rtsynth.host.lineup import Lineup
from rtsynth.host.mixer import Mixer, own_name
from rtsynth.host.notes import Source
from rtsynth.host.rack import Rack
from rtsynth.host.rescue.service import Rescue
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage
from rtsynth.plugin.opened import is_opened

AnyBox = TypeVar("AnyBox", Mailbox, Journal)


class Playing:
    """The part of a `Host` that implements `Controls`."""

    stage: Stage
    mixer: Mixer
    following: Following
    rescue: Rescue
    _rack: Rack

    @property
    def lineup(self) -> Lineup:
        """Names and order of the slots."""
        return self._rack.lineup

    def slot(self, number: int) -> Slot:
        """The slot called `number` (from 1).

        Raises:
            ControlError: nothing is loaded there.
        """
        return self._rack.slot(number)

    @property
    def slots(self) -> list[Slot]:
        """The loaded slots, by number."""
        return self._rack.slots

    def describe(self) -> Description:
        """What there is to control, and where it is."""
        slots = tuple(self._described(slot) for slot in self.slots)
        order = tuple(self.lineup.order)
        return Description(__version__, slots, self.mixer.describe(MASTER), order)

    def _described(self, slot: Slot) -> SlotInfo:
        """A slot with its name, how it is mixed, and what services do with it."""
        info, strip = slot.describe(), self.mixer.describe(slot.number)
        return replace(
            info,
            name=self.lineup.given(slot.number) or info.plugin,
            output=self._rack.output_of(slot.number),
            sounds=slot.drones or slot.held,
            mixer=strip.controls,
            values={**info.values, **strip.values},
            tiers=tuple(tier.name for tier in slot.plugin.manifest.tiers),
            opened=is_opened(slot.plugin),
            rescue=self.rescue.chosen(slot.number),
            follows=self.following.described(slot.number),
        )

    def subscribe(self, *, values: bool = True) -> Mailbox:
        """A box for the latest of all changes from now on, until nobody holds it any more."""
        return self._opened(Mailbox(self._rack.settle, values=values), values=values)

    def journal(self) -> Journal:
        """A box for every change from now on in order, until nobody holds it any more."""
        return self._opened(Journal(self._rack.settle))

    def _opened(self, box: AnyBox, *, values: bool = True) -> AnyBox:
        self.stage.publisher.add(box, values=values)
        return box

    def set(self, slot: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        """Move a parameter or control; returns the value after clamping (which is no error)."""
        own = own_name(slot, name)
        if own is not None:
            return self.mixer.set(slot, own, value, at_ns=at_ns)
        return self._rack.slot(slot).set(name, value, at_ns=at_ns)

    def set_norm(self, slot: int, name: str, position: float, *, at_ns: int | None = None) -> float:
        """Move a control to a knob position 0..1; returns the value there."""
        if not math.isfinite(position):
            raise ControlError(f"{name}: {position} is not a finite number")
        own = own_name(slot, name)
        if own is not None:
            return self.mixer.set_norm(slot, own, position, at_ns=at_ns)
        played = self._rack.slot(slot)
        return played.set(name, played.spec(name).value_at(position), at_ns=at_ns)

    def get(self, slot: int, name: str) -> float:
        """The value a control is at or moving to; timed changes count from their time on."""
        own = own_name(slot, name)
        if own is not None:
            return self.mixer.get(slot, own)
        return self.slot(slot)[name]

    def note_on(
        self,
        slot: int,
        note: float,
        velocity: float,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> float:
        """Start a note; velocity 0..1. Returns the note that sounds, after clamping."""
        return self.slot(slot).note_on(note, velocity, source=source, at_ns=at_ns)

    def note_off(
        self, slot: int, note: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Release a note."""
        self.slot(slot).note_off(note, source=source, at_ns=at_ns)

    def bend(
        self, slot: int, semitones: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Bend the notes of a source; before the first note, what sounds."""
        self.slot(slot).bend(semitones, source=source, at_ns=at_ns)

    def express(
        self, slot: int, share: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Leave the notes of a source a share 0..1 of their amplitude."""
        self.slot(slot).express(share, source=source, at_ns=at_ns)

    def turn(
        self,
        slot: int,
        wheel: str,
        value: float | None,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> None:
        """Move a wheel of a source: "bend", "expression", "pressure" or "timbre"."""
        self.slot(slot).turn(wheel, value, source=source, at_ns=at_ns)

    def bend_range(self, slot: int) -> float:
        """Semitones of a bend wheel at its end, of a player who has not said it."""
        return self.slot(slot).voicing.bend_range

    def pitch_of(self, slot: int, note: float) -> float | None:
        """The pitch of a note as the slot is tuned; None where its key is not mapped."""
        return self.slot(slot).pitch_of(note)

    def end_drone(self, slot: int, *, at_ns: int | None = None) -> None:
        """Silence a slot that sounds without any note."""
        self.slot(slot).end_drone(at_ns=at_ns)

    def sound_off(self, slot: int, *, source: Source = None, at_ns: int | None = None) -> None:
        """End the notes of a source without their release, and what sounds without any."""
        self.slot(slot).sound_off(source=source, at_ns=at_ns)

    def reset(self, slot: int, *, at_ns: int | None = None) -> None:
        """Put a slot's network where a note starts, and let it sound."""
        self.slot(slot).reset(at_ns=at_ns)

    def seed(self, slot: int, seed: int, *, at_ns: int | None = None) -> None:
        """Restart a slot's random numbers."""
        self.slot(slot).seed(seed, at_ns=at_ns)

    def read_followed(self) -> dict[int, dict[str, float]]:
        """{slot: {generated parameter: its value as it is now}}, of slots that have such."""
        made = {slot.number: slot.all_followed() for slot in self.slots}
        return {number: values for number, values in made.items() if values}

    def panic(self) -> None:
        """Close every slot's gate, drop what waits; a note or `reset` opens it again."""
        for slot in self.slots:
            slot.silence()
        self.mixer.forget()
