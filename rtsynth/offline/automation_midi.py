"""MIDI files as automation: the messages act through the same router and map as live ones."""

from collections import Counter
from pathlib import Path

import mido

from rtsynth.common.control_info import MASTER, Description, Place, SlotInfo
from rtsynth.common.control_names import TEMPO_CONTROL
from rtsynth.common.errors import InputError
from rtsynth.compiler.control_info import control_infos
from rtsynth.compiler.controls import controls_of
from rtsynth.control.midi.mpe import zone_bytes
from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.changes import Mailbox
from rtsynth.host.mapping.actions import is_action
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.mixer import MASTER_CONTROLS, STRIP_CONTROLS, own_name
from rtsynth.host.note_player import GATE_NAME, VOICE_ROWS, Move, NotePlayer
from rtsynth.host.notes import Source
from rtsynth.host.voicing_choice import VoicingChoice
from rtsynth.offline.events import ControlEvent, warn
from rtsynth.offline.midi_file import MidiFile
from rtsynth.plugin import Parameter, Plugin

MOST_CHANGES = 1_500_000
NOTHING_CHOSEN = VoicingChoice()


def read_midi(
    path: Path,
    plugin: Plugin,
    midi_map: MidiMap | None,
    voices: int = 1,
    voicing: VoicingChoice = NOTHING_CHOSEN,
    mpe: str | None = None,
) -> list[ControlEvent]:
    """What the messages of a file change, and when; notes are given to `voices` voices.

    They are played as `voicing` says; `mpe` are the zones that it begins with (`mpe.zone_bytes`).

    Warns (RtsynthWarning, one line each) of what the file holds and cannot be played, and of notes
    and bends beyond the range of the plugin's pitch, which sound at its end.

    Raises:
        InputError: not a MIDI file, or a map for controls the plugin has not.
    """
    performer = _Performer(str(path), plugin, voices, voicing)
    if midi_map is not None:
        midi_map.check(performer.describe())
        if any(is_action(binding.target) for binding in midi_map.bindings):
            warn(f"{path}: left out: actions of the MIDI map (a render has no states to put back)")
    clamped: Counter[str] = Counter()

    def count(kind: str, asked: float, applied: float) -> None:
        clamped[kind] += 1

    router = MidiRouter(performer, midi_map, clamped=count)
    for data in zone_bytes(mpe):
        router.handle(mido.Message.from_bytes(data))
    file = MidiFile(path)
    for time_s, message in file:
        performer.time_s = time_s
        if message.type == "set_tempo":
            performer.set_tempo(60e6 / message.tempo)
        else:
            router.handle(message)
    if file.left_out:
        warn(f"{path}: left out: {file.left_out}")
    if clamped:
        pitch = performer.pitch
        which = " and ".join(f"{kind}s ({number})" for kind, number in clamped.items())
        warn(f"{path}: {which} out of range {pitch.minimum:g}..{pitch.maximum:g}: clamped")
    if performer.mixed:
        names = ", ".join(sorted(performer.mixed))
        warn(f"{path}: left out: {names} (a render is the plugin alone, without the mixer)")
    return performer.events


