"""All clocks of an engine, and the one that is followed."""

from typing import NamedTuple

from rtsynth.common.clock_sources import AUTO, DEFAULT_BPM, INTERNAL, JACK, MIDI
from rtsynth.common.errors import ControlError
from rtsynth.host.transport.internal import InternalClock
from rtsynth.host.transport.midi_clock import MidiClock
from rtsynth.host.transport.reading import Reading
from rtsynth.host.transport.sources import choose, who


class State(NamedTuple):
    """Where the engine is in time; `source` is the clock that is followed."""

    rolls: bool
    beats: float
    tempo_bpm: float
    source: str


class Clocks:
    """For one thread at a time; times are `time.monotonic_ns()`.

    The internal clock is taken along by one that is followed: where that ends or goes away, it
    stands at the same position, at the same tempo.

    `asked`: the source that was chosen. `jack`: JACK's transport, as last read; None without one.
    """

    def __init__(self) -> None:
        self.asked = AUTO
        self.jack: Reading | None = None
        self.internal, self.midi = InternalClock(), MidiClock()
        self._source = INTERNAL

    def look(self, now_ns: int) -> tuple[State, Reading]:
        """Where the clock that is followed is, and its reading, which has a tempo."""
        found = self._find(now_ns)
        if self._source != INTERNAL:
            self.internal.roll(False, now_ns)
        own = self.internal.read(now_ns)
        tempo_bpm = own.tempo_bpm or DEFAULT_BPM
        if found is None:
            return State(own.rolls, own.beats, tempo_bpm, self._source), own
        reading = found.at_tempo(tempo_bpm)
        tempo_bpm, beats = reading.tempo_bpm or tempo_bpm, reading.beats_at(now_ns)
        self.internal.set_tempo(tempo_bpm, now_ns)
        self.internal.locate(beats, now_ns)
        return State(reading.rolls, beats, tempo_bpm, self._source), reading

    def _find(self, now_ns: int) -> Reading | None:
        """Choose the source; its reading, None of the internal one and of one that is not there."""
        external = {MIDI: self.midi.reading(now_ns / 1e9), JACK: self.jack}
        readings = external | {INTERNAL: self.internal.read(now_ns)}
        self._source = choose(self.asked, self._source, readings)
        return external.get(self._source)

    def check_tempo_is_ours(self, now_ns: int) -> None:
        """Refuse what sets the tempo where another clock does.

        Raises:
            ControlError: it does.
        """
        found = self._find(now_ns)
        if found is not None and found.tempo_bpm is not None:
            raise ControlError(
                f"the tempo is that of {who(self._source)}; /tempo/source internal takes over"
            )

    def check_is_internal(self, now_ns: int) -> None:
        """Refuse what starts, stops or locates where another clock does.

        Raises:
            ControlError: it does.
        """
        self._find(now_ns)
        if self._source != INTERNAL:
            raise ControlError(
                f"{who(self._source)} is followed: start and stop there; "
                "/tempo/source internal takes over"
            )
