"""What is done to a slot when its time has come: the only place that gives the engine events."""

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.errors import ControlError
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.compiler.controls import changes_of
from rtsynth.compiler.modulation import depths_of, place_depths
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    CLOSE_AT_ONCE,
    GATE,
    TARGET_BEAT,
    TARGET_FORGET,
    TARGET_LOOP,
    TARGET_LOOP_LENGTH,
    TARGET_RECALL,
    TARGET_RESET,
    TARGET_SEED,
    TEMPO,
    voice_target,
)
from rtsynth.host.assignments import Assignments, merged
from rtsynth.host.changes import Action, PluginChange, ValueChange
from rtsynth.host.note_player import GATE_NAME, VOICE_ROWS, Move, NotePlayer
from rtsynth.host.notes import NEWEST, Source
from rtsynth.host.slot_times import SlotTimes
from rtsynth.host.slot_values import SlotValues
from rtsynth.host.stage import Stage
from rtsynth.host.voice import Voice
from rtsynth.host.voicing import Voicing

TOO_MANY = "too many changes at once; this one was dropped"


@dataclass
class Looped:
    """What is put back every so many samples: the serial of a state, 0 for none."""

    serial: int = 0
    samples: int = 0


class SlotActs:
    """The acts of one slot; `times` calls them, at their time and with the locks held.

    `assignments`: what modulates what. `drones`: whether it sounds without a note, as it was loaded
    or since a reset. `seeded`: what the random numbers were last started with, if they were.
    `starts_from`: the serial of the state that notes begin from; 0: where the network is. `looped`:
    as it was asked for last.
    """

    def __init__(self, stage: Stage, number: int, voice: Voice, voices: int) -> None:
        self.lock = threading.RLock()  # of control threads; the audio thread takes none
        self.times = SlotTimes(stage, number, self._has_room, self.lock, self)
        self.values = SlotValues(voice, self._publish_value)
        self.player = NotePlayer(voice.compiled.plugin, voices)
        self.assignments = Assignments(partial(self._publish, "modulate"))
        self.drones = True
        self.seeded: int | None = None
        self.starts_from = 0
        self.looped = Looped()
        self._tempo_bpm: float | None = None  # that was given while it played
        self._stage = stage
        self._number = number
        self._voice = voice
        self._voices = voices
        self._entered = False

    def enter(self, before: dict[str, float]) -> None:
        """The slot plays now; subscribers get what is new beside the values of the one before."""
        self._entered = True
        self._stage.publish(PluginChange(self._number))
        for name, value in self.values.own().items():
            if before.get(name) != value:
                self._publish_value(self.values.infos[name], value, None)

    def leave(self) -> None:
        """Another plugin plays in the slot, or none: what is done to this one is not published."""
        self._entered = False

    def go_on_with(self, voice: Voice) -> None:
        """The slot plays a voice that goes on as the one before; see `rtsynth.host.carrying`."""
        self._voice = voice
        self.values.go_on_with(voice)

    def _has_room(self) -> bool:
        return self._stage.core.has_room(self._voice)

    def move(self, at_ns: int | None, name: str, alone: bool, value: float) -> None:
        """Move a control; see `Slot.set`."""
        if not self._stage.running:
            self.values.place(name, value, alone=alone)
            return
        control = self.values.control(name)
        self.player.knob_moved(control.spec.name)
        frame = self.times.frame_for(at_ns)
        changes = changes_of(self._voice.compiled.plugin, control, value)
        for row, number in changes[: 1 if alone else None]:
            self._push_at(row, number, frame)
        name, value = control.spec.name, control.spec.clamp(value)
        if self.values.waits:  # also where nobody reads: else what was due would pile up
            self.values.settle()
        if at_ns is not None and frame != sh.NOW and at_ns > time.monotonic_ns():
            self.values.put_later(name, value, alone=alone, at_ns=at_ns)
        else:
            self.values.put(name, value, alone=alone, at_ns=at_ns)

    def note_on(self, at_ns: int | None, note: float, velocity: float, source: Source) -> None:
        """A key was pressed."""
        self.drones = False  # its voice is that of the note from now on
        moves = self.player.on(note, velocity, source)
        self._begin(moves, at_ns)
        self._play(moves, at_ns)
        self._publish("note_on", at_ns, note, velocity, source)

    def note_off(self, at_ns: int | None, note: float, source: Source) -> None:
        """A key was released."""
        self._play(self.player.off(note, source), at_ns)
        self._publish("note_off", at_ns, note, source)

    def turn(self, at_ns: int | None, source: Source, wheel: str, value: float | None) -> None:
        """A source moved one of its wheels."""
        self._play(self.player.turn(wheel, value, source), at_ns)
        self._publish(wheel, at_ns, value, source)

    def set_voice(self, at_ns: int | None, voice: int, name: str, value: float) -> None:
        """A parameter goes to a value in one voice (from 0)."""
        self._play(self.player.set_voice(voice, name, value), at_ns)
        self._publish("voice", at_ns, voice + 1, name, value)

    def modulate(self, at_ns: int | None, source: str, name: str, depth: float) -> None:
        """A source moves a control so far; 0: not any more."""
        name = self.values.control(name).spec.name  # the plugin may have changed meanwhile
        self._change_depths(at_ns, {(source, name): depth})

    def replace_modulation(self, at_ns: int | None, assigned: dict[tuple[str, str], float]) -> None:
        """Sources move controls so far, and nothing else does."""
        self._change_depths(at_ns, dict.fromkeys(self.assignments.at(at_ns), 0.0) | assigned)

    def _change_depths(self, at_ns: int | None, depths: dict[tuple[str, str], float]) -> None:
        """All of what is asked for goes to the engine, or nothing where it has no room."""
        plugin = self._voice.compiled.plugin
        after = depths_of(plugin, merged(self.assignments.at(at_ns), depths))
        changes = {target: after.get(target, 0.0) for target in depths_of(plugin, depths)}
        if not self._stage.running:
            place_depths(self._voice.compiled.program, self._voice.arena, changes.items())
            self.assignments.put(depths, at_ns)
            return
        if not self._stage.core.takes(len(changes)):
            raise ControlError(TOO_MANY)
        frame = self.times.frame_for(at_ns)
        for target, depth in changes.items():
            self._push_at(target, depth, frame)
        if at_ns is not None and frame != sh.NOW and at_ns > time.monotonic_ns():
            self.assignments.put_later(depths, at_ns)
        else:
            self.assignments.put(depths, at_ns)

    def take_modulation(self, other: "SlotActs") -> None:
        """Modulate as another slot, as far as there are the same controls; before playing."""
        assigned = other.assignments.at(None)
        kept = {key: d for key, d in assigned.items() if key[1] in self.values.infos}
        changes = depths_of(self._voice.compiled.plugin, kept)
        place_depths(self._voice.compiled.program, self._voice.arena, changes.items())
        self.assignments.place(kept)

    @property
    def waits(self) -> bool:
        """Whether there are values or depths for later; needs no lock."""
        return self.values.waits or self.assignments.waits

    def settle(self) -> None:
        """Take note of what is due of them."""
        self.values.settle()
        self.assignments.settle()

    def forget_later(self, now_ns: int) -> None:
        """Drop what is not due yet of all that is for a time, on this side of the engine."""
        self.times.forget()
        self.values.forget(now_ns)
        self.assignments.forget(now_ns)

    def tune(self, tuned: Tuned | None) -> None:
        """Notes are tuned so from now on, those that are held as well."""
        self.player.tuned = tuned
        self.retune(None)
        if tuned is not None and tuned.moves:
            self._stage.retuner.add(self)

    def retune(self, at_ns: int | None) -> None:
        """The notes that are held go where their tuning has them now."""
        self._play(self.player.retune(), at_ns)

    def follow_tuning(self) -> bool:
        """Implements `retuner.Follower`."""
        self.times.at(None, SlotActs.retune, ())
        return self.player.tuned is not None and self.player.tuned.moves

    def set_beat(self, at_ns: int | None, tempo_bpm: float, beats: float) -> None:
        """Every voice counts beats from there, at a tempo; see `rtsynth.host.transport`."""
        self._push(TEMPO, tempo_bpm, at_ns)
        self._push(TARGET_BEAT, beats, at_ns)
        self._tempo_bpm = tempo_bpm
        self.values.keep_tempo(tempo_bpm)

    def begin_beat(self, _at_ns: int | None, tempo_bpm: float) -> None:
        """Every voice counts beats from its first sample on, at a tempo; before playing."""
        self.values.place_row(TEMPO, tempo_bpm)
        self.values.keep_tempo(tempo_bpm)

    def change_voicing(self, voicing: Voicing) -> None:
        """Notes are played so from now on; their tuning is `player.tuned`."""
        self._play(self.player.change_voicing(voicing), None)
        self._publish("voicing", None)

    def strike(self, source: Source, note: float, velocity: float) -> None:
        """A note that was held when the slot's number of voices changed sounds on."""
        self._play(self.player.strike(note, velocity, source), None)

    def reset(self, at_ns: int | None) -> None:
        """The network goes where a note starts; the gate of the first voice opens."""
        self.player.clear()
        self.drones = True
        self._push(TARGET_RESET, 0.0, at_ns)
        for voice in range(self._voices):
            self._push(self._target(GATE, voice), float(voice == 0), at_ns)
        self._publish("reset", at_ns)

    def end_drone(self, at_ns: int | None) -> None:
        """The gate closes, unless notes are held."""
        if not self.player.held:
            self.drones = False
            self._push(GATE, 0.0, at_ns)
            self._publish("end_drone", at_ns)

    def sound_off(self, at_ns: int | None, source: Source) -> None:
        """What a source plays is silent at once, and so is a drone."""
        self.drones = False
        self._play(self.player.sound_off(source), at_ns)
        self._publish("sound_off", at_ns, source)

    def seed(self, at_ns: int | None, seed: int) -> None:
        """The random numbers start again."""
        self._push(TARGET_SEED, float(seed), at_ns)
        self.seeded = seed
        self._publish("seed", at_ns, seed)

    def use_bank(self, at_ns: int | None, target: int, value: int, voice: int | None) -> None:
        """Keep what the network is, or put back what it was; see `rtsynth.host.banks`."""
        voice = self.player.newest if voice == NEWEST else voice
        self._push(self._target(target, voice), float(value), at_ns)
        if target == TARGET_LOOP:
            self.looped.serial = value
        elif target == TARGET_LOOP_LENGTH:
            self.looped.samples = value

    def note_bank(self, at_ns: int | None, kind: str, *arguments: Hashable) -> None:
        """Other states are kept than before, or one was put back."""
        self._publish(kind, at_ns, *arguments)

    def start_from(self, _at_ns: int | None, serial: int) -> None:
        """Notes begin from the state of a serial from now on; 0: where the network is."""
        self.starts_from = serial

    def _begin(self, moves: list[Move], at_ns: int | None) -> None:
        """Voices whose gates these moves open begin from a state, if notes do."""
        for name, value, voice, _ in moves:
            if self.starts_from and name == GATE_NAME and value is not None and value > 0:
                self.use_bank(at_ns, TARGET_RECALL, self.starts_from, voice)

    def steer(self, at_ns: int | None, target: int, value: float, voice: int) -> None:
        """The network of a voice (from 0) is steered; no knob moves. See `rtsynth.host.rescue`."""
        self._push(self._target(target, voice), value, at_ns)

    def silence(self) -> None:
        """See `Slot.silence`."""
        now_ns = time.monotonic_ns()
        self.forget_later(now_ns)
        self.drones = False
        self._push(TARGET_FORGET, 0.0, now_ns)
        if self.looped.serial:
            self.use_bank(None, TARGET_LOOP, 0, None)
        if self._tempo_bpm is not None:  # that may have been for later, too
            self._push(TEMPO, self._tempo_bpm, None)
        self.player.forget()
        self._push(GATE, CLOSE_AT_ONCE, None)
        self._push(GATE, CLOSE_AT_ONCE, time.monotonic_ns())  # behind a note that is due by now
        self._publish("silence", None)

    def _play(self, moves: list[Move], at_ns: int | None) -> None:
        """Make the moves of a note or a wheel."""
        try:
            for move in moves:
                self._play_move(move, at_ns)
        except ControlError:
            self.player.lose(moves)
            raise

    def _play_move(self, move: Move, at_ns: int | None) -> None:
        name, value, voice, own = move
        if value is None:
            value = self.values.at(name, at_ns)
        row = VOICE_ROWS.get(name)
        if row is not None:
            self._push(self._target(row, voice), value, at_ns)
        elif voice is None:
            self.move(at_ns, name, False, value)
        else:
            self._push_control(name, value, voice, at_ns)
            if not own:
                self.values.take_over(name, at_ns)

    def _push_control(self, name: str, value: float, voice: int, at_ns: int | None) -> None:
        control = self.values.control(name)
        for index, number in changes_of(self._voice.compiled.plugin, control, value):
            self._push(self._target(index, voice), number, at_ns)

    def _target(self, row: int, voice: int | None) -> int:
        return row if voice is None or self._voices == 1 else voice_target(row, voice)

    def _push(self, target: int, value: float, at_ns: int | None) -> None:
        self._push_at(target, value, self.times.frame_for(at_ns))

    def _push_at(self, target: int, value: float, frame: int) -> None:
        if not self._stage.core.push(self._voice, target, value, frame):
            raise ControlError(TOO_MANY)

    def _publish_value(self, control: ControlInfo, value: float, at_ns: int | None) -> None:
        if self._entered:
            self._stage.publish(ValueChange(self._number, control, value, at_ns))

    def _publish(self, kind: str, at_ns: int | None, *arguments: Hashable) -> None:
        if self._entered:
            self._stage.publish(Action(self._number, kind, arguments, at_ns))
