"""A loaded plugin as a performer sees it: named values, notes, reset."""

import logging
import math
import threading
import time
from bisect import insort
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from rtsynth.common.control_names import control_name, unknown_control
from rtsynth.common.errors import ControlError
from rtsynth.common.seeds import check_seed
from rtsynth.compiler.controls import Control, changes_of, controls_of, place_in_all
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    BEND,
    EXPRESSION,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET,
    TARGET_FORGET,
    TARGET_RESET,
    TARGET_SEED,
    voice_target,
)
from rtsynth.engine.program.reaction import delay_ms, reaction_ms
from rtsynth.engine.program.table import LARGEST_BEND, take_name
from rtsynth.host.core import Voice
from rtsynth.host.notes import Bends, Change, Notes, Source, Turn, nearest_note
from rtsynth.host.slot_times import SlotTimes
from rtsynth.plugin import Parameter, Plugin

if TYPE_CHECKING:
    from rtsynth.host.host import Host

log = logging.getLogger("rtsynth")

SAMPLING = ("temperature", "top_k", "top_p", "beta")  # how a tier draws: every plugin's own choice
WHEELS = {"bend": BEND, "expression": EXPRESSION}  # rows of the table
DESCRIBED = {"name", "minimum", "maximum", "default", "unit", "curve", "role", "description"}


def _time_of(change: "_Timed") -> int:
    return change.at_ns


class _Timed(NamedTuple):
    """A value that the engine has been given, to be heard at a `time.monotonic_ns()` time."""

    at_ns: int
    name: str
    value: float
    alone: bool


