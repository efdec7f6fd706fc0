"""A loaded plugin as a performer sees it: named values, notes, reset."""

import logging
import math
from collections.abc import Callable
from dataclasses import replace

from rtsynth.common.control_info import SlotInfo
from rtsynth.common.errors import ControlError
from rtsynth.common.seeds import check_seed
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.engine.program.layout import GATE
from rtsynth.engine.program.table import LARGEST_BEND
from rtsynth.host.notes import Source
from rtsynth.host.slot_acts import SlotActs
from rtsynth.host.stage import Stage
from rtsynth.host.voice import Voice
from rtsynth.host.voicing import ASSIGNABLE, Voicing
from rtsynth.host.wheels import WHEEL_ROWS, Wheels
from rtsynth.plugin import Parameter, Plugin

log = logging.getLogger("rtsynth")


class Slot:
    """`slot["pitch"] = 69` moves a parameter; `slot["pitch"]` is where it is moving to.

    Names may be written with a dot or a slash: `slot["motion.beta"]`, `slot["motion/beta"]`. A
    value out of range is moved into it, without an error: `set` returns what it became.

    Args:
        share: of real time that computing it takes, where that is known.
    """

    def __init__(
        self, stage: Stage, number: int, voice: Voice, voices: int = 1, share: float | None = None
    ) -> None:
        self.number, self.voices, self.voice, self.share = number, voices, voice, share
        self._stage = stage
        self._acts = acts = SlotActs(stage, number, voice, voices)
        self._values, self.times, self.lock = acts.values, acts.times, acts.lock
        self.looped, self.player = acts.looped, acts.player

    @property
    def plugin(self) -> Plugin:
        """What is loaded."""
        return self.voice.compiled.plugin

    @property
    def computed(self) -> str:
        """How it is computed, e.g. "int8, 2 threads, 4 voices"; threads and voices if several."""
        compiled = self.voice.compiled
        counts = (compiled.threads, "threads"), (self.voices, "voices")
        texts = [f"{count} {what}" for count, what in counts if count > 1]
        return ", ".join([compiled.precision, *texts])

    @property
    def drones(self) -> bool:
        """Whether it sounds without a note: as it was loaded, or since a reset."""
        return self._acts.drones

    @property
    def seeded(self) -> int | None:
        """What `seed` was last given."""
        return self._acts.seeded

    @property
    def assigned(self) -> dict[tuple[str, str], float]:
        """What modulates what: {(source, control): depth}; never changed in place."""
        self.settle()
        return self._acts.assignments.now

    @property
    def voicing(self) -> Voicing:
        """How its notes are played."""
        return self._acts.player.voicing

    def change_voicing(self, change: Callable[[Voicing], Voicing]) -> None:
        """Play notes so from now on: as `change` makes it of how they were played before."""
        with self._stage.lock, self.lock:
            self._acts.change_voicing(change(self.voicing))

    def tune(self, tuning: tuple[str, ...], tuned: Tuned | None) -> None:
        """Tune the notes that are held and those to come; `tuning` is how that was asked for."""
        with self._stage.lock, self.lock:
            self._acts.tune(tuned)
            self._acts.change_voicing(replace(self.voicing, tuning=tuning))

    @property
    def held(self) -> bool:
        """Whether notes are held."""
        return self._acts.player.held

    def enter(self, before: dict[str, float]) -> None:
        """It plays now; subscribers get what is new beside the values of the plugin before it."""
        self._acts.enter(before)

    def go_on_with(self, voice: Voice) -> None:
        """Play a voice that goes on as the one before: all that is known of the slot stays true."""
        with self._stage.lock, self.lock:
            self.voice = voice
            self._acts.go_on_with(voice)

    def leave(self) -> dict[str, float]:
        """It no longer plays: nothing is published any more. Its values."""
        with self.lock:  # a reader's `settle` publishes before this, or not at all
            self._acts.leave()
        return self.values()

    # --- values ----------------------------------------------------------------------------------

    def __setitem__(self, name: str, value: float) -> None:
        self.set(name, value)

    def __getitem__(self, name: str) -> float:
        name = self.spec(name).name
        if name in self._values.generated:
            return self._values.followed_at(name)
        self.settle()
        return self._values[name]

    def has(self, name: str) -> bool:
        """Whether there is such a control, and it is moved here."""
        return self._values.moves(name)

    def values(self) -> dict[str, float]:
        """All controls that are moved here, by name."""
        self.settle()
        return self._values.own()

    def spec(self, name: str) -> Parameter:
        """Range, unit and default of a control.

        Raises:
            ControlError: there is none of that name.
        """
        return self._values.control(name).spec

    def set(
        self, name: str, value: float, *, at_ns: int | None = None, alone: bool = False
    ) -> float:
        """Move a control; returns the value after clamping.

        A generated parameter is overridden by that, unless it is to move `alone`. A timed change
        (`at_ns`, a `time.monotonic_ns()` time) counts as the value from then on.

        Raises:
            ControlError: unknown name, a value that is not finite, or too many events waiting.
        """
        spec = self._values.movable(name).spec
        if not math.isfinite(value):
            raise ControlError(f"{spec.name}: {value} is not a finite number")
        self.times.at(at_ns, SlotActs.move, (spec.name, alone, float(value)), subject=2)
        return spec.clamp(float(value))

    def followed(self, name: str) -> float:
        """A generated parameter as it is now in the first voice, with its controls, in its unit."""
        return self._values.followed_at(self.spec(name).name)

    def all_followed(self) -> dict[str, float]:
        """`followed` of every generated parameter."""
        return self._values.followed()

    def settle(self) -> None:
        """Take note of the timed changes that are due, and publish them."""
        if self._acts.waits:
            with self.lock:
                self._acts.settle()

    def place(self, name: str, value: float, *, alone: bool = False) -> None:
        """Put a control at a value without a ramp; only before the audio thread has the voice."""
        self._values.place(name, value, alone=alone)

    # --- notes -----------------------------------------------------------------------------------

    def note_on(
        self, note: float, velocity: float, *, source: Source = None, at_ns: int | None = None
    ) -> float:
        """Sound a note (MIDI number; velocity 0..1, 0 is a note-off) of a source.

        Returns the note that sounds: the nearest that the plugin's pitch reaches.
        """
        if velocity <= 0:
            self.note_off(note, source=source, at_ns=at_ns)
        else:
            self.times.at(at_ns, SlotActs.note_on, (note, velocity, source))
        return self._acts.player.nearest(note)

    def pitch_of(self, note: float) -> float | None:
        """The pitch of a note, as it is tuned; None: its key is not mapped, and it is silent."""
        return self._acts.player.pitch_of(note)

    def note_off(self, note: float, *, source: Source = None, at_ns: int | None = None) -> None:
        """Release a source's note; one that is held and lost its voice to another sounds again."""
        self.times.at(at_ns, SlotActs.note_off, (note, source))

    def bend(self, semitones: float, *, source: Source = None, at_ns: int | None = None) -> None:
        """Bend the notes of a source, those to come as well; before the first, what sounds."""
        self.turn("bend", semitones, source=source, at_ns=at_ns)

    def express(self, share: float, *, source: Source = None, at_ns: int | None = None) -> None:
        """Leave the notes of a source a share 0..1 of their amplitude above its minimum."""
        self.turn("expression", share, source=source, at_ns=at_ns)

    def turn(
        self, wheel: str, value: float | None, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        """Move a wheel of a source: "bend", "expression", or "pressure" and "timbre" (0..1).

        The last two move the parameter that they are assigned to, in the voices of this source;
        None lets it go back to its knob.

        Raises:
            ControlError: no such wheel, or not a finite number.
        """
        if wheel not in Wheels._fields:
            raise ControlError(f"no wheel {wheel[:40]!r}; there are {', '.join(Wheels._fields)}")
        if value is not None:
            if not math.isfinite(value):
                raise ControlError(f"{wheel}: {value} is not a finite number")
            low, high = (-LARGEST_BEND, LARGEST_BEND) if wheel == "bend" else (0.0, 1.0)
            value = min(max(value, low), high)
        elif wheel not in ASSIGNABLE:
            raise ControlError(f"{wheel}: it has no knob to go back to")
        self.times.at(at_ns, SlotActs.turn, (source, wheel, value), subject=2)

    def set_voice(self, voice: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        """Move a parameter in one voice (from 1); returns the value after clamping.

        The voice keeps it until its next note, or until the knob moves.

        Raises:
            ControlError: no such voice or parameter, or a value that is not finite.
        """
        spec = self.spec(name)
        if spec not in self.plugin.parameters:
            raise ControlError(f"{spec.name} is the same in all voices: only a parameter is not")
        if not 1 <= voice <= self.voices:
            raise ControlError(f"voice {voice}: slot {self.number} has voices 1 to {self.voices}")
        if not math.isfinite(value):
            raise ControlError(f"{spec.name}: {value} is not a finite number")
        arguments = voice - 1, spec.name, spec.clamp(float(value))
        self.times.at(at_ns, SlotActs.set_voice, arguments, subject=2)
        return arguments[2]

    def reset(self, *, at_ns: int | None = None) -> None:
        """Put the network where a note starts, open the first gate; values, overrides stay."""
        self.times.at(at_ns, SlotActs.reset, ())

    def silence(self) -> None:
        """Forget all notes and what waits for its time, close the gate."""
        with self._stage.lock, self.lock:
            self._acts.silence()

    def drop_later(self, now_ns: int) -> None:
        """Drop, on this side of the engine, what is for a later time than `now_ns`."""
        with self._stage.lock, self.lock:
            self._acts.forget_later(now_ns)

    def end_drone(self, *, at_ns: int | None = None) -> None:
        """Close the gate, unless notes are held: what sounds without any falls silent."""
        self.times.at(at_ns, SlotActs.end_drone, ())

    def sound_off(self, *, source: Source = None, at_ns: int | None = None) -> None:
        """End the notes of a source without their release, and what sounds without any."""
        self.times.at(at_ns, SlotActs.sound_off, (source,))

    def seed(self, seed: int, *, at_ns: int | None = None) -> None:
        """Restart the random numbers.

        Raises:
            ControlError: the seed is not in 0..2^53.
        """
        check_seed(seed, ControlError)
        self.times.at(at_ns, SlotActs.seed, (seed,))

    def resume(self, values: dict[str, float], *, drones: bool, seed: int | None) -> None:
        """Go on where a slot of an engine that ended was, without its notes; before playing."""
        self._values.place_all(values)
        self._acts.drones = drones
        if not drones:
            self._values.place_row(GATE, 0.0)
        if seed is not None:
            self.seed(seed)

    def take_values(self, other: "Slot") -> None:
        """Start from the values of another slot, where they mean the same; before playing.

        Those are the values of parameters that both have under the same name, in the same unit,
        and that are in range here, and the controls of every slot: gain, envelope, modulators. The
        rest is at its default. Of a generated parameter take, offset and scale come along; how a
        tier draws (`SAMPLING`) does not: it belongs to the plugin. Wheels of players stay.
        """
        self._play_as(other)
        other.settle()
        self._values.take_from(other._values)

    def continue_from(self, other: "Slot") -> None:
        """Go on as another slot with the same plugin; `strike_held` follows, once it plays."""
        self._play_as(other)
        self.resume(other.values(), drones=other.drones, seed=None)
        self._acts.seeded = other.seeded

    def strike_held(self, other: "Slot") -> None:
        """Sound what another slot holds; once this one plays."""
        with self._stage.lock, self.lock:
            for source, note, velocity in other._acts.player.all_held():
                self._acts.strike(source, note, velocity)

    def _play_as(self, other: "Slot") -> None:
        player, before = self._acts.player, other._acts.player
        player.change_voicing(before.voicing)
        self._acts.tune(before.tuned)
        player.follow(before)
        self._acts.take_modulation(other._acts)
        for name, value in player.drone.items():
            self._values.place_row(WHEEL_ROWS[name], value)

    def restore(self, values: dict[str, float]) -> list[str]:
        """Move all controls to values stored before; the names of those that there are not here.

        One that is out of range here is moved into it, and that is logged.
        """
        for name, value in self._values.meant(values).items():
            applied = self.set(name, value, alone=True)
            if applied != value:
                text = "slot %d: %s: %g is out of range: clamped to %g"
                log.warning(text, self.number, name, value, applied)
        return [name for name in values if name not in self._values.infos]

    def describe(self) -> SlotInfo:
        """The plugin and its controls, and where they are now."""
        self.settle()
        plugin, infos = self.plugin, tuple(self._values.infos.values())
        return SlotInfo(
            number=self.number,
            plugin=plugin.name,
            description=plugin.manifest.description,
            sample_rate_hz=plugin.sample_rate_hz,
            path=str(plugin.path or ""),
            precision=self.voice.compiled.precision,
            threads=self.voice.compiled.threads,
            voices=self.voices,
            delay_ms=self._stage.delay_ms,
            parameters=infos[: len(plugin.parameters)],
            controls=infos[len(plugin.parameters) :],
            values=self._values.all(),
            followed=self._values.followed(),
            taken=self._values.taken,
        )
