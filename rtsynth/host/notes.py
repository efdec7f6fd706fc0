"""Which voice sounds which note, whose note it is, and what bends it."""

import math
from collections.abc import Hashable
from typing import NamedTuple

from rtsynth.plugin import Plugin

Source = Hashable
"""Who plays a note: a MIDI channel of a port, or None (OSC, Python). Notes of the same pitch from
two sources are two notes, and each source has its own bend and expression."""


class Wheels(NamedTuple):
    """What a source does to all its notes."""

    bend: float = 0.0  # semitones, added to the pitch
    expression: float = 1.0  # 0..1, how much of the amplitude is left


UNKNOWN = Wheels(math.inf, math.inf)


class Turn(NamedTuple):
    """Of a voice (from 0), what a wheel of this name is at now."""

    voice: int
    wheel: str  # a field of Wheels
    value: float


class Change(NamedTuple):
    """A voice (from 0) begins to sound a note of a source, or (note None) falls silent."""

    voice: int
    note: float | None
    velocity: float = 0.0
    source: Source = None


def nearest_note(plugin: Plugin, note: float) -> float:
    """The note that sounds when `note` is asked for: the nearest that the plugin's pitch reaches.

    One without a pitch takes any note.
    """
    pitch = next((p for p in plugin.parameters if p.role == "pitch"), None)
    return note if pitch is None else pitch.clamp(note)


class Notes:
    """Gives notes to `voices` voices.

    A new note takes the voice that has been silent longest; if all sound, that of the oldest note.
    A note that lost its voice while it is held gets one again when another is released: with one
    voice the last note has priority, as on a monophonic synthesizer.
    """

    def __init__(self, voices: int) -> None:
        self._held: dict[tuple[Source, float], float] = {}  # note -> velocity, latest last
        self._voice_of: dict[tuple[Source, float], int] = {}  # notes that sound
        self._voices = voices
        self._silent = list(range(voices))  # longest first

    @property
    def held(self) -> bool:
        """Whether any note is held."""
        return bool(self._held)

    def on(self, note: float, velocity: float, source: Source = None) -> Change:
        """A key was pressed."""
        key = (source, note)
        self._held.pop(key, None)
        self._held[key] = velocity
        voice = self._voice_of.pop(key, -1)
        if voice < 0 and self._silent:
            voice = self._silent.pop(0)
        elif voice < 0:
            oldest = next(held for held in self._held if held in self._voice_of)
            voice = self._voice_of.pop(oldest)
        self._voice_of[key] = voice
        return Change(voice, note, velocity, source)

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
                return Change(voice, note, self._held[waiting], source)
        self._silent.append(voice)
        return Change(voice, None, 0.0, source)

    def clear(self) -> None:
        """Forget all notes; the first voice is the next to be given one."""
        self._silent = list(range(self._voices))
        self._held.clear()
        self._voice_of.clear()


class Bends:
    """Which voice is bent how far, and how much of its amplitude is left.

    A voice follows the wheels of the source whose note it sounds or sounded last. The first voice
    sounds without any note until there is one: meanwhile it follows whoever moves.
    """

    def __init__(self, voices: int) -> None:
        self._wheels: dict[Source, Wheels] = {}
        self._owners: dict[int, Source] = {}  # of the voices that were given a note
        self._now = [Wheels()] * voices

    @property
    def drone(self) -> Wheels:
        """What holds for the first voice, as far as is known."""
        return Wheels() if self._now[0] == UNKNOWN else self._now[0]

    def move(self, source: Source, wheel: str, value: float) -> list[Turn]:
        """A source moves a wheel: what changes."""
        self._wheels[source] = self._wheels.get(source, Wheels())._replace(**{wheel: value})
        followers = [voice for voice, owner in self._owners.items() if owner == source]
        if 0 not in self._owners:
            followers.append(0)
        return [turn for voice in sorted(followers) for turn in self._turn(voice, source)]

    def begin(self, voice: int, source: Source) -> list[Turn]:
        """A voice begins to sound a note of a source: what changes with that."""
        self._owners[voice] = source
        return self._turn(voice, source)

    def _turn(self, voice: int, source: Source) -> list[Turn]:
        before = self._now[voice]
        self._now[voice] = now = self._wheels.get(source, Wheels())
        return [
            Turn(voice, wheel, value)
            for wheel, value, old in zip(Wheels._fields, now, before, strict=True)
            if value != old
        ]

    def lose(self, turns: list[Turn]) -> None:
        """These may not have arrived: the next move of their wheels is sent in any case."""
        for turn in turns:
            self._now[turn.voice] = UNKNOWN

    def follow(self, other: "Bends") -> None:
        """Take the wheels of another plugin's voices over, before there are notes."""
        self._wheels = dict(other._wheels)
        self._now = [other.drone] * len(self._now)

    def clear(self) -> None:
        """The notes are forgotten; the wheels are where they are."""
        self._owners.clear()

    def forget(self) -> None:
        """The notes are forgotten, and so are changes that were under way."""
        self.clear()
        self._now = [UNKNOWN] * len(self._now)