class Slot:
    """`slot["pitch"] = 69` moves a parameter; `slot["pitch"]` is where it is moving to.

    Names may be written with a dot or a slash: `slot["motion.beta"]`, `slot["motion/beta"]`. A
    value out of range is moved into it, without an error: `set` returns what it became.
    """

    def __init__(self, host: "Host", number: int, voice: Voice, voices: int = 1) -> None:
        self.number = number
        self.voices = voices
        self.voice = voice
        self._host = host
        self._controls: dict[str, Control] = {
            control.spec.name: control for control in controls_of(voice.compiled.plugin)
        }
        self._values = {name: control.spec.default for name, control in self._controls.items()}
        self._timed: deque[_Timed] = deque()  # by time, those of one time in the order they came
        self.lock = threading.RLock()  # of control threads; the audio thread takes none
        self.times = SlotTimes(host, self)
        self._notes = Notes(voices)
        self.seeded: int | None = None  # what `seed` was last given
        self._bends = Bends(voices)
        self._fixed = {name: self._describe_fixed(name) for name in self._controls}

    @property
    def plugin(self) -> Plugin:
        """What is loaded."""
        return self.voice.compiled.plugin

    @property
    def computed(self) -> str:
        """How it is computed, e.g. "int8, 2 threads, 4 voices"; threads and voices if several."""
        compiled = self.voice.compiled
        text = compiled.precision
        for count, what in ((compiled.threads, "threads"), (self.voices, "voices")):
            text += f", {count} {what}" if count > 1 else ""
        return text

    def __setitem__(self, name: str, value: float) -> None:
        self.set(name, value)

    def __getitem__(self, name: str) -> float:
        name = self.spec(name).name
        if self._is_generated(name):
            return self.followed(name)
        self._settle()
        return self._values[name]

    def has(self, name: str) -> bool:
        """Whether there is such a control."""
        return name in self._controls or control_name(name) in self._controls

    def values(self) -> dict[str, float]:
        """All controls, by name."""
        self._settle()
        return dict(self._values)

    def spec(self, name: str) -> Parameter:
        """Range, unit and default of a control.

        Raises:
            ControlError: there is none of that name.
        """
        return self._control(name).spec

    def set(
        self, name: str, value: float, *, at_ns: int | None = None, alone: bool = False
    ) -> float:
        """Move a control; returns the value after clamping.

        A generated parameter is taken over by that, unless it is to move `alone`. A change for
        later (`at_ns`, a `time.monotonic_ns()` time) counts as the value from then on.

        Raises:
            ControlError: unknown name, a value that is not finite, or too many events waiting.
        """
        spec = self._control(name).spec
        if not math.isfinite(value):
            raise ControlError(f"{spec.name}: {value} is not a finite number")
        value = float(value)
        self.times.at(at_ns, Slot._move, (spec.name, alone, value), subject=2)
        return spec.clamp(value)

    def _move(self, at_ns: int | None, name: str, alone: bool, value: float) -> None:
        """Move a control; the locks are held, as by all that `times.at` is given."""
        if not self._host.running:
            self.place(name, value, alone=alone)
        else:
            control = self._control(name)
            frame = self.times.frame_for(at_ns)
            for index, number in changes_of(self.plugin, control, value)[: 1 if alone else None]:
                self._push_at(index, number, frame)
            value = control.spec.clamp(value)
            if at_ns is not None and frame != sh.NOW and at_ns > time.monotonic_ns():
                insort(self._timed, _Timed(at_ns, name, value, alone), key=_time_of)
            else:
                self._settle()
                self._note_value(name, value, alone)
        self._host.notify(self.number, name, self.spec(name).clamp(value))

    def followed(self, name: str) -> float:
        """A generated parameter as it is now in the first voice, with its controls, in its unit."""
        spec = self.spec(name)
        low, high = spec.network_range
        at = self.voice.compiled.followed[spec.name]
        value: float = sh.read_value(self.voice.arena, at)
        return low + value * (high - low)

    def _is_generated(self, name: str) -> bool:
        return name in self.voice.compiled.followed

    def _note_value(self, name: str, value: float, alone: bool) -> None:
        self._values[name] = value
        if self._is_generated(name) and not alone:
            self._values[take_name(name)] = 1.0  # as `changes_of` does in the engine

    def _settle(self) -> None:
        """Take note of the timed changes that are due."""
        if not self._timed:
            return
        with self.lock:
            now_ns = time.monotonic_ns()
            while self._timed and self._timed[0].at_ns <= now_ns:
                change = self._timed.popleft()
                self._note_value(change.name, change.value, change.alone)

    def place(self, name: str, value: float, *, alone: bool = False) -> None:
        """Put a control at a value without a ramp; only before the audio thread has the voice."""
        control = self._control(name)
        name = control.spec.name
        changes = changes_of(self.plugin, control, value)[: 1 if alone else None]
        for index, number in changes:
            place_in_all(self.voice.compiled.program, self.voice.arena, index, number)
        self._note_value(name, control.spec.clamp(float(value)), alone)

    def note_on(
        self, note: float, velocity: float, *, source: Source = None, at_ns: int | None = None
    ) -> float:
        """Sound a note (MIDI number; velocity 0..1, 0 is a note-off) of a source.

        Returns the note that sounds: the nearest that the plugin's pitch reaches.
        """
        if velocity <= 0:
            self.note_off(note, source=source, at_ns=at_ns)
        else:
            self.times.at(at_ns, Slot._note_on, (note, velocity, source))
        return nearest_note(self.plugin, note)

    def note_off(self, note: float, *, source: Source = None, at_ns: int | None = None) -> None:
        """Release a source's note; one that is held and lost its voice to another sounds again."""
        self.times.at(at_ns, Slot._note_off, (note, source))

    def _note_on(self, at_ns: int | None, note: float, velocity: float, source: Source) -> None:
        self._change(self._notes.on(note, velocity, source), at_ns)

    def _note_off(self, at_ns: int | None, note: float, source: Source) -> None:
        self._change(self._notes.off(note, source), at_ns)

    def bend(self, semitones: float, *, source: Source = None, at_ns: int | None = None) -> None:
        """Bend the notes of a source, those to come as well; before the first note what sounds.

        No note is bent beyond the range of the plugin's pitch, and no knob moves.

        Raises:
            ControlError: not a finite number.
        """
        self._move_wheel("bend", semitones, -LARGEST_BEND, LARGEST_BEND, source, at_ns)

    def express(self, share: float, *, source: Source = None, at_ns: int | None = None) -> None:
        """Leave the notes of a source a share 0..1 of their amplitude above its minimum.

        Raises:
            ControlError: not a finite number.
        """
        self._move_wheel("expression", share, 0.0, 1.0, source, at_ns)

    def _move_wheel(
        self, wheel: str, value: float, low: float, high: float, source: Source, at_ns: int | None
    ) -> None:
        if not math.isfinite(value):
            raise ControlError(f"{wheel}: {value} is not a finite number")
        self.times.at(at_ns, Slot._wheel, (source, wheel, min(max(value, low), high)), subject=2)

    def _wheel(self, at_ns: int | None, source: Source, wheel: str, value: float) -> None:
        self._turn(self._bends.move(source, wheel, value), at_ns)

    def _turn(self, turns: list[Turn], at_ns: int | None) -> None:
        try:
            for turn in turns:
                self._push(self._target(WHEELS[turn.wheel], turn.voice), turn.value, at_ns)
        except ControlError:
            self._bends.lose(turns)
            raise

    def reset(self, *, at_ns: int | None = None) -> None:
        """Put the network where a note starts, and open the gate (of the first voice).

        Values stay, and what is taken over stays taken over.
        """
        self.times.at(at_ns, Slot._reset, ())

    def _reset(self, at_ns: int | None) -> None:
        self._notes.clear()
        self._bends.clear()
        self._push(TARGET_RESET, 0.0, at_ns)
        for voice in range(self.voices):
            self._push(self._target(GATE, voice), float(voice == 0), at_ns)

    def silence(self) -> None:
        """Forget all notes and what waits for its time, close the gate."""
        with self._host.lock, self.lock:
            self.times.forget()
            self._settle()
            self._timed.clear()
            self._push(TARGET_FORGET, 0.0, time.monotonic_ns())
            self._notes.clear()
            self._bends.forget()
            self._push(GATE, 0.0, None)
            self._push(GATE, 0.0, time.monotonic_ns())  # behind a note that is due by now

    def end_drone(self, *, at_ns: int | None = None) -> None:
        """Close the gate, unless notes are held: what sounds without any falls silent."""
        self.times.at(at_ns, Slot._end_drone, ())

    def _end_drone(self, at_ns: int | None) -> None:
        if not self._notes.held:
            self._push(GATE, 0.0, at_ns)

    def seed(self, seed: int, *, at_ns: int | None = None) -> None:
        """Restart the random numbers.

        Raises:
            ControlError: the seed is not in 0..2^53.
        """
        check_seed(seed, ControlError)
        self.times.at(at_ns, Slot._seed, (float(seed),))
        self.seeded = seed

    def _seed(self, at_ns: int | None, seed: float) -> None:
        self._push(TARGET_SEED, seed, at_ns)

    def resume(self, values: dict[str, float], *, drones: bool, seed: int | None) -> None:
        """Go on where a slot of an engine that ended was; before playing.

        Notes that were held are not held here, so nothing sounds but what sounded without a note.
        """
        for name, value in self._meant(values).items():
            self.place(name, value, alone=True)
        if not drones:
            place_in_all(self.voice.compiled.program, self.voice.arena, GATE, 0.0)
        if seed is not None:
            self.seed(seed)

    @property
    def drones(self) -> bool:
        """Whether it sounds without a note: as it was loaded, or since a reset."""
        row = HEADER_FLOATS + GATE * PARAMETER_FLOATS  # of the first voice
        return sh.read_value(self.voice.arena, row + TARGET) > 0 and not self._notes.held

    def take_values(self, other: "Slot") -> None:
        """Start from the values of another slot, where they mean the same; before playing.

        Those are the values of parameters that both have under the same name, in the same unit,
        and that are in range here, and the gain. Everything else is at its default. Of a parameter
        that is generated take, offset and scale come along; how a tier draws (temperature, top_k,
        top_p, beta) does not: it belongs to the plugin. Wheels of players stay where they are.
        """
        self._bends.follow(other._bends)
        for wheel, row in WHEELS.items():
            value = getattr(self._bends.drone, wheel)
            place_in_all(self.voice.compiled.program, self.voice.arena, row, value)
        for name, value in self._meant(other.values()).items():
            if self._means_the_same(name, other) and self.spec(name).clamp(value) == value:
                self.place(name, value, alone=True)

    def _means_the_same(self, name: str, other: "Slot") -> bool:
        """Whether a control is that of the other slot. NAME.take and so on go with NAME."""
        base, _, part = name.partition(".")
        if (part or name) in SAMPLING or not other.has(base):
            return False
        mine, theirs = self.spec(base), other.spec(base)
        if (mine.unit, mine.labels) != (theirs.unit, theirs.labels):
            return False
        if self._is_generated(base) != other._is_generated(base):
            return False
        # What was taken over at a value that this plugin cannot have is let go.
        return part != "take" or mine.clamp(other._values[base]) == other._values[base]

    def restore(self, values: dict[str, float]) -> list[str]:
        """Move all controls to values stored before; the names of those that there are not here.

        One that is out of range here is moved into it, and that is logged.
        """
        for name, value in self._meant(values).items():
            applied = self.set(name, value, alone=True)
            if applied != value:
                text = "slot %d: %s: %g is out of range: clamped to %g"
                log.warning(text, self.number, name, value, applied)
        return [name for name in values if name not in self._controls]

    def _meant(self, values: dict[str, float]) -> dict[str, float]:
        """Those of stored values that this plugin has.

        What was the plain knob of another plugin is not meant for a parameter that is generated.
        """
        return {
            name: value
            for name, value in values.items()
            if name in self._controls
            and (not self._is_generated(name) or take_name(name) in values)
        }

    def describe(self) -> dict[str, Any]:
        """See `rtsynth.host.protocol.Controls.describe`."""
        self._settle()
        plugin = self.plugin
        rows = {name: fixed | self._describe_now(name) for name, fixed in self._fixed.items()}
        own = {parameter.name for parameter in plugin.parameters}
        return {
            "slot": self.number,
            "plugin": plugin.name,
            "description": plugin.manifest.description,
            "sample_rate_hz": plugin.sample_rate_hz,
            "path": str(plugin.path or ""),
            "precision": self.voice.compiled.precision,
            "threads": self.voice.compiled.threads,
            "voices": self.voices,
            "parameters": [row for name, row in rows.items() if name in own],
            "controls": [row for name, row in rows.items() if name not in own],
        }

    def _describe_fixed(self, name: str) -> dict[str, Any]:
        """What is to be said about a control and never changes."""
        manifest, spec = self.plugin.manifest, self._controls[name].spec
        if name not in {parameter.name for parameter in manifest.parameters}:
            # There are three for every generated parameter: without what goes without saying.
            return spec.model_dump(include=DESCRIBED, exclude_defaults="." in name)
        fixed = spec.model_dump(include=DESCRIBED | ({"labels"} if spec.labels else set()))
        # The block's share, and that of what is computed ahead, are added when the device plays.
        fixed |= {
            "generated": self._is_generated(name),
            "reaction_ms": reaction_ms(manifest, name),
        }
        if self._is_generated(name):
            tier = manifest.generated[name]
            fixed |= {
                "tier": tier.name,
                "rate_hz": tier.rate_hz,
                "upsampling": self._controls[name].spec.upsampling,
                "delay_ms": round(delay_ms(manifest, name), 2),
            }
        return fixed

    def _describe_now(self, name: str) -> dict[str, Any]:
        """What is to be said about a control and changes."""
        now: dict[str, Any] = {"value": self._values[name]}
        fixed = self._fixed[name]
        if "reaction_ms" in fixed:
            delay_ms = 1000.0 * self._host.core.delay_frames / self._host.rate_hz
            now["reaction_ms"] = round(fixed["reaction_ms"] + delay_ms, 2)
        if self._is_generated(name):
            taken = self._values[take_name(name)] > 0
            now |= {"taken": taken, "followed": self.followed(name)}
        return now

    def _control(self, text: str) -> Control:
        """The control of a name, in any spelling that `control_names` understands."""
        control = self._controls.get(text) or self._controls.get(control_name(text))
        if control is None:
            raise ControlError(unknown_control(text, self.plugin.name, self._controls))
        return control

    def _change(self, change: Change | None, at_ns: int | None) -> None:
        if change is None:
            return
        gate = self._target(GATE, change.voice)
        if change.note is None:
            self._push(gate, 0.0, at_ns)
            return
        self._turn(self._bends.begin(change.voice, change.source), at_ns)
        for parameter in self.plugin.parameters:
            if parameter.role == "pitch":
                self._play(parameter, change.note, change.voice, at_ns)
            elif parameter.role == "amplitude":
                value = parameter.value_at(change.velocity)
                self._play(parameter, value, change.voice, at_ns)
        self._push(gate, 1.0, at_ns)

    def _play(self, spec: Parameter, value: float, voice: int, at_ns: int | None) -> None:
        """Move what a note moves: the control itself, or with several voices that of its voice."""
        if self.voices == 1:
            self._move(at_ns, spec.name, False, value)
            return
        for index, number in changes_of(self.plugin, self._controls[spec.name], value):
            self._push(self._target(index, voice), number, at_ns)
        if self._is_generated(spec.name):
            self._values[take_name(spec.name)] = 1.0

    def _target(self, target: int, voice: int) -> int:
        return target if self.voices == 1 else voice_target(target, voice)

    def _push(self, target: int, value: float, at_ns: int | None) -> None:
        self._push_at(target, value, self.times.frame_for(at_ns))

    def _push_at(self, target: int, value: float, frame: int) -> None:
        if not self._host.core.push(self.voice, target, value, frame):
            raise ControlError("too many changes at once; this one was dropped")
