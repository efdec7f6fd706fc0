"""Which voice sounds which note, and whose note it is."""

from collections.abc import Callable, Hashable
from typing import NamedTuple

Source = Hashable
"""Who plays a note: a MIDI channel of a port, or None (OSC, Python). Notes of the same pitch from
two sources are two notes, and each source has its own bend and expression."""


NEWEST = -1  # instead of a voice: that of the note that began last, by the time of an act


class Change(NamedTuple):
    """A voice (from 0) begins to sound a note of a source, or (note None) falls silent."""

    voice: int
    note: float | None
    velocity: float = 0.0
    source: Source = None


def _all(source: Source) -> float:
    """The default for `share`."""
    return 1.0


class Notes:
    """Gives notes to `voices` voices.

    A new note takes the voice that has been silent longest; if all sound, that of the quietest
    note, by its velocity and its player's expression, and of several the oldest. A note that lost
    its voice while it is held gets one again when another is released: with one voice the last
    note has priority, as on a monophonic synthesizer.

    Args:
        share: how much of their amplitude the notes of a source are left, 0..1.
    """

    def __init__(self, voices: int, share: Callable[[Source], float] = _all) -> None:
        self._share = share
        self._held: dict[tuple[Source, float], float] = {}  # note -> velocity, latest last
        self._voice_of: dict[tuple[Source, float], int] = {}  # notes that sound
        self._voices = voices
        self._struck_by: dict[int, Source] = {}  # who played the last note of a voice
        self._silent = list(range(voices))  # longest first

    @property
    def held(self) -> bool:
        """Whether any note is held."""
        return bool(self._held)

    @property
    def sounds(self) -> bool:
        """Whether a voice sounds a note."""
        return bool(self._voice_of)

    @property
    def sounding(self) -> dict[int, float]:
        """The note of each voice that sounds one."""
        return {voice: note for (_, note), voice in self._voice_of.items()}

    def all_held(self) -> list[tuple[Source, float, float]]:
        """Source, note and velocity of what is held, in the order in which it was struck."""
        return [(source, note, velocity) for (source, note), velocity in self._held.items()]

    def on(self, note: float, velocity: float, source: Source = None) -> Change:
        """A key was pressed."""
        key = (source, note)
        self._held.pop(key, None)
        self._held[key] = velocity
        voice = self._voice_of.pop(key, -1)
        if voice < 0 and self._silent:
            voice = self._silent.pop(0)
        elif voice < 0:
            voice = self._voice_of.pop(self._quietest())
        self._voice_of[key] = voice
        self._struck_by[voice] = source
        return Change(voice, note, velocity, source)

    def _quietest(self) -> tuple[Source, float]:
        """Of the notes that sound, the quietest, and of several the oldest."""
        sounding = [key for key in self._held if key in self._voice_of]
        return min(sounding, key=lambda key: self._held[key] * self._share(key[0]))

    def off(self, note: float, source: Source = None) -> Change | None:
        """A key was released; None if that changes nothing that sounds."""
        key = (source, note)
        self._held.pop(key, None)
        voice = self._voice_of.pop(key, -1)
        if voice < 0:
            return None
        for waiting in reversed(self._held):
            if waiting not in self._voice_of:
                self._voice_of[waiting] = voice
                source, note = waiting
                self._struck_by[voice] = source
                return Change(voice, note, self._held[waiting], source)
        self._silent.append(voice)
        return Change(voice, None, 0.0, source)

    def sound_off(self, source: Source = None) -> list[Change]:
        """All notes of a source end; what its voices do, also those that only ring on.

        With them are voices that have had no note yet.
        """
        voices = [v for v in range(self._voices) if self._struck_by.get(v, source) == source]
        own = [key for key in self._held if key[0] == source]
        for key in own:
            if key not in self._voice_of:
                del self._held[key]  # it gets no voice again
        changes = [self.off(note, source) for _, note in own]
        given = {each.voice: each for each in changes if each is not None}
        return [given.get(voice, Change(voice, None, 0.0, source)) for voice in voices]

    def clear(self) -> None:
        """Forget all notes; the first voice is the next to be given one."""
        self._silent = list(range(self._voices))
        self._held.clear()
        self._voice_of.clear()
        self._struck_by.clear()
