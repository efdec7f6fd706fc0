"""The mixer: pan, mute and solo of every slot, level and DC blocker of what they add up to.

A slot's fader is its `gain`, a control of the slot. What is here belongs to the number of a slot,
whatever is loaded there; number 0 is the master. To everybody else they are controls like those of
a slot: `Playing` routes what is called mixer.pan, or is of the master, here (`own_name`).
"""

import math
import threading
import time
from typing import Any, NamedTuple

from rtsynth.common import knob
from rtsynth.common.control_info import MASTER, SWITCH, ControlInfo, Owner, Place
from rtsynth.common.control_names import mixer_name, strip_name
from rtsynth.common.errors import ControlError, InputError
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.strips import aim_all
from rtsynth.engine.program.layout import TARGET_FORGET
from rtsynth.engine.program.table import SILENCE_DB
from rtsynth.host.changes import ValueChange
from rtsynth.host.given import Given
from rtsynth.host.slot_times import SlotTimes
from rtsynth.host.stage import Stage

State = dict[str, dict[str, float]]  # {number of a slot as text, "0" the master: {name: value}}


def _switch(name: str, description: str) -> ControlInfo:
    return ControlInfo(
        name, 0.0, 1.0, 0.0, role="class", labels=SWITCH, description=description,
        owner=Owner.MIXER,
    )  # fmt: skip


STRIP_CONTROLS = {
    "pan": ControlInfo(
        mixer_name("pan"),
        -1.0,
        1.0,
        0.0,
        role="pan",
        description="-1 left, 0 centre, 1 right, at constant power",
        owner=Owner.MIXER,
    ),
    "mute": _switch(mixer_name("mute"), "1 takes the slot out of the mix"),
    "solo": _switch(
        mixer_name("solo"), "1 lets only this slot, and others that are soloed, into the mix"
    ),
}
MASTER_CONTROLS = {
    "gain": ControlInfo(
        "gain",
        SILENCE_DB,
        12.0,
        0.0,
        "dB",
        description="level of the mix; -60 is silence",
        owner=Owner.MIXER,
    ),
    "dc_block": _switch("dc_block", "1 takes the offset off the mix (below 5 Hz)"),
}
SWITCHED = 0.5  # from here on a switch is on
_PLACES = {"pan": sh.PAN, "mute": sh.MUTE, "solo": sh.SOLO}
_MASTER_PLACES = {"gain": sh.MASTER_LEVEL, "dc_block": sh.DC_BLOCK}


class _Timed(NamedTuple):
    """A value that the engine has been given, to take effect at a `time.monotonic_ns()` time."""

    at_ns: int
    number: int
    name: str
    value: float


def own_name(number: int, name: str) -> str | None:
    """What the mixer calls a control of a slot or the MASTER; None for what is not the mixer's."""
    own = strip_name(name)
    return name if own is None and number == MASTER else own


def controls_of(number: int) -> dict[str, ControlInfo]:
    """What can be moved of a slot from 1 on, or of the MASTER.

    Raises:
        ControlError: there is no such slot.
    """
    if number == MASTER:
        return MASTER_CONTROLS
    if not 1 <= number <= sh.MAX_SLOTS:
        raise ControlError(f"slot {number}: slots are 1 to {sh.MAX_SLOTS}")
    return STRIP_CONTROLS


def _control(number: int, name: str) -> ControlInfo:
    controls = controls_of(number)
    if name not in controls:
        whose = "the master" if number == MASTER else f"slot {number}"
        raise ControlError(f"the mixer has no {name!r} of {whose}; there are {', '.join(controls)}")
    return controls[name]


def _fit(control: ControlInfo, value: float) -> float:
    """A value as the control takes it: in its range, and of a switch 0 or 1."""
    if control.is_switch:
        return float(value >= SWITCHED)
    return min(max(float(value), control.minimum), control.maximum)


def _setting(number: int, name: str, value: float) -> tuple[int, float]:
    """The place in `shared.Mixer.settings` of a control, and what stands there for a value."""
    if number != MASTER:
        return (number - 1) * sh.STRIP + _PLACES[name], value
    if name == "gain":
        value = 0.0 if value <= SILENCE_DB else 10.0 ** (value / 20.0)
    return _MASTER_PLACES[name], value


