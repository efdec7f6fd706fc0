"""What notes, bend and expression change: one table of moves, for a live slot and for files alike.

A note moves the parameters with the roles "pitch" and "amplitude", and opens the gate of the voice
that sounds it.
"""

from typing import NamedTuple

from rtsynth.engine.program.layout import BEND, EXPRESSION, GATE
from rtsynth.host.notes import Bends, Change, Notes, Source, Turn, Wheels
from rtsynth.plugin import Plugin

GATE_NAME = "gate"  # opens (above 0) and closes a voice
# What notes have beside their pitch and amplitude: names that no parameter can have.
WHEEL_NAMES = {"bend": "voice/bend", "expression": "voice/expression"}
# The rows of the parameter table that they move.
WHEEL_ROWS = {WHEEL_NAMES["bend"]: BEND, WHEEL_NAMES["expression"]: EXPRESSION}
VOICE_ROWS = {GATE_NAME: GATE, **WHEEL_ROWS}


class Move(NamedTuple):
    """A parameter, the gate or a wheel goes to a value: in one voice (from 0), or where there is
    only one in "all" (None), which for a parameter is its knob.
    """

    name: str
    value: float
    voice: int | None


class NotePlayer:
    """Gives the notes of a plugin to its voices."""

    def __init__(self, plugin: Plugin, voices: int) -> None:
        self._parameters = [p for p in plugin.parameters if p.role in ("pitch", "amplitude")]
        self._voices = voices
        self._notes = Notes(voices)
        self._bends = Bends(voices)

    @property
    def held(self) -> bool:
        """Whether any note is held."""
        return self._notes.held

    @property
    def wheels(self) -> Wheels:
        """What holds for the first voice."""
        return self._bends.drone

    def on(self, note: float, velocity: float, source: Source) -> list[Move]:
        """A key was pressed; velocity above 0, up to 1."""
        return self._moves(self._notes.on(note, velocity, source))

    def off(self, note: float, source: Source) -> list[Move]:
        """A key was released."""
        change = self._notes.off(note, source)
        return [] if change is None else self._moves(change)

    def turn(self, wheel: str, value: float, source: Source) -> list[Move]:
        """A source moves a wheel, "bend" (semitones) or "expression" (0..1)."""
        return self._turns(self._bends.move(source, wheel, value))

    def clear(self) -> None:
        """All notes are forgotten; the wheels are where they are."""
        self._notes.clear()
        self._bends.clear()

    def forget(self) -> None:
        """All notes are forgotten, and so are moves that were under way."""
        self._notes.clear()
        self._bends.forget()

    def lose(self, moves: list[Move]) -> None:
        """These may not have arrived: the next turns of their wheels are sent in any case."""
        self._bends.lose(
            [Turn(move.voice or 0, move.name, 0.0) for move in moves if move.name in WHEEL_ROWS]
        )

    def follow(self, other: "NotePlayer") -> None:
        """Take the wheels of another plugin's player over, before there are notes."""
        self._bends.follow(other._bends)

    def _moves(self, change: Change) -> list[Move]:
        voice = self._of(change.voice)
        if change.note is None:
            return [Move(GATE_NAME, 0.0, voice)]
        moves = self._turns(self._bends.begin(change.voice, change.source))
        for parameter in self._parameters:
            is_pitch = parameter.role == "pitch"
            value = change.note if is_pitch else parameter.value_at(change.velocity)
            moves.append(Move(parameter.name, value, voice))
        return [*moves, Move(GATE_NAME, 1.0, voice)]

    def _turns(self, turns: list[Turn]) -> list[Move]:
        return [Move(WHEEL_NAMES[turn.wheel], turn.value, self._of(turn.voice)) for turn in turns]

    def _of(self, voice: int) -> int | None:
        return None if self._voices == 1 else voice
