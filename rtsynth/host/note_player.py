"""What notes and wheels change: one table of moves, for a live slot and for files alike.

A note moves the parameters with the roles "pitch" and "amplitude", and opens the gate of the voice
that sounds it.
"""

from typing import NamedTuple

from rtsynth.common.errors import ControlError
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.engine.program.layout import CLOSE_AT_ONCE, GATE
from rtsynth.engine.program.table import take_name
from rtsynth.host.notes import Change, Notes, Source
from rtsynth.host.voicing import LEGATO, Voicing
from rtsynth.host.wheels import WHEEL_ROWS, Effects, Turn, VoiceWheels
from rtsynth.plugin import Plugin

GATE_NAME = "gate"  # opens (above 0) and closes a voice
# The rows of the parameter table that notes and wheels move beside the plugin's parameters.
VOICE_ROWS = {GATE_NAME: GATE, **WHEEL_ROWS}


class Move(NamedTuple):
    """A parameter, the gate or a wheel goes to a value (None: where the knob is): in one voice
    (from 0), or where there is only one in "all" (None), which for a parameter is its knob.

    `own`: of a parameter that goes there in this voice, also the only one, without its knob.
    """

    name: str
    value: float | None
    voice: int | None
    own: bool = False


class NotePlayer:
    """Gives the notes of a plugin to its voices. `newest`: that of the note that began last."""

    def __init__(self, plugin: Plugin, voices: int) -> None:
        self._plugin = plugin
        self._parameters = [p for p in plugin.parameters if p.role in ("pitch", "amplitude")]
        self._pitch = next((p for p in self._parameters if p.role == "pitch"), None)
        self._voices = voices
        self.voicing, self.newest = Voicing(), 0
        self.tuned: Tuned | None = None  # None: twelve equal steps
        self._given: dict[int, float] = {}  # the pitch that the note of a voice was given
        self._wheels = VoiceWheels(voices, Effects(plugin, self.voicing))
        self._notes = Notes(voices, self._wheels.share)

    @property
    def held(self) -> bool:
        """Whether any note is held."""
        return self._notes.held

    @property
    def drone(self) -> dict[str, float]:
        """Where the wheels are in the first voice, by WHEEL_NAMES."""
        return dict(self._wheels.drone)

    def all_held(self) -> list[tuple[Source, float, float]]:
        """Source, note and velocity of what is held, in the order in which it was struck."""
        return self._notes.all_held()

    def change_voicing(self, voicing: Voicing) -> list[Move]:
        """Notes are played so from now on."""
        before, self.voicing = self.voicing, voicing
        if (before.pressure, before.timbre) == (voicing.pressure, voicing.timbre):
            return []
        return self._turns(self._wheels.assign(Effects(self._plugin, voicing)))

    def pitch_of(self, note: float) -> float | None:
        """The pitch of a note, as it is tuned; None: its key is not mapped, and it is silent."""
        return note if self.tuned is None else self.tuned.pitch(note)

    def retune(self) -> list[Move]:
        """The notes that are held go where the tuning has them now, if it has them."""
        if self._pitch is None:
            return []
        moves = []
        for voice, note in self._notes.sounding.items():
            pitch = self.pitch_of(note)
            if pitch is not None and pitch != self._given.get(voice):
                self._given[voice] = pitch
                moves.append(Move(self._pitch.name, pitch, self._of(voice)))
        return moves

    def nearest(self, note: float) -> float:
        """`note`, if its pitch is within reach of the plugin; else the nearest pitch that is."""
        pitch = self.pitch_of(note)
        if pitch is None or self._pitch is None:
            return note
        reached = self._pitch.clamp(pitch)
        return note if reached == pitch else reached

    def on(self, note: float, velocity: float, source: Source) -> list[Move]:
        """A key was pressed; velocity above 0, up to 1."""
        if self.pitch_of(note) is None:
            return []
        if self.voicing.velocity != 1.0:
            velocity = velocity**self.voicing.velocity
        goes_on = self._notes.sounds
        return self._moves(self._notes.on(note, velocity, source), goes_on)

    def strike(self, note: float, velocity: float, source: Source) -> list[Move]:
        """A note that another player held begins here, with the velocity it had."""
        return self._moves(self._notes.on(note, velocity, source), False)

    def off(self, note: float, source: Source) -> list[Move]:
        """A key was released."""
        change = self._notes.off(note, source)
        return [] if change is None else self._moves(change, True)

    def sound_off(self, source: Source) -> list[Move]:
        """The notes of a source end without their release, and so do releases and a drone."""
        moves = []
        for change in self._notes.sound_off(source):
            if change.note is None:
                moves.append(Move(GATE_NAME, CLOSE_AT_ONCE, self._of(change.voice)))
            else:
                moves += self._moves(change, True)
        return moves

    def turn(self, wheel: str, value: float | None, source: Source) -> list[Move]:
        """A source moves a wheel: "bend" (semitones), "expression", "pressure", "timbre" (0..1).

        None for one of the last two: its parameter goes back to the knob.
        """
        return self._turns(self._wheels.move(source, wheel, value))

    def set_voice(self, voice: int, name: str, value: float) -> list[Move]:
        """A parameter goes to a value in one voice, until its next note or until the knob moves."""
        if not 0 <= voice < self._voices:
            raise ControlError(f"voice {voice + 1}: voices are 1 to {self._voices}")
        self._wheels.set_voice(voice, name)
        return [Move(name, value, voice, own=True)]

    def knob_moved(self, name: str) -> None:
        """A knob was moved, in every voice."""
        self._wheels.knob_moved(name)

    def clear(self) -> None:
        """All notes are forgotten; the wheels are where they are."""
        self._notes.clear()
        self._wheels.clear()

    def forget(self) -> None:
        """All notes are forgotten, and so are moves that were under way."""
        self._notes.clear()
        self._wheels.forget()

    def lose(self, moves: list[Move]) -> None:
        """These may not have arrived: the next turns of their wheels are sent in any case."""
        self._wheels.lose([Turn(move.voice or 0, move.name, move.value) for move in moves])

    def follow(self, other: "NotePlayer") -> None:
        """Take the wheels of another plugin's player over, before there are notes."""
        self._wheels.follow(other._wheels)

    def _moves(self, change: Change, goes_on: bool) -> list[Move]:
        """What a change of notes moves; `goes_on`: a note sounded until then."""
        voice = self._of(change.voice)
        if change.note is None:
            return [Move(GATE_NAME, 0.0, voice)]
        self.newest = change.voice
        moves = self._turns(self._wheels.begin(change.voice, change.source))
        slurred = goes_on and self._voices == 1 and self.voicing.mode == LEGATO
        for parameter in self._parameters:
            if parameter.role == "pitch":
                pitch = self.pitch_of(change.note)
                given = self._given[change.voice] = change.note if pitch is None else pitch
                moves.append(Move(parameter.name, given, voice))
            elif not slurred:
                moves.append(Move(parameter.name, parameter.value_at(change.velocity), voice))
        return moves if slurred else [*moves, Move(GATE_NAME, 1.0, voice)]

    def _turns(self, turns: list[Turn]) -> list[Move]:
        moves = []
        for voice, name, value in turns:
            if name in WHEEL_ROWS:
                moves.append(Move(name, value, self._of(voice)))
                continue
            moves.append(Move(name, value, voice, own=True))
            if value is None and name in self._plugin.manifest.generated:
                moves.append(Move(take_name(name), None, voice, own=True))
        return moves

    def _of(self, voice: int) -> int | None:
        return None if self._voices == 1 else voice
