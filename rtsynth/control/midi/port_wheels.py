"""The wheels of a port's channels: where they are, and letting the engine know of them."""

from collections.abc import Callable, Iterable

from rtsynth.common.control_info import ControlInfo
from rtsynth.control.midi.channel import BEND_RANGE, CONFIGURATION, DATA, REST, Channel, Wheels
from rtsynth.control.midi.mpe import CHANNELS, LOWER, UPPER, Zones
from rtsynth.host.protocol import Controls

_IN_RANGE = 1e-3  # semitones: a wheel has 16,384 places
TOUCHED = ("pressure", "timbre")  # wheels that may never have been

Clamped = Callable[[str, float, float], None]


class PortWheels:
    """Of one port; channels are 1..16, and each is a source of notes.

    Args:
        engine: what the wheels move.
        port: its name; with the channel it is the source.
        clamped: called once for every "bend" beyond the range of a plugin's pitch.
    """

    def __init__(self, engine: Controls, port: str, clamped: Clamped) -> None:
        self._engine, self._port, self._clamped = engine, port, clamped
        self.channels = {number: Channel() for number in range(1, CHANNELS + 1)}
        self.zones = Zones(self.channels)
        self._sent: dict[tuple[int, int], Wheels] = {}  # by slot and channel
        self._too_far: set[int] = set()  # channels whose bend was reported as out of range

    def source(self, channel: int) -> tuple[str, int]:
        """Who plays the notes of a channel."""
        return (self._port, channel)

    def data(self, channel: int, control: int, value: int) -> list[int]:
        """One of DATA_CONTROLLERS; the channels whose zone that changes."""
        changed = self.channels[channel].data(control, value)
        if changed == BEND_RANGE:
            self.zones.range_changed(channel)
        if changed == CONFIGURATION and control == DATA and channel in (LOWER, UPPER):
            return self.zones.configure(channel, value)
        return []

    def send(
        self, channel: int, slot: int | None, at_ns: int | None, *, note: bool = False
    ) -> None:
        """Let the slot that a channel plays know where its wheels are.

        Args:
            note: before a note: it may be another plugin since they were moved.
        """
        if slot is None:
            return
        now = self.zones.wheels(channel, self._engine.bend_range(slot))
        sent = self._sent.get((slot, channel), REST)
        source = self.source(channel)
        # Not at rest they are sent again: the slot may have another plugin since.
        if now.bend or sent.bend:
            self._engine.bend(slot, now.bend, source=source, at_ns=at_ns)
        if (now.expression, sent.expression) != (1.0, 1.0):
            self._engine.express(slot, now.expression, source=source, at_ns=at_ns)
        for wheel in TOUCHED:
            value = getattr(now, wheel)
            if value != getattr(sent, wheel) or (note and value is not None):
                self._engine.turn(slot, wheel, value, source=source, at_ns=at_ns)
        self._sent[slot, channel] = now

    def check_bend(
        self, channel: int, slot: int, pitch: ControlInfo | None, notes: Iterable[int]
    ) -> None:
        """Report, once, that a note of a channel is bent beyond the range of the plugin.

        Its pitch is that of the tuning: neighbouring keys need not be a semitone apart.
        """
        bend = self.zones.wheels(channel, self._engine.bend_range(slot)).bend
        if pitch is None or not bend:
            self._too_far.discard(channel)
            return
        low, high = pitch.minimum, pitch.maximum
        tuned = [self._engine.pitch_of(slot, note) for note in notes]
        bent = [min(max(note, low), high) + bend for note in tuned if note is not None]
        outside = [asked for asked in bent if not low - _IN_RANGE <= asked <= high + _IN_RANGE]
        if not outside:
            self._too_far.discard(channel)
        elif channel not in self._too_far:
            self._too_far.add(channel)
            self._clamped("bend", outside[-1], min(max(outside[-1], low), high))
