"""Whom tempo and beat come from, of those who are there."""

from collections.abc import Mapping

from rtsynth.common.clock_sources import AUTO, INTERNAL, JACK, MIDI
from rtsynth.host.transport.reading import Reading

EXTERNAL = (JACK, MIDI)  # where both begin at once, the first


def choose(asked: str, present: str, readings: Mapping[str, Reading | None]) -> str:
    """The source to follow: what was asked for; of AUTO whoever rolls.

    Who rolls is followed until it stops. While nobody does, the tempo is that of an external clock
    that has one.

    Args:
        present: the one that is followed until now.
        readings: of INTERNAL and EXTERNAL; None for a clock that is not there.
    """
    if asked != AUTO:
        return asked
    rolling = [name for name in (*EXTERNAL, INTERNAL) if _rolls(readings.get(name))]
    if rolling:
        return present if present in rolling else rolling[0]
    timed = [name for name in EXTERNAL if _has_tempo(readings.get(name))]
    if timed:
        return present if present in timed else timed[0]
    return INTERNAL


def _rolls(reading: Reading | None) -> bool:
    return reading is not None and reading.rolls


def _has_tempo(reading: Reading | None) -> bool:
    return reading is not None and reading.tempo_bpm is not None


def who(source: str) -> str:
    """A source, for a message."""
    return {MIDI: "the MIDI clock", JACK: "JACK's transport"}.get(source, source)
