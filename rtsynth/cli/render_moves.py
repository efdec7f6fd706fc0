"""What moves while `rtsynth render` renders a file, and how long that file is."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rtsynth.common.errors import InputError
from rtsynth.host.voicing_choice import VoicingChoice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rtsynth.offline.events import ControlEvent
    from rtsynth.plugin import Plugin

RELEASE_S = 2.0  # behind the end of a MIDI file, at least
_FADED_S = 0.1  # behind the end of a longer release


@dataclass(frozen=True)
class Moves:
    """Timed changes from a file; `first` holds from the start, while it is primed, too.

    A file with a row for every sample has `rows`, and moves `exact` at their very samples; one of
    MIDI lasts `plays_s`.
    """

    events: "Iterable[ControlEvent]" = ()
    first: tuple[tuple[str, float], ...] = ()
    exact: tuple[str, ...] = ()
    rows: int | None = None
    file: str = ""
    plays_s: float | None = None

    def length_s(
        self, seconds: float | None, rate_hz: int, held: "Mapping[str, float] | None" = None
    ) -> float:
        """How long the rendering is: `seconds`, or as long as the file has rows or plays.

        Args:
            held: controls as they are set: a long `release` is waited for.

        Raises:
            InputError: neither is known, or the file is too short.
        """
        if self.rows is None:
            if seconds is None and self.plays_s is not None:
                release_s = (held or {}).get("release", 0.0) / 1000.0
                return self.plays_s + max(RELEASE_S, release_s + _FADED_S)
            if seconds is None:
                raise InputError(
                    "--seconds: is missing; only a MIDI file, and a .csv with a row for every "
                    "sample, have a length of their own"
                )
            return seconds
        if seconds is None:
            return self.rows / rate_hz
        if round(seconds * rate_hz) > self.rows:
            raise InputError(
                f"{self.file}: has {self.rows} rows, {self.rows / rate_hz:g} s at {rate_hz} Hz: "
                f"too few for --seconds {seconds:g}"
            )
        return seconds


@dataclass(frozen=True)
class MidiFlags:
    """How a MIDI file is played: a file of mappings, how notes are played, zones of MPE."""

    midi_map: str | None = None
    voicing: VoicingChoice = field(default_factory=VoicingChoice)
    mpe: str | None = None

    def given(self) -> dict[str, object]:
        """{flag: value} of those that are given."""
        own = {"--midi-map": self.midi_map, "--mpe": self.mpe}
        return {flag: value for flag, value in own.items() if value} | self.voicing.given()


def read_moves(
    file: str | None,
    plugin: "Plugin",
    count: int = 1,
    voices: int = 1,
    midi: "MidiFlags | None" = None,
) -> list[Moves]:
    """What moves in each of `count` renderings of a batch.

    Raises:
        InputError: one line that names the file, the place in it and the remedy.
    """
    from rtsynth.host.mapping.file import load_midi_map
    from rtsynth.offline.automation import is_midi, read_automation
    from rtsynth.offline.conditioning_file import is_conditioning, read_conditioning
    from rtsynth.offline.midi_file import MidiFile

    midi = midi or MidiFlags()
    for flag, value in midi.given().items():
        if file is None or not is_midi(file):
            raise InputError(f"{flag} {value}: is for a MIDI file; give --automation FILE.mid")
    midi.voicing.check([plugin])
    if file is None:
        return [Moves()] * count
    if is_conditioning(Path(file), plugin):
        read = read_conditioning(Path(file), plugin)
        first = tuple(read.first.items())
        return [Moves(read.events, first, read.names, read.rows, file)] * count
    table = None if midi.midi_map is None else load_midi_map(midi.midi_map)
    plays_s = MidiFile(Path(file)).length_s if is_midi(file) else None
    return [
        Moves(
            read_automation(
                file,
                plugin,
                table,
                voices=voices,
                number=number,
                voicing=midi.voicing,
                mpe=midi.mpe,
            ),
            file=file,
            plays_s=plays_s,
        )
        for number in range(count)
    ]
