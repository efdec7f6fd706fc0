"""What the controllers of one MIDI channel leave behind: bend, expression, parameter number.

The bend range is registered parameter 0 (RPN 0,0): CC 101 and 100 select it, CC 6 gives semitones
and CC 38 cents (MIDI 1.0). A non-registered number (CC 99, 98) or the null number 127,127 selects
something else or nothing, and data that follows is not for the bend.
"""

from dataclasses import dataclass

MODULATION, DATA, EXPRESSION, DATA_FINE = 1, 6, 11, 38
NRPN_FINE, NRPN_SELECT, RPN_FINE, RPN = 98, 99, 100, 101
DATA_CONTROLLERS = frozenset((DATA, DATA_FINE, NRPN_FINE, NRPN_SELECT, RPN_FINE, RPN))
BEND_RANGE = (0, 0)
NULL = (127, 127)
BEND_SEMITONES = 2
_BEND_DOWN, _BEND_UP = 8192.0, 8191.0


@dataclass
class Channel:
    """One of the sixteen of a port."""

    position: float = 0.0  # of the bend wheel, -1..1
    expression: float = 1.0
    range_semitones: float = BEND_SEMITONES
    range_cents: float = 0.0
    number: tuple[int, int] = NULL  # the registered parameter that data is for

    @property
    def bend(self) -> float:
        """How far notes are bent, in semitones."""
        return self.position * (self.range_semitones + self.range_cents / 100.0)

    @property
    def wheels(self) -> tuple[float, float]:
        """(bend, expression)."""
        return self.bend, self.expression

    def turn(self, pitch: int) -> None:
        """The bend wheel went to -8192..8191."""
        self.position = pitch / (_BEND_DOWN if pitch < 0 else _BEND_UP)

    def data(self, control: int, value: int) -> None:
        """One of DATA_CONTROLLERS."""
        if control == RPN:
            self.number = (value, self.number[1])
        elif control == RPN_FINE:
            self.number = (self.number[0], value)
        elif control in (NRPN_SELECT, NRPN_FINE):
            self.number = NULL
        elif self.number == BEND_RANGE and control == DATA:
            self.range_semitones, self.range_cents = value, 0.0
        elif self.number == BEND_RANGE:
            self.range_cents = value

    def reset(self) -> None:
        """What CC 121 resets (RP-015); the bend range is not among it; the pedals are `Pedals`'."""
        self.position, self.expression, self.number = 0.0, 1.0, NULL


REST = Channel().wheels
