"""Which voice sounds which note."""

from typing import NamedTuple

from rtsynth.plugin import Plugin


class Change(NamedTuple):
    """A voice (from 0) begins to sound a note, or (note None) falls silent."""

    voice: int
    note: float | None
    velocity: float = 0.0


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
        self._held: dict[float, float] = {}  # note -> velocity, latest last
        self._voice_of: dict[float, int] = {}  # notes that sound
        self._voices = voices
        self._silent = list(range(voices))  # longest first

    @property
    def held(self) -> bool:
        """Whether any note is held."""
        return bool(self._held)

    def on(self, note: float, velocity: float) -> Change:
        """A key was pressed."""
        self._held.pop(note, None)
        self._held[note] = velocity
        voice = self._voice_of.pop(note, -1)
        if voice < 0 and self._silent:
            voice = self._silent.pop(0)
        elif voice < 0:
            oldest = next(held for held in self._held if held in self._voice_of)
            voice = self._voice_of.pop(oldest)
        self._voice_of[note] = voice
        return Change(voice, note, velocity)

    def off(self, note: float) -> Change | None:
        """A key was released; None if that changes nothing that sounds."""
        self._held.pop(note, None)
        voice = self._voice_of.pop(note, -1)
        if voice < 0:
            return None
        for waiting in reversed(self._held):
            if waiting not in self._voice_of:
                self._voice_of[waiting] = voice
                return Change(voice, waiting, self._held[waiting])
        self._silent.append(voice)
        return Change(voice, None)

    def clear(self) -> None:
        """Forget all notes; the first voice is the next to be given one."""
        self._silent = list(range(self._voices))
        self._held.clear()
        self._voice_of.clear()
