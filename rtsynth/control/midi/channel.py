"""What the controllers of one MIDI channel leave behind: wheels, bend range, numbers, bank.

The bend range is registered parameter 0 (RPN 0,0): CC 101 and 100 select it, CC 6 gives semitones
and CC 38 cents (MIDI 1.0). Registered parameter 6 configures a zone: `rtsynth.control.midi.mpe`.
A non-registered number (CC 99, 98) or the null number 127,127 selects
something else or nothing, and data that follows is not for the bend.
"""

from dataclasses import dataclass
from typing import NamedTuple

MODULATION, DATA, EXPRESSION, DATA_FINE = 1, 6, 11, 38
BANK, BANK_FINE = 0, 32
NRPN_FINE, NRPN_SELECT, RPN_FINE, RPN = 98, 99, 100, 101
DATA_CONTROLLERS = frozenset((DATA, DATA_FINE, NRPN_FINE, NRPN_SELECT, RPN_FINE, RPN))
PER_BANK = 128  # programs
BEND_RANGE, CONFIGURATION = (0, 0), (0, 6)  # registered parameters
NULL = (127, 127)
BEND_SEMITONES = 2
_BEND_DOWN, _BEND_UP = 8192.0, 8191.0


class Wheels(NamedTuple):
    """Where the wheels of a source are; None: that one was never touched."""

    bend: float = 0.0  # semitones
    expression: float = 1.0
    pressure: float | None = None
    timbre: float | None = None


REST = Wheels()


def bend_position(pitch: int) -> float:
    """Where a bend wheel is, -1..1, that sends -8192..8191."""
    return pitch / (_BEND_DOWN if pitch < 0 else _BEND_UP)


@dataclass
class Channel:
    """One of the sixteen of a port. Pressure and timbre count in a zone."""

    position: float = 0.0  # of the bend wheel, -1..1
    expression: float = 1.0
    pressure: float | None = None  # None: never touched
    timbre: float | None = None
    semitones: float | None = None  # of the bend range; None: nobody has said it
    cents: float = 0.0
    number: tuple[int, int] = NULL  # the registered parameter that data is for
    bank: int = 0
    bank_fine: int | None = None  # None: never sent

    def bend(self, unsaid: float) -> float:
        """How far notes are bent, in semitones; `unsaid` is the range where nobody has said it."""
        semitones = unsaid if self.semitones is None else self.semitones
        return self.position * (semitones + self.cents / 100.0)

    def set_range(self, semitones: float | None, cents: float = 0.0) -> None:
        """How far the bend wheel goes; None: nobody says it any more."""
        self.semitones, self.cents = semitones, cents

    def turn(self, pitch: int) -> None:
        """The bend wheel went to -8192..8191."""
        self.position = bend_position(pitch)

    def select_bank(self, control: int, value: int) -> None:
        """CC 0 or 32: the bank of the program changes to come."""
        if control == BANK:
            self.bank = value
        else:
            self.bank_fine = value

    def program(self, number: int) -> int:
        """The place in a list that a program change means.

        A bank has 128, and 14 bits for its number; a device that only ever sends CC 0 counts banks
        in that.
        """
        fine = self.bank_fine
        bank = self.bank if fine is None else self.bank << 7 | fine
        return bank * PER_BANK + number

    def data(self, control: int, value: int) -> tuple[int, int]:
        """One of DATA_CONTROLLERS; the registered parameter whose value it gives, or NULL."""
        if control == RPN:
            self.number = (value, self.number[1])
        elif control == RPN_FINE:
            self.number = (self.number[0], value)
        elif control in (NRPN_SELECT, NRPN_FINE):
            self.number = NULL
        if control not in (DATA, DATA_FINE):
            return NULL
        if self.number == BEND_RANGE:
            whole = BEND_SEMITONES if self.semitones is None else self.semitones
            self.set_range(*((value, 0.0) if control == DATA else (whole, value)))
        return self.number

    def rest(self) -> None:
        """No wheel is touched any more."""
        self.position, self.expression, self.pressure, self.timbre = 0.0, 1.0, None, None

    def reset(self) -> None:
        """What CC 121 resets (RP-015): not the bend range nor the timbre; pedals are `Pedals`'."""
        self.position, self.expression, self.pressure = 0.0, 1.0, None
        self.number = NULL
