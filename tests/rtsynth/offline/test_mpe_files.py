"""MPE in MIDI files: eight notes, each with a bend, a pressure and a timbre of its own."""

from pathlib import Path

import mido
import numpy as np
import pytest

from rtsynth import load
from rtsynth.offline.automation import read_automation
from rtsynth.offline.events import ControlEvent
from rtsynth.offline.render import render
from tests.places import ROOT
from tests.rtsynth.offline.moves import PLUGIN

MEMBERS = range(1, 9)  # channels as in messages, from 0
CENTS = 10.0
CLARINET = ROOT / "models" / "plugins" / "clarinet-trumpet.safetensors"


def mpe_file(path: Path, messages: list[tuple[int, mido.Message]]) -> Path:
    """A lower zone of eight members, then messages with the ticks (ms) before each."""
    track = mido.MidiTrack()
    for control, value in ((101, 0), (100, 6), (6, len(MEMBERS))):
        track.append(mido.Message("control_change", channel=0, control=control, value=value))
    for ticks, message in messages:
        track.append(message.copy(time=ticks))
    file = mido.MidiFile(ticks_per_beat=500)
    file.tracks.append(track)
    file.save(path)
    return path


def bent(semitones: float, reach: float, channel: int) -> mido.Message:
    return mido.Message("pitchwheel", channel=channel, pitch=round(semitones / reach * 8192))


def last_in_voices(events: list[ControlEvent], name: str, rest: float) -> list[float]:
    found = [rest] * len(MEMBERS)
    for event in events:
        if event.name == name:
            assert event.voice is not None
            found[event.voice] = event.value
    return found


def test_each_voice_is_moved_alone(tmp_path: Path) -> None:
    """Bend of zone and note, pressure and timbre, by rows; voice n plays the n-th note."""
    bends = [0.4 * member for member in MEMBERS]
    messages = [
        (0, mido.Message("note_on", channel=member, note=64 + member, velocity=127))
        for member in MEMBERS
    ]
    messages += [(1, bent(bends[member - 1], 48, member)) for member in MEMBERS]
    messages.append((1, bent(-1.0, 2, 0)))
    for member in MEMBERS[::2]:
        messages.append((1, mido.Message("aftertouch", channel=member, value=member)))
    for member in MEMBERS[1::2]:
        messages.append(
            (1, mido.Message("control_change", channel=member, control=74, value=member))
        )
    events = list(read_automation(mpe_file(tmp_path / "a.mid", messages), PLUGIN, voices=8))
    assert last_in_voices(events, "pitch", 0) == [65, 66, 67, 68, 69, 70, 71, 72]
    tick = 48 / 8192
    assert last_in_voices(events, "voice/bend", 0) == pytest.approx(
        [bend - 1.0 for bend in bends], abs=tick
    )
    assert last_in_voices(events, "voice/expression", 1.0) == pytest.approx(
        [1 / 127, 1, 3 / 127, 1, 5 / 127, 1, 7 / 127, 1]
    )
    assert last_in_voices(events, "instrument", -1) == pytest.approx(
        [-1, 2 / 127, -1, 4 / 127, -1, 6 / 127, -1, 8 / 127]
    )


@pytest.mark.measure
def test_the_pitch_of_each_note_in_the_mix(tmp_path: Path) -> None:
    """Four notes three semitones apart, each bent otherwise, and the zone as a whole.

    Their fundamentals lie within one octave, so that none is where an overtone of another is.
    """
    plugin = load(CLARINET)
    keys, bends, zone = (65, 68, 71, 74), (0.4, -0.3, 0.45, -0.6), 0.25
    messages = [(0, bent(zone, 2, 0))]
    for channel, (key, bend) in enumerate(zip(keys, bends, strict=True), start=1):
        messages.append((0, bent(bend, 48, channel)))
        messages.append((0, mido.Message("note_on", channel=channel, note=key, velocity=100)))
    events = read_automation(mpe_file(tmp_path / "a.mid", messages), plugin, voices=8)
    audio = render(plugin, 3.5, events=events, voices=8, seed=1)
    steady = audio[plugin.sample_rate_hz // 2 :]
    spectrum = np.abs(np.fft.rfft(steady * np.hanning(steady.size), 1 << 19))
    pitches = 69 + 12 * np.log2(
        np.maximum(np.arange(spectrum.size), 1) * plugin.sample_rate_hz / (1 << 19) / 440
    )
    for key, bend in zip(keys, bends, strict=True):
        asked = key + bend + zone
        near = np.abs(pitches - asked) < 1.0  # farther than any bend that could be missed
        found = pitches[near][np.argmax(spectrum[near])]
        assert abs(found - asked) * 100 < CENTS, (key, asked, found)
