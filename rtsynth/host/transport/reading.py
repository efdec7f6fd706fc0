"""What a clock says at a moment: tempo, position, and whether it rolls."""

from typing import NamedTuple

MOST_BEATS = 1e6  # two days at the highest tempo


class Reading(NamedTuple):
    """`beats` is the position at `at_ns`, a `time.monotonic_ns()` time; it moves while `rolls`.

    A tempo of None: the clock has none of its own, and `beats` are seconds.
    """

    at_ns: int
    rolls: bool
    beats: float
    tempo_bpm: float | None

    def at_tempo(self, tempo_bpm: float) -> "Reading":
        """The same in beats of a tempo, where the clock has none of its own."""
        if self.tempo_bpm is not None:
            return self
        return self._replace(beats=self.beats * tempo_bpm / 60.0, tempo_bpm=tempo_bpm)

    def beats_at(self, at_ns: int) -> float:
        """The position at another time."""
        per_minute = 60.0 if self.tempo_bpm is None else self.tempo_bpm
        return self.beats + self.rolls * beats_in(at_ns - self.at_ns, per_minute)


def beats_in(duration_ns: float, tempo_bpm: float) -> float:
    """How many beats of a tempo there are in a duration."""
    return duration_ns / 60e9 * tempo_bpm
