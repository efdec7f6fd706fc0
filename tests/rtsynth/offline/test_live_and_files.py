"""The same MIDI bytes, live and in a file, move the same rows of the engine to the same values."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import mido
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.control.midi.mpe import zone_bytes
from rtsynth.control.midi.router import MidiRouter
from rtsynth.engine.program.layout import GATE
from rtsynth.host.host import Host
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.voice import Voice
from rtsynth.host.voicing_choice import VoicingChoice
from rtsynth.offline.automation_midi import read_midi
from rtsynth.offline.events import compiled_events
from rtsynth.processes.begin import begin, beginning_of
from rtsynth.processes.options import EngineOptions
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.midi_bytes import midi, track

ON, OFF, CC, BEND, PRESSURE = 0x90, 0x80, 0xB0, 0xE0, 0xD0
MESSAGES = (
    (CC, 7, 64), (CC, 16, 3), (CC, 12, 90), (CC, 20, 77),
    (ON, 70, 127), (ON, 72, 30), (BEND, 0, 96), (CC, 11, 40), (ON, 67, 80),
    (CC, 64, 127), (OFF, 72, 0), (ON, 70, 0), (CC, 101, 0), (CC, 100, 0), (CC, 6, 12),
    (BEND, 127, 127), (CC, 1, 50), (PRESSURE, 9), (CC, 64, 0), (CC, 121, 0),
    (ON | 3, 71, 99), (BEND | 3, 1, 2), (ON, 20, 64), (CC, 123, 0), (OFF | 3, 71, 64),
    (ON, 70, 127), (ON | 3, 72, 127), (CC, 120, 0),
)  # fmt: skip
PLAYED = (
    (ON | 1, 76, 90), (BEND | 1, 0, 66), (PRESSURE | 1, 100), (CC | 1, 74, 30), (ON | 2, 77, 64),
    (OFF | 1, 76, 0), (BEND | 2, 0, 62), (ON | 2, 80, 20), (OFF | 2, 80, 0), (OFF | 2, 77, 0),
)  # fmt: skip
MAPS = {
    "the default table": None,
    "a map": table(bound(20, "pitch", span=(64.0, 70.0)), bound(20, "temperature")),
}

Change = tuple[int, float]


def played_live(
    options: EngineOptions, mpe: str | None, monkeypatch: pytest.MonkeyPatch
) -> list[Change]:
    """What PLAYED moves in an engine that is started with these options."""
    live: list[Change] = []
    with Host("null", voices=options.voices, precision="float32") as host:
        begin(host, beginning_of(options), lambda: None)
        host.start()
        router = MidiRouter(host)
        for data in zone_bytes(mpe):
            router.handle(mido.Message.from_bytes(data))
        push = host.core.push

        def record(voice: Voice, target: int, value: float, frame: int) -> bool:
            live.append((target, value))
            return push(voice, target, value, frame)

        monkeypatch.setattr(host.core, "push", record)
        for message in PLAYED:
            router.handle(mido.Message.from_bytes(message))
    return live


@pytest.mark.system
@pytest.mark.filterwarnings("ignore:.*out of range")  # bends are compared by key, not as tuned
@pytest.mark.parametrize("mpe", [None, "lower:4"])
@pytest.mark.parametrize("voices", [1, 3])
def test_flags_for_notes_do_the_same_live_and_for_a_file(
    compiled: Compiled,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    voices: int,
    mpe: str | None,
) -> None:
    scale = tmp_path / "quarter.scl"
    scale.write_text(
        "! quarter.scl\nquarter tones\n 24\n"
        + "".join(f"{50.0 * degree}\n" for degree in range(1, 25))
    )
    flags: dict[str, Any] = {
        "bend_range": 7.0, "velocity": "hard", "voice_mode": "legato", "timbre": "amplitude",
        "pressure": "instrument", "tuning": str(scale),
    }  # fmt: skip
    plain = EngineOptions(plugins=[str(compiled.plugin.path)], voices=voices)
    live = played_live(replace(plain, **flags), mpe, monkeypatch)
    path = tmp_path / "same.mid"
    path.write_bytes(midi(track(*((1, *message) for message in PLAYED))))
    events = read_midi(path, compiled.plugin, None, voices, VoicingChoice(**flags), mpe)
    timed = compiled_events(compiled, events)
    filed = list(zip(timed.targets.tolist(), timed.values.tolist(), strict=True))
    assert filed[-len(live) :] == live
    assert len(live) >= len(PLAYED)
    assert live != played_live(plain, mpe, monkeypatch)  # the flags make a difference


@pytest.mark.system
@pytest.mark.parametrize("voices", [1, 3])
@pytest.mark.parametrize("midi_map", MAPS.values(), ids=MAPS)
def test_a_message_does_the_same_live_and_from_a_file(
    compiled: Compiled,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    midi_map: MidiMap | None,
    voices: int,
) -> None:
    live: list[Change] = []
    with Host("null", voices=voices) as host:
        host.load(compiled)
        host.start()
        push = host.core.push

        def record(voice: object, target: int, value: float, frame: int) -> bool:
            live.append((target, value))
            return push(voice, target, value, frame)

        monkeypatch.setattr(host.core, "push", record)
        router = MidiRouter(host, midi_map)
        for message in MESSAGES:
            router.handle(mido.Message.from_bytes(message))

    path = tmp_path / "same.mid"
    path.write_bytes(midi(track(*((1, *message) for message in MESSAGES))))
    with pytest.warns(match="out of range"):  # the note far below the plugin's pitch
        events = compiled_events(compiled, read_midi(path, compiled.plugin, midi_map, voices))
    filed = list(zip(events.targets.tolist(), events.values.tolist(), strict=True))
    assert filed[0] == (GATE, 0.0)  # a file begins in silence
    assert filed[1:] == live
    assert len(live) > len(MESSAGES)
