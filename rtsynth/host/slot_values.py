"""Where the controls of a slot are: the one place for it on the control threads' side.

(The audio thread has its own copy, in the units of its table, a block later; only what it generates
by itself is read from there.)
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.control_names import (
    SAMPLING_CONTROLS,
    TEMPO_CONTROL,
    TEMPO_ELSEWHERE,
    control_name,
    unknown_control,
)
from rtsynth.common.errors import ControlError
from rtsynth.compiler.control_info import control_infos
from rtsynth.compiler.controls import Control, changes_of, controls_of, place_in_all
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.table import take_name
from rtsynth.host.given import Given
from rtsynth.host.voice import Voice

# How a tier draws: every plugin's own choice.
SAMPLING = (*SAMPLING_CONTROLS, "beta")

Publish = Callable[[ControlInfo, float, int | None], None]


class _Timed(NamedTuple):
    """A value that the engine has been given, to take effect at a `time.monotonic_ns()` time."""

    at_ns: int
    name: str
    value: float
    alone: bool


class SlotValues:
    """The controls of a plugin and their values; its methods are called with the slot's lock held.

    Args:
        publish: called with a control, its new value, and its time if it was timed.
    """

    def __init__(self, voice: Voice, publish: Publish) -> None:
        self._voice = voice
        self._plugin = plugin = voice.compiled.plugin
        self._publish = publish
        self._controls = {control.spec.name: control for control in controls_of(plugin)}
        self.infos = control_infos(plugin)
        self.generated = frozenset(plugin.manifest.generated)
        self._values = {name: control.spec.default for name, control in self._controls.items()}
        self._timed: Given[_Timed] = Given()

    def go_on_with(self, voice: Voice) -> None:
        """They are those of a voice with the same controls from now on."""
        self._voice, self._plugin = voice, voice.compiled.plugin

    def __contains__(self, text: str) -> bool:
        return text in self._controls or control_name(text) in self._controls

    def control(self, text: str) -> Control:
        """The control of a name, in any spelling that `control_names` understands.

        Raises:
            ControlError: there is none.
        """
        control = self._controls.get(text) or self._controls.get(control_name(text))
        if control is None:
            raise ControlError(unknown_control(text, self._plugin.name, self._controls))
        return control

    def movable(self, text: str) -> Control:
        """The same, of a control that is moved here.

        Raises:
            ControlError: there is none, or the engine moves it in all slots.
        """
        control = self.control(text)
        if self.infos[control.spec.name].read_only:
            raise ControlError(f"{TEMPO_ELSEWHERE}: set it with /tempo")
        return control

    def moves(self, text: str) -> bool:
        """Whether there is a control of that name that is moved here."""
        return text in self and not self.infos[self.control(text).spec.name].read_only

    def keep_tempo(self, tempo_bpm: float) -> None:
        """The tempo that the slot was given; published as the engine's, see `host.transport`."""
        if not self.moves(TEMPO_CONTROL):
            self._values[TEMPO_CONTROL] = tempo_bpm

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def at(self, name: str, at_ns: int | None) -> float:
        """Where a control is at a `time.monotonic_ns()` time, None for now, as far as is known."""
        self.settle()
        if at_ns is None:
            return self._values[name]
        due = [
            change.value for change in self._timed if change.name == name and change.at_ns <= at_ns
        ]
        return due[-1] if due else self._values[name]

    def all(self) -> dict[str, float]:
        """All values, by name."""
        return dict(self._values)

    def own(self) -> dict[str, float]:
        """Those that are moved here, by name."""
        return {n: value for n, value in self._values.items() if not self.infos[n].read_only}

    @property
    def taken(self) -> frozenset[str]:
        """The generated parameters that are overridden."""
        return frozenset(name for name in self.generated if self._values[take_name(name)] > 0)

    def put(self, name: str, value: float, *, alone: bool, at_ns: int | None = None) -> None:
        """A control has a value; a generated parameter is overridden by that unless `alone`."""
        self._change(name, value, at_ns)
        if not alone:
            self.take_over(name, at_ns)

    def take_over(self, name: str, at_ns: int | None) -> None:
        """Note that a parameter is overridden, if it is a generated one."""
        if name in self.generated:
            self._change(take_name(name), 1.0, at_ns)  # as `changes_of` does in the engine

    def _change(self, name: str, value: float, at_ns: int | None) -> None:
        if self._values[name] != value:
            self._values[name] = value
            self._publish(self.infos[name], value, at_ns)

    def put_later(self, name: str, value: float, *, alone: bool, at_ns: int) -> None:
        """A control has a value from a time on."""
        self._timed.put(_Timed(at_ns, name, value, alone))

    @property
    def waits(self) -> bool:
        """Whether there are values for later; needs no lock."""
        return bool(self._timed)

    def settle(self, now_ns: int | None = None) -> None:
        """Take note of the timed values that are due."""
        now_ns = time.monotonic_ns() if now_ns is None else now_ns
        for change in self._timed.due(now_ns):
            self.put(change.name, change.value, alone=change.alone, at_ns=change.at_ns)

    def forget(self, now_ns: int) -> None:
        """Drop the timed values that are not due yet."""
        self.settle(now_ns)
        self._timed.clear()

    def place(self, name: str, value: float, *, alone: bool = False) -> None:
        """Put a control at a value without a ramp; only before the audio thread has the voice."""
        control = self.movable(name)
        for row, number in changes_of(self._plugin, control, value)[: 1 if alone else None]:
            self.place_row(row, number)
        self.put(control.spec.name, control.spec.clamp(float(value)), alone=alone)

    def place_row(self, row: int, value: float) -> None:
        """The same for a row of the table that is no control."""
        place_in_all(self._voice.compiled.program, self._voice.arena, row, value)

    def place_all(self, values: dict[str, float]) -> None:
        """Place stored values, as far as this plugin has them."""
        for name, value in self.meant(values).items():
            self.place(name, value, alone=True)

    def take_from(self, other: "SlotValues") -> None:
        """Place the values of another plugin that mean the same here; see `Slot.take_values`."""
        for name, value in self.meant(other.all()).items():
            if self._means_the_same(name, other) and self.control(name).spec.clamp(value) == value:
                self.place(name, value, alone=True)

    def followed(self) -> dict[str, float]:
        """Generated parameters as the first voice, as it is heard now, has them."""
        return self._followed([name for name in self.infos if name in self.generated])

    def followed_at(self, name: str) -> float:
        """One of `followed`, by its own name, in its unit."""
        return self._followed([name])[name]

    def _followed(self, names: list[str]) -> dict[str, float]:
        arena, found = self._voice.heard(), {}
        for name in names:
            low, high = self._controls[name].spec.network_range
            value = sh.read_value(arena, self._voice.compiled.followed[name])
            found[name] = low + value * (high - low)
        return found

    def meant(self, values: dict[str, float]) -> dict[str, float]:
        """Those of stored values that this plugin has.

        What was the plain knob of another plugin is not meant for a parameter that is generated.
        """
        return {
            name: value
            for name, value in values.items()
            if self.moves(name) and (name not in self.generated or take_name(name) in values)
        }

    def _means_the_same(self, name: str, other: "SlotValues") -> bool:
        """Whether a control is that of the other plugin. NAME.take and so on go with NAME."""
        base, _, part = name.partition(".")
        if (part or name) in SAMPLING or base not in other:
            return False
        mine, theirs = self.control(base).spec, other.control(base).spec
        if (mine.unit, mine.labels) != (theirs.unit, theirs.labels):
            return False
        if (base in self.generated) != (base in other.generated):
            return False
        # An override at a value that this plugin cannot have is released.
        return part != "take" or mine.clamp(other[base]) == other[base]
