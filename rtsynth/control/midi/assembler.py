"""MIDI messages as moves of physical controls: controllers, NRPN, pressure, bend, notes, programs.

A pair of controllers is n and n + 32 (MIDI 1.0): the first sets the second to zero, each is applied
as it comes. A non-registered parameter is selected by CC 99 and 98, CC 6 and 38 then are its value
and 96 and 97 one step more or less; CC 101 and 100 select a registered one instead, whose data are
no move of a control.
"""

import mido

from rtsynth.control.midi.channel import (
    DATA,
    DATA_FINE,
    NRPN_FINE,
    NRPN_SELECT,
    RPN,
    RPN_FINE,
    bend_position,
)
from rtsynth.host.mapping.binding import (
    BEND,
    CC,
    CC14,
    KEY_PRESSURE,
    NOTE,
    NRPN,
    PRESSURE,
    PROGRAM,
    Move,
    Physical,
)

INCREMENT, DECREMENT = 96, 97
FIRST_MODE = 120  # channel mode messages are no controls
_COARSE = 127.0
MOST_PARAMETERS = 1000
HIGHEST = 16_383  # of 14 bits; as a number it selects no parameter


class _Halves:
    """What a channel has sent of values that come in two halves."""

    def __init__(self) -> None:
        self.controllers: dict[int, int] = {}  # 14 bits, by the number of the first half
        self.number: int | None = None  # the selected non-registered parameter
        self.values: dict[int, int] = {}  # 14 bits, by parameter


class Assembler:
    """Of one port, whose name is given."""

    def __init__(self, port: str) -> None:
        self._port = port
        self._halves = [_Halves() for _ in range(16)]

    def moves(self, message: mido.Message) -> list[Move]:
        """What a message moves, under every name that it has, the finest first."""
        if message.type == "control_change":
            return self._controller(message.channel, message.control, message.value)
        if message.type == "pitchwheel":
            share = (1.0 + bend_position(message.pitch)) / 2.0
            physical = Physical(BEND, 0, message.channel + 1, self._port)
            return [Move(physical, share, round(share * _COARSE))]
        if message.type in ("note_on", "note_off"):
            velocity = message.velocity if message.type == "note_on" else 0
            physical = Physical(NOTE, message.note, message.channel + 1, self._port)
            return [Move(physical, velocity / _COARSE, velocity)]
        if message.type == "program_change":
            physical = Physical(PROGRAM, message.program, message.channel + 1, self._port)
            return [Move(physical, 1.0, 127)]
        kind = {"aftertouch": PRESSURE, "polytouch": KEY_PRESSURE}.get(message.type)
        if kind is None:
            return []
        physical = Physical(kind, 0, message.channel + 1, self._port)
        return [Move(physical, message.value / _COARSE, message.value)]

    def _controller(self, channel: int, control: int, value: int) -> list[Move]:
        if control >= FIRST_MODE:
            return []
        halves = self._halves[channel]
        found = []
        number = self._parameter(halves, control, value)
        if number is not None:
            share = halves.values[number] / HIGHEST
            found.append(Move(Physical(NRPN, number, channel + 1, self._port), share, value))
        if control < 64:
            first = control % 32
            halves.controllers[first] = _joined(
                halves.controllers.get(first, 0), value, first=control < 32
            )
            share = halves.controllers[first] / HIGHEST
            found.append(Move(Physical(CC14, first, channel + 1, self._port), share, value))
        found.append(Move(Physical(CC, control, channel + 1, self._port), value / _COARSE, value))
        return found

    @staticmethod
    def _parameter(halves: _Halves, control: int, value: int) -> int | None:
        """The non-registered parameter whose value a controller has set."""
        if control in (RPN, RPN_FINE):
            halves.number = None
        elif control in (NRPN_SELECT, NRPN_FINE):
            halves.number = _joined(
                HIGHEST if halves.number is None else halves.number,
                value,
                first=control == NRPN_SELECT,
                keep=True,
            )
        number = halves.number
        if number is None or number == HIGHEST:
            return None
        before = halves.values.get(number, 0)
        if control in (DATA, DATA_FINE):
            after = _joined(before, value, first=control == DATA)
        elif control in (INCREMENT, DECREMENT):
            after = min(max(before + (1 if control == INCREMENT else -1), 0), HIGHEST)
        else:
            return None
        if len(halves.values) > MOST_PARAMETERS:
            halves.values.clear()
        halves.values[number] = after
        return number


def _joined(before: int, value: int, *, first: bool, keep: bool = False) -> int:
    """14 bits with one half replaced; a first half clears the second unless that is kept."""
    if first:
        return value << 7 | (before & 127 if keep else 0)
    return before & ~127 | value
