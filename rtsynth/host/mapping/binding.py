"""Bindings: a physical control of a device, what it moves, and how far.

Nothing here knows a protocol's bytes: a surface says which control went where.
"""

import math
import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from rtsynth.common import knob
from rtsynth.common.control_info import ControlInfo
from rtsynth.common.plain_text import plain

CC, CC14, NRPN, PRESSURE, KEY_PRESSURE = "cc", "cc14", "nrpn", "pressure", "key-pressure"
BEND, NOTE, PROGRAM = "bend", "note", "program"
_NAMES = {
    CC: "CC {}",
    CC14: "CC {} (14 bits)",
    NRPN: "NRPN {}",
    PRESSURE: "pressure",
    KEY_PRESSURE: "key pressure",
    BEND: "pitch bend",
    NOTE: "note {}",
    PROGRAM: "program {}",
}
KINDS = tuple(_NAMES)
JUMP, PICKUP, SCALED = TAKEOVERS = ("jump", "pickup", "scaled")
POSITION, MOMENTARY, TOGGLE = MODES = ("position", "momentary", "toggle")
_ALSA_NUMBERS = re.compile(r" \d+:\d+(?= #\d+$|$)")  # client and port: others at every start
_LONGEST_PORT = 200

Curve = Callable[[float, float, float], float]


class Physical(NamedTuple):
    """A control of a device. A channel (1..16) or port of None stands for any.

    `port` is part of the name of a port, in any case.
    """

    kind: str
    number: int = 0
    channel: int | None = None
    port: str | None = None

    @property
    def text(self) -> str:
        """For people: CC 21, channel 1, nanoKONTROL2."""
        parts = [_NAMES[self.kind].format(self.number)]
        if self.channel is not None:
            parts.append(f"channel {self.channel}")
        if self.port:
            parts.append(self.port)
        return ", ".join(parts)

    def includes(self, moved: "Physical") -> bool:
        """Whether a control that moved, of a known channel and port, is meant."""
        return (
            (self.kind, self.number) == (moved.kind, moved.number)
            and self.channel in (None, moved.channel)
            and (self.port or "").casefold() in (moved.port or "").casefold()
        )


class Move(NamedTuple):
    """A control went to a position 0..1; `value` is what it sent, 0..127.

    A note is at its velocity, and at 0 when it is released. A program change is at 1.
    """

    control: Physical
    position: float
    value: int

    @property
    def is_pressed(self) -> bool:
        """Of a control that is used as a switch."""
        return self.value > 0 if self.control.kind == NOTE else self.position >= 0.5


def stable_name(port: str) -> str:
    """The name of a port without what differs from start to start, fit for a file."""
    return plain(_ALSA_NUMBERS.sub("", port), _LONGEST_PORT)


def _volume(position: float, minimum: float, maximum: float) -> float:
    """Decibel: 40 log10(position) below the maximum. Source: General MIDI Level 1, MMA RP-003."""
    return minimum if position <= 0 else max(minimum, maximum + 40 * math.log10(position))


CURVES: dict[str, Curve] = {
    "linear": partial(knob.value_at, curve="linear"),
    "exponential": partial(knob.value_at, curve="exponential"),
    "volume": _volume,
}


def _share(value: float, minimum: float, maximum: float) -> float:
    return (value - minimum) / (maximum - minimum)


def _log_share(value: float, minimum: float, maximum: float) -> float:
    return math.log(value / minimum) / math.log(maximum / minimum) if value > 0 else 0.0


def _loudness(value: float, minimum: float, maximum: float) -> float:
    return 0.0 if value <= minimum else float(10 ** (min(0.0, value - maximum) / 40))


_INVERSES: dict[str, Curve] = {
    "linear": _share,
    "exponential": _log_share,
    "volume": _loudness,
}


class Binding(NamedTuple):
    """What a physical control moves. A range of None is the target's own, by its own curve.

    A `target` is the name of a control, or an action: see `rtsynth.host.mapping.actions`. A `slot`
    of None is the one that the control's channel plays, 0 the master. `relative` names the encoding
    of an encoder that sends steps, "" is a control that sends positions; `step` is the share of the
    range that one step moves, None for a 127th, or one class.
    """

    target: str
    physical: Physical
    slot: int | None = None
    span: tuple[float, float] | None = None
    curve: str = "linear"
    takeover: str = JUMP
    relative: str = ""
    step: float | None = None
    origin: str = ""  # the file and entry it was read from
    mode: str = ""  # what a press does, of MODES; "" is MOMENTARY for a note, else POSITION

    @property
    def way(self) -> str:
        """What a press does, of MODES."""
        return self.mode or (MOMENTARY if self.physical.kind == NOTE else POSITION)

    def value_at(self, position: float) -> float | None:
        """The value at a position 0..1; None leaves it to the target."""
        return None if self.span is None else CURVES[self.curve](position, *self.span)

    def position_of(self, value: float, target: ControlInfo) -> float:
        """The position 0..1 that stands for a value of the target; the nearest for one beyond."""
        if self.span is None:
            return knob.position_of(value, target.minimum, target.maximum, target.curve)
        if self.span[0] == self.span[1]:
            return 0.0
        return knob.clamp(_INVERSES[self.curve](value, *self.span), 0.0, 1.0)