class _Performer:
    """Plays the part of the engine for a MIDI file: writes down what would change, and when.

    Notes become what they are live: the pitch and amplitude of the parameters with those roles,
    and the gate of the voice that sounds them.
    """

    def __init__(self, file: str, plugin: Plugin, voices: int, voicing: VoicingChoice) -> None:
        self._file = file
        self.events: list[ControlEvent] = []
        self.time_s = 0.0
        self.mixed: set[str] = set()  # controls of the mixer that it would move
        self._plugin, self._infos = plugin, control_infos(plugin)
        self._specs = {control.spec.name: control.spec for control in controls_of(plugin)}
        self._values = {name: spec.default for name, spec in self._specs.items()}
        self._voices = voices
        self._player = NotePlayer(plugin, voices)
        self._player.change_voicing(voicing.of(self._player.voicing, plugin))
        self._player.tuned = voicing.tuned()
        self._write(GATE_NAME, 0.0)  # silence before the first note

    @property
    def pitch(self) -> Parameter:
        """The parameter that notes move, of a plugin that has one."""
        return next(spec for spec in self._plugin.parameters if spec.role == "pitch")

    def set_tempo(self, tempo_bpm: float) -> None:
        """Beats are those of the file from now on."""
        if self._infos[TEMPO_CONTROL].read_only:  # else it is a parameter of the plugin
            self._write(TEMPO_CONTROL, self._specs[TEMPO_CONTROL].clamp(tempo_bpm))

    def describe(self) -> Description:
        infos = tuple(self._infos.values())
        count = len(self._plugin.parameters)
        slot = SlotInfo(
            number=1,
            plugin=self._plugin.name,
            description=self._plugin.manifest.description,
            sample_rate_hz=self._plugin.sample_rate_hz,
            path=str(self._plugin.path or ""),
            precision="",
            threads=1,
            voices=self._voices,
            delay_ms=0.0,
            parameters=infos[:count],
            controls=infos[count:],
            mixer=tuple(STRIP_CONTROLS.values()),
            values=self._values,
            followed={},
            taken=frozenset(),
        )
        master = Place(number=MASTER, controls=tuple(MASTER_CONTROLS.values()))
        return Description("", (slot,), master)

    def subscribe(self, *, values: bool = True) -> Mailbox:
        return Mailbox()  # nothing changes but by the file

    def set(self, slot: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        if self._leaves_out(slot, name):
            return value
        self._values[name] = self._spec(slot, name).clamp(value)
        self._player.knob_moved(name)
        self._write(name, self._values[name])
        return self._values[name]

    def set_norm(self, slot: int, name: str, position: float, *, at_ns: int | None = None) -> float:
        if self._leaves_out(slot, name):
            return position
        return self.set(slot, name, self._spec(slot, name).value_at(position))

    def get(self, slot: int, name: str) -> float:
        if self._leaves_out(slot, name):
            return 0.0
        self._spec(slot, name)
        return self._values[name]

    def note_on(
        self,
        slot: int,
        note: float,
        velocity: float,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> float:
        self._play(self._player.on(note, velocity, source))
        return self._player.nearest(note)

    def note_off(
        self, slot: int, note: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        self._play(self._player.off(note, source))

    def bend(
        self, slot: int, semitones: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        self._play(self._player.turn("bend", semitones, source))

    def express(
        self, slot: int, share: float, *, source: Source = None, at_ns: int | None = None
    ) -> None:
        self._play(self._player.turn("expression", share, source))

    def turn(
        self,
        slot: int,
        wheel: str,
        value: float | None,
        *,
        source: Source = None,
        at_ns: int | None = None,
    ) -> None:
        self._play(self._player.turn(wheel, value, source))

    def bend_range(self, slot: int) -> float:
        return self._player.voicing.bend_range

    def pitch_of(self, slot: int, note: float) -> float | None:
        return self._player.pitch_of(note)

    def end_drone(self, slot: int, *, at_ns: int | None = None) -> None:
        """Nothing sounds here without a note."""

    def sound_off(self, slot: int, *, source: Source = None, at_ns: int | None = None) -> None:
        self._play(self._player.sound_off(source))

    def panic(self) -> None:
        self._player.clear()
        self._write(GATE_NAME, 0.0)

    def _play(self, moves: list[Move]) -> None:
        for name, asked, voice, own in moves:
            value = self._values[name] if asked is None else asked
            if name in VOICE_ROWS:
                self._write(name, value, voice)
            elif voice is None:
                self.set(1, name, value)
            else:
                where = None if own and self._voices == 1 else voice
                self._write(name, self._spec(1, name).clamp(value), where)

    def _leaves_out(self, slot: int, name: str) -> bool:
        own = own_name(slot, name)
        if own is not None:
            self.mixed.add(f"master {own}" if slot == MASTER else own)
        return own is not None

    def _spec(self, slot: int, name: str) -> Parameter:
        if slot != 1 or name not in self._specs:
            raise InputError(f"slot {slot} has no control {name!r} when a file is rendered")
        return self._specs[name]

    def _write(self, name: str, value: float, voice: int | None = None) -> None:
        if len(self.events) >= MOST_CHANGES:  # each bend moves every voice of its channel
            raise InputError(
                f"{self._file}: results in more than {MOST_CHANGES:,} changes in {self._voices} "
                "voices; split it, or use fewer voices"
            )
        self.events.append(ControlEvent(self.time_s, name, value, voice=voice))
