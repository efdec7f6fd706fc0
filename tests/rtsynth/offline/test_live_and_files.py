"""The same MIDI bytes, live and in a file, move the same rows of the engine to the same values."""

from pathlib import Path

import mido
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.control.midi.router import MidiRouter
from rtsynth.engine.program.layout import GATE
from rtsynth.host.host import Host
from rtsynth.host.mapping.table import MidiMap
from rtsynth.offline.automation_midi import read_midi
from rtsynth.offline.events import compiled_events
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
MAPS = {
    "the default table": None,
    "a map": table(bound(20, "pitch", span=(64.0, 70.0)), bound(20, "temperature")),
}

Change = tuple[int, float]


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
