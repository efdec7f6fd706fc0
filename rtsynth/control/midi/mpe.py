"""MPE: several channels of one port are one instrument, with a note on each (MIDI 1.0, RP-053).

A zone is a master channel, 1 (lower zone) or 16 (upper), and the member channels next to it. The
MPE Configuration Message (registered parameter 6 on a master channel) says how many, 0 for none.
Notes are on members; bend, pressure and timbre (CC 74) of a member are those of its note. What is
on the master is for the whole zone: its bend is added to that of every member.
"""

from collections.abc import Iterable, Mapping

from rtsynth.common.errors import InputError
from rtsynth.control.midi.channel import BEND_SEMITONES, Channel, Wheels

LOWER, UPPER = 1, 16  # master channels
CHANNELS = 16
MEMBER_SEMITONES = 48
TIMBRE = 74
ZONES = {"lower": LOWER, "upper": UPPER}
_CC, _REGISTERED, _DATA, _CONFIGURATION, _NONE = 0xB0, (101, 100), 6, 6, 127


def zone_bytes(text: str | None) -> list[tuple[int, int, int]]:
    """The messages that set zones up as `--mpe` says: "lower:7,upper:7", say; None: no zone.

    Without a number a zone has all channels there are, with another one half of them.

    Raises:
        InputError: one line that names the flag.
    """
    parts = [part.strip().partition(":") for part in text.split(",")] if text is not None else []
    names = [name for name, _, _ in parts]
    if not set(names) <= ZONES.keys() or len(set(names)) < len(names):
        raise InputError(f"--mpe {text}: write lower, upper, or both, such as lower:7,upper:7")
    most = (CHANNELS - len(parts)) // max(len(parts), 1)
    messages = []
    for name, colon, number in parts:
        members = int(number) if colon and number.isdecimal() and len(number) < 3 else 0
        if colon and not 1 <= members < CHANNELS:
            raise InputError(f"--mpe {text}: a zone has 1 to {CHANNELS - 1} member channels")
        data = (0, _CONFIGURATION, members or most, _NONE, _NONE)
        controllers = (*_REGISTERED, _DATA, *_REGISTERED)
        status = _CC + ZONES[name] - 1
        messages += [(status, cc, value) for cc, value in zip(controllers, data, strict=True)]
    return messages


class Zones:
    """The zones of one port, over its channels by number."""

    def __init__(self, channels: Mapping[int, Channel]) -> None:
        self._channels = channels
        self._members = {LOWER: 0, UPPER: 0}

    def configure(self, master: int, members: int) -> list[int]:
        """A configuration message for a master channel; the channels of its zone, and those that
        are in another zone than before or in none.

        A zone that needs channels of the other one takes them from it. Bend ranges are as a zone
        begins, and so are its wheels.
        """
        before = {number: self.master_of(number) for number in self._channels}
        other = LOWER + UPPER - master
        members = min(members, CHANNELS - 1)
        self._members[master] = members
        if members:
            # Both masters and all members fit on the sixteen channels.
            left = CHANNELS - 2 - members
            self._members[other] = min(self._members[other], max(left, 0))
        zone = {master, *self.members(master)}
        for number in zone:
            self._channels[number].rest()
            self._channels[number].set_range(
                BEND_SEMITONES if number == master else MEMBER_SEMITONES
            )
        touched = {number for number, old in before.items() if self.master_of(number) != old}
        for number in touched - zone if members else touched | zone:
            self._channels[number].rest()
            self._channels[number].set_range(None)
        return sorted(touched | zone)

    def members(self, master: int) -> range:
        """The member channels of a zone."""
        count = self._members[master]
        if master == LOWER:
            return range(LOWER + 1, LOWER + 1 + count)
        return range(UPPER - 1, UPPER - 1 - count, -1)

    def master_of(self, channel: int) -> int | None:
        """The master channel of the zone that a channel is in; None outside of zones."""
        for master, members in self._members.items():
            if members and (channel == master or channel in self.members(master)):
                return master
        return None

    def is_member(self, channel: int) -> bool:
        """Whether notes on a channel are alone on it."""
        return self.master_of(channel) not in (None, channel)

    def all_for(self, channel: int) -> list[int]:
        """The channels that a message for all notes of one is for: a master's is the zone's."""
        if self.master_of(channel) == channel:
            return [channel, *self.members(channel)]
        return [channel]

    def range_changed(self, channel: int) -> Iterable[int]:
        """The bend range of a channel was set: the channels that have it now.

        That of one member is that of all members of its zone.
        """
        master = self.master_of(channel)
        if master is None or channel == master:
            return self.all_for(channel)
        mine = self._channels[channel]
        for number in self.members(master):
            self._channels[number].set_range(mine.semitones, mine.cents)
        return self.members(master)

    def slot_of(self, channel: int, slots: Iterable[int]) -> int | None:
        """Which slot a channel plays that is in a zone; None outside of zones, or without slots.

        The lower zone plays the first slot; the upper one the next, if both are there.
        """
        master = self.master_of(channel)
        numbers = sorted(slots)
        if master is None or not numbers:
            return None
        is_second = master == UPPER and self._members[LOWER] > 0
        return numbers[min(int(is_second), len(numbers) - 1)]

    def wheels(self, channel: int, bend_range: float) -> Wheels:
        """Where the wheels of a channel are, with those of its zone.

        Bends add up and expressions multiply; pressure and timbre are the member's own, or else
        the master's.

        Args:
            bend_range: semitones, of a channel that has not been given one.
        """
        own = self._channels[channel]
        bend, expression = own.bend(bend_range), own.expression
        master = self.master_of(channel)
        if master is None:
            return Wheels(bend, expression)
        pressure, timbre = own.pressure, own.timbre
        if master != channel:
            zone = self._channels[master]
            bend += zone.bend(bend_range)
            expression *= zone.expression
            pressure = zone.pressure if pressure is None else pressure
            timbre = zone.timbre if timbre is None else timbre
        return Wheels(bend, expression, pressure, timbre)