class Mixer:
    """The mixer's controls; any thread may call anything. `at_ns` as in `protocol.Controls`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._lock = threading.RLock()
        self.times = SlotTimes(stage, MASTER, stage.core.mixer_has_room, self._lock, self)
        self._values: dict[tuple[int, str], float] = {}  # what is not at its default, or was
        self._timed: Given[_Timed] = Given()

    def set(self, number: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        """Move a control of a slot or of the MASTER; returns the value after clamping.

        Raises:
            ControlError: no such slot or name, not a finite number, or too many changes wait.
        """
        control = _control(number, name)
        if not math.isfinite(value):
            raise ControlError(f"{name}: {value} is not a finite number")
        value = _fit(control, value)
        self.times.at(at_ns, Mixer._move, (number, name, value), subject=2)
        return value

    def set_norm(
        self, number: int, name: str, position: float, *, at_ns: int | None = None
    ) -> float:
        """Move a control to a knob position 0..1; returns the value there.

        Raises:
            ControlError: as `set`.
        """
        control = _control(number, name)
        value = knob.value_at(position, control.minimum, control.maximum, control.curve)
        return self.set(number, name, value, at_ns=at_ns)

    def describe(self, number: int) -> Place:
        """What can be moved of a slot, or of the MASTER, and where it is."""
        controls = controls_of(number)
        values = {control.name: self.get(number, name) for name, control in controls.items()}
        return Place(number=number, controls=tuple(controls.values()), values=values)

    def get(self, number: int, name: str) -> float:
        """Where a control is or is moving to; timed changes count from their time on.

        Raises:
            ControlError: no such slot or name.
        """
        control = _control(number, name)
        self.settle()
        return self._values.get((number, name), control.default)

    @property
    def panned(self) -> bool:
        """Whether left and right may differ: a slot is not at the centre."""
        self.settle()
        return any(
            value != 0.0 for (_, name), value in self._values.copy().items() if name == "pan"
        )

    def settle(self) -> None:
        """Take note of the timed changes that are due, and publish them."""
        if self._timed:
            with self._lock:
                self._settle(time.monotonic_ns())

    def _settle(self, now_ns: int) -> None:
        for change in self._timed.due(now_ns):
            self._put(change.number, change.name, change.value, change.at_ns)

    def forget(self) -> None:
        """Drop the changes that wait for their time."""
        with self._stage.lock, self._lock:
            now_ns = time.monotonic_ns()
            self.drop_later(now_ns)
            # What is due by now counts already: the engine drops what is for later.
            self._stage.core.push_setting(TARGET_FORGET, 0.0, self.times.frame_for(now_ns))

    def drop_later(self, now_ns: int) -> None:
        """Drop, on this side of the engine, what is for a later time than `now_ns`."""
        with self._stage.lock, self._lock:
            self.times.forget()
            self._settle(now_ns)
            self._timed.clear()

    def read(self) -> State:
        """Everything that is not at its default, for `restore`."""
        self.settle()
        state: State = {}
        for (number, name), value in sorted(self._values.copy().items()):
            if value != controls_of(number)[name].default:
                state.setdefault(str(number), {})[name] = value
        return state

    def restore(self, data: Any) -> list[str]:
        """Move every control to where it was; what is not named goes to its default.

        Raises:
            InputError: it is no state of a mixer; nothing has moved.
        """
        wanted = _checked(data)
        for number in range(sh.MAX_SLOTS + 1):
            for name, control in controls_of(number).items():
                value = wanted.get((number, name), control.default)
                if self.get(number, name) != value:
                    self.set(number, name, value)
        return []

    def _move(self, at_ns: int | None, number: int, name: str, value: float) -> None:
        if not self._stage.running:
            self._place(*_setting(number, name, value))
            self._put(number, name, value, at_ns)
            return
        frame = self.times.frame_for(at_ns)
        if not self._stage.core.push_setting(*_setting(number, name, value), frame):
            raise ControlError("too many changes at once; this one was dropped")
        self.settle()
        if at_ns is not None and frame != sh.NOW and at_ns > time.monotonic_ns():
            self._timed.put(_Timed(at_ns, number, name, value))
        else:
            self._put(number, name, value, at_ns)

    def _place(self, place: int, value: float) -> None:
        """Put a setting, and the gains, where they are to be, while nothing plays."""
        mixer = self._stage.core.mixer
        mixer.settings[place] = value
        aim_all(mixer, 0)

    def _put(self, number: int, name: str, value: float, at_ns: int | None) -> None:
        control = controls_of(number)[name]
        if self._values.get((number, name), control.default) != value:
            self._values[number, name] = value
            self._stage.publish(ValueChange(number, control, value, at_ns))


def _checked(state: Any) -> dict[tuple[int, str], float]:
    """The values in what a file holds as a mixer's state."""
    known = {str(number): number for number in range(sh.MAX_SLOTS + 1)}
    if not isinstance(state, dict):
        raise InputError("not a table of slots")
    values = {}
    for text, strip in state.items():
        if text not in known or not isinstance(strip, dict):
            raise InputError(f"{str(text)[:20]!r} is no slot, 0 (the master) to {sh.MAX_SLOTS}")
        controls = controls_of(known[text])
        for name, value in strip.items():
            control = controls.get(name)
            number = float(value) if type(value) in (int, float) else math.nan
            if control is None or not _is_in_range(control, number):
                raise InputError(f"slot {text}: {str(name)[:40]!r}: not a number in its range")
            values[known[text], name] = number
    return values


def _is_in_range(control: ControlInfo, value: float) -> bool:
    return control.minimum <= value <= control.maximum and _fit(control, value) == value
