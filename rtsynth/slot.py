"""A loaded plugin as a performer sees it: named values, notes, reset."""

import threading
from typing import TYPE_CHECKING, Any

from rtsynth.audio.null import DEFAULT_BLOCK
from rtsynth.engine import shared as sh
from rtsynth.engine.controls import Control, changes_of, controls_of, place_in_all
from rtsynth.engine.core import Voice
from rtsynth.engine.layout import GATE, TARGET_RESET, TARGET_SEED, voice_target
from rtsynth.engine.reaction import delay_ms, reaction_ms
from rtsynth.engine.table import take_name
from rtsynth.errors import ControlError, InputError
from rtsynth.notes import Change, Notes
from rtsynth.plugin import Parameter, Plugin

if TYPE_CHECKING:
    from rtsynth.host import Host

LARGEST_SEED = 2**53  # what a float64 holds exactly
DESCRIBED = {"name", "minimum", "maximum", "default", "unit", "curve", "role", "description"}


class Slot:
    """`slot["pitch"] = 69` moves a parameter; `slot["pitch"]` is where it is moving to."""

    def __init__(self, host: "Host", number: int, voice: Voice, voices: int = 1) -> None:
        self.number = number
        self.voices = voices
        self.voice = voice
        self._host = host
        self._controls: dict[str, Control] = {
            control.spec.name: control for control in controls_of(voice.compiled.plugin)
        }
        self._values = {name: control.spec.default for name, control in self._controls.items()}
        self._lock = threading.RLock()  # of control threads; the audio thread takes none
        self._notes = Notes(voices)
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
        self.spec(name)
        return self.followed(name) if self._is_generated(name) else self._values[name]

    def has(self, name: str) -> bool:
        """Whether there is such a control."""
        return name in self._controls

    def values(self) -> dict[str, float]:
        """All controls, by name."""
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

        A generated parameter is taken over by that, unless it is to move `alone`.

        Raises:
            ControlError: unknown name, a value that is not finite, or too many events waiting.
        """
        control = self._control(name)
        try:
            changes = changes_of(self.plugin, control, value)[: 1 if alone else None]
        except InputError as error:
            raise ControlError(str(error)) from error
        clamped = control.spec.clamp(float(value))
        # Under locks, so that what `get` says last is what the engine was told last, and that
        # nothing starts to play while a value is put in its place.
        with self._host.lock, self._lock:
            if self._host.running:
                for index, number in changes:
                    self._push(index, number, at_ns)
                self._note_value(name, clamped, alone)
            else:
                self.place(name, value, alone=alone)
        self._host.notify(self.number, name, clamped)
        return clamped

    def followed(self, name: str) -> float:
        """A generated parameter as it is now in the first voice, with its controls, in its unit."""
        low, high = self.spec(name).network_range
        at = self.voice.compiled.followed[name]
        value: float = sh.read_value(self.voice.arena, at)  # type: ignore[no-untyped-call]
        return low + value * (high - low)

    def _is_generated(self, name: str) -> bool:
        return name in self.voice.compiled.followed

    def _note_value(self, name: str, value: float, alone: bool) -> None:
        self._values[name] = value
        if self._is_generated(name) and not alone:
            self._values[take_name(name)] = 1.0  # as `changes_of` does in the engine

    def place(self, name: str, value: float, *, alone: bool = False) -> None:
        """Put a control at a value without a ramp; only before the audio thread has the voice."""
        control = self._control(name)
        changes = changes_of(self.plugin, control, value)[: 1 if alone else None]
        for index, number in changes:
            place_in_all(self.voice.compiled.program, self.voice.arena, index, number)
        self._note_value(name, control.spec.clamp(float(value)), alone)

    def note_on(self, note: float, velocity: float, *, at_ns: int | None = None) -> None:
        """Sound a note (MIDI number; velocity 0..1, 0 is a note-off)."""
        if velocity <= 0:
            self.note_off(note, at_ns=at_ns)
            return
        with self._host.lock, self._lock:  # in this order everywhere
            self._change(self._notes.on(note, velocity), at_ns)

    def note_off(self, note: float, *, at_ns: int | None = None) -> None:
        """Release a note; one that is held and lost its voice to another sounds again."""
        with self._host.lock, self._lock:
            self._change(self._notes.off(note), at_ns)

    def reset(self, *, at_ns: int | None = None) -> None:
        """Put the network where a note starts, and open the gate (of the first voice)."""
        with self._host.lock, self._lock:
            self._notes.clear()
            self._push(TARGET_RESET, 0.0, at_ns)
            for voice in range(self.voices):
                self._push(self._target(GATE, voice), float(voice == 0), at_ns)

    def silence(self) -> None:
        """Forget all notes, close the gate."""
        with self._host.lock, self._lock:
            self._notes.clear()
            self._push(GATE, 0.0, None)

    def seed(self, seed: int, *, at_ns: int | None = None) -> None:
        """Restart the random numbers.

        Raises:
            ControlError: the seed is not in 0..2^53.
        """
        if not 0 <= seed <= LARGEST_SEED:
            raise ControlError(f"seed {seed}: seeds are whole numbers from 0 to 2^53")
        self._push(TARGET_SEED, float(seed), at_ns)

    def take_values(self, other: "Slot") -> None:
        """Start from the values of another slot, where both have the control; before playing."""
        for name, value in self._meant(other._values).items():
            if name not in ("temperature", "top_k", "top_p"):
                self.place(name, value, alone=True)

    def restore(self, values: dict[str, float]) -> None:
        """Move all controls to values stored before (those that still exist)."""
        for name, value in self._meant(values).items():
            self.set(name, value, alone=True)

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
        """See `rtsynth.control.engine.Controls.describe`."""
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
        fixed = spec.model_dump(include=DESCRIBED)
        # The block's share is added later: its size is known when the device plays.
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
            block = self._host.core.counter(sh.BLOCK_FRAMES) or DEFAULT_BLOCK
            block_ms = 1000.0 * block / self._host.rate_hz  # every change is heard a block late
            now["reaction_ms"] = round(fixed["reaction_ms"] + block_ms, 2)
        if self._is_generated(name):
            taken = self._values[take_name(name)] > 0
            now |= {"taken": taken, "followed": self.followed(name)}
        return now

    def _control(self, name: str) -> Control:
        if name not in self._controls:
            known = ", ".join(self._controls)
            raise ControlError(f"parameter {name!r} is unknown; {self.plugin.name} has {known}")
        return self._controls[name]

    def _change(self, change: Change | None, at_ns: int | None) -> None:
        if change is None:
            return
        gate = self._target(GATE, change.voice)
        if change.note is None:
            self._push(gate, 0.0, at_ns)
            return
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
            self.set(spec.name, value, at_ns=at_ns)
            return
        for index, number in changes_of(self.plugin, self._controls[spec.name], value):
            self._push(self._target(index, voice), number, at_ns)
        if self._is_generated(spec.name):
            self._values[take_name(spec.name)] = 1.0

    def _target(self, target: int, voice: int) -> int:
        return target if self.voices == 1 else voice_target(target, voice)

    def _push(self, target: int, value: float, at_ns: int | None) -> None:
        frame = self._host.frame_for(at_ns)
        if not self._host.core.push(self.voice, target, value, frame):
            raise ControlError("too many changes at once; this one was dropped")
