"""The beat of all slots, kept with a clock by timed events.

Each slot counts beats by itself, at its tempo, on the device's clock: exactly, and in replay the
same. Here is known what they were given; where that has moved away from the clock that is followed
they are given tempo and beat anew. While nothing rolls, they count on.
"""

import logging
from typing import NamedTuple, Protocol

from rtsynth.common.clock_sources import DEFAULT_BPM
from rtsynth.common.errors import ControlError
from rtsynth.common.log import RateLimitedLog
from rtsynth.engine.live import shared as sh
from rtsynth.host.slot import Slot
from rtsynth.host.slot_acts import SlotActs
from rtsynth.host.transport.reading import Reading, beats_in

LEAD_NS = 10_000_000  # given so long before their time, beats begin at their sample
CLOSE_S = 0.001  # further off than this is corrected, ...
EVERY_NS = 250_000_000  # ... so often at most, unless it is ...
FAR_S = 0.02  # ... further off than this: another position, not a clock's drift
NEAR_TEMPO, FAR_TEMPO = 5e-4, 0.02  # the same for the tempo, relative
RENEW_NS = 5_000_000_000  # while it rolls: an event that was dropped (/panic) is made up for

log = RateLimitedLog(logging.getLogger("rtsynth"))


class Slots(Protocol):
    """Those there are now, see `rtsynth.host.rack.Rack`."""

    @property
    def slots(self) -> list[Slot]: ...


class Device(Protocol):
    """The engine's clock, see `rtsynth.host.core.EngineCore`."""

    @property
    def rate_hz(self) -> int: ...
    def frame_at(self, monotonic_ns: int) -> int: ...


class _Line(NamedTuple):
    """What slots count: `beats` at a device frame, then on at a tempo."""

    frame: int
    beats: float
    tempo_bpm: float

    def at(self, frame: int, rate_hz: int) -> float:
        return self.beats + beats_in((frame - self.frame) * 1e9 / rate_hz, self.tempo_bpm)


class SlotBeats:
    """For one thread.

    Args:
        device: the engine's clock.
        rack: what counts. A slot that is there from the first frame on counts from 0.
    """

    def __init__(self, device: Device, rack: Slots) -> None:
        self._device, self._rack = device, rack
        self._line = _Line(0, 0.0, DEFAULT_BPM)
        self._known: dict[int, int] = {}  # {slot: its voice that has tempo and beat}
        self._given_ns = 0

    def begin(self, tempo_bpm: float) -> None:
        """The slots there are start with the device's first frame, at a tempo."""
        self._line = _Line(0, 0.0, tempo_bpm)
        for slot in self._rack.slots:
            slot.times.at(None, SlotActs.begin_beat, (tempo_bpm,))
        self._known = {slot.number: slot.voice.number for slot in self._rack.slots}

    def follow(self, reading: Reading, now_ns: int, early_ns: int = 0) -> None:
        """Give slots tempo and beat where they need it.

        Args:
            reading: what they should be at, with a tempo.
            early_ns: that the sound of a change comes later than its time, where that matters.
        """
        at_ns = now_ns + LEAD_NS
        frame = self._device.frame_at(at_ns)
        if frame == sh.NOW:  # no callback yet, or no more
            return
        rate_hz, tempo_bpm = self._device.rate_hz, reading.tempo_bpm or DEFAULT_BPM
        counted = self._line.at(frame, rate_hz)
        wanted = reading.beats_at(at_ns + early_ns) if reading.rolls else counted
        if self._is_off(wanted - counted, tempo_bpm, reading.rolls, now_ns):
            self._line = _Line(frame, wanted, tempo_bpm)
            self._given_ns = now_ns
            self._known.clear()
        line = self._line
        for slot in self._rack.slots:
            if self._known.get(slot.number) != slot.voice.number:
                self._give(slot, line.tempo_bpm, line.at(frame, rate_hz), at_ns)

    def _is_off(self, beats: float, tempo_bpm: float, rolls: bool, now_ns: int) -> bool:
        """Whether a beat that is so far off, and a tempo, are to be corrected now."""
        off_s = abs(beats) * 60.0 / tempo_bpm
        retimed = abs(tempo_bpm / self._line.tempo_bpm - 1.0)
        since_ns = now_ns - self._given_ns
        return (
            off_s > FAR_S
            or retimed > FAR_TEMPO
            or (since_ns >= EVERY_NS and (off_s > CLOSE_S or retimed > NEAR_TEMPO))
            or (rolls and since_ns >= RENEW_NS)
        )

    def _give(self, slot: Slot, tempo_bpm: float, beats: float, at_ns: int) -> None:
        try:
            slot.times.at(at_ns, SlotActs.set_beat, (tempo_bpm, beats))
        except ControlError as error:  # too much waits there: the next time, then
            log.warning(f"slot {slot.number}: its beat was not set: {error}")
        else:
            self._known[slot.number] = slot.voice.number
