"""MIDI files as automation: what they become, alone and with several voices."""

from pathlib import Path

import mido
import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.common.errors import InputError, RtsynthWarning
from rtsynth.compiler.compile import Compiled
from rtsynth.engine.program.layout import CLOSE_AT_ONCE
from rtsynth.host.mapping.binding import NOTE, Binding, Physical
from rtsynth.offline.automation import read_automation
from rtsynth.offline.events import ControlEvent
from rtsynth.offline.render import render
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.midi_bytes import header, midi, track
from tests.rtsynth.offline.moves import PLUGIN, told

ON, OFF = 0x90, 0x80


def midi_file(path: Path, *messages: tuple[int, mido.Message | mido.MetaMessage]) -> Path:
    """A file of (ticks since the one before, message); a tick is 1 ms at the default tempo."""
    file = mido.MidiFile(ticks_per_beat=500)
    made = mido.MidiTrack()
    for ticks, message in messages:
        made.append(message.copy(time=ticks))
    file.tracks.append(made)
    file.save(path)
    return path


def events_of(tmp_path: Path, *tracks: bytes, voices: int = 1) -> list[ControlEvent]:
    """What tracks become whose ticks are ms."""
    path = tmp_path / "a.mid"
    path.write_bytes(midi(*tracks))
    return list(read_automation(path, PLUGIN, voices=voices))


def gates(events: list[ControlEvent]) -> list[tuple[float, float]]:
    return [(round(e.time_s, 6), e.value) for e in events if e.name == "gate"]


def test_notes_and_controllers_act_as_they_do_live(tmp_path: Path) -> None:
    path = midi_file(
        tmp_path / "a.mid",
        (0, mido.Message("control_change", control=7, value=64)),
        (100, mido.Message("note_on", note=70, velocity=127)),
        (100, mido.Message("note_on", note=72, velocity=127)),
        (100, mido.Message("note_off", note=72)),
        (100, mido.Message("pitchwheel", pitch=8191)),
        (100, mido.Message("note_on", note=70, velocity=0)),
        (0, mido.MetaMessage("set_tempo", tempo=1_000_000)),
        (100, mido.Message("control_change", control=16, value=127)),
        (0, mido.Message("control_change", control=11, value=0)),
    )
    events = [(round(t, 6), name, value) for t, name, value in told(read_automation(path, PLUGIN))]
    volume = pytest.approx(40 * np.log10(64 / 127))
    assert events == [
        (0.0, "gate", 0.0),  # silence before the first note
        (0.0, "gain", volume),
        (0.1, "amplitude", 1.0), (0.1, "pitch", 70.0), (0.1, "gate", 1.0),
        (0.2, "amplitude", 1.0), (0.2, "pitch", 72.0), (0.2, "gate", 1.0),
        # The note still held sounds again.
        (0.3, "amplitude", 1.0), (0.3, "pitch", 70.0), (0.3, "gate", 1.0),
        (0.4, "voice/bend", 2.0),
        (0.5, "gate", 0.0),
        (0.5, "tempo", 60.0),
        (0.7, "instrument", 1.0),  # twice as slow since the tempo change
        (0.7, "voice/expression", 0.0),
    ]  # fmt: skip


def test_notes_are_given_to_voices_and_bent_there(tmp_path: Path) -> None:
    events = events_of(
        tmp_path,
        track((100, ON, 70, 127), (100, ON, 72, 127), (0, 0x91, 72, 127),
              (50, 0xE0, 127, 127), (50, OFF, 70, 0)),
        voices=3,
    )  # fmt: skip
    found = [(round(e.time_s, 6), e.name, e.value, e.voice) for e in events]
    assert [one for one in found if one[1] not in ("amplitude", "pitch")] == [
        (0.0, "gate", 0.0, None),
        (0.1, "gate", 1.0, 0),
        (0.2, "gate", 1.0, 1), (0.2, "gate", 1.0, 2),
        (0.25, "voice/bend", 2.0, 0), (0.25, "voice/bend", 2.0, 1),
        (0.3, "gate", 0.0, 0),
    ]  # fmt: skip
    assert [one[2:] for one in found if one[1] == "pitch"] == [(70.0, 0), (72.0, 1), (72.0, 2)]


def test_the_bend_range_of_a_file(tmp_path: Path) -> None:
    """RPN 0 says 12 semitones, and the wheel goes half way up."""
    select = [(0, 0xB0, 101, 0), (0, 0xB0, 100, 0), (0, 0xB0, 6, 12), (0, 0xB0, 38, 0)]
    events = events_of(tmp_path, track(*select, (0, ON, 64, 100), (1000, 0xE0, 0, 96)))
    assert told(events)[-1] == (1.0, "voice/bend", pytest.approx(6, abs=1e-2))


@pytest.mark.parametrize("ending", [".mid", ".MIDI", ".kar", ".rmi"])
def test_what_midi_files_are_called(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"song{ending}"
    path.write_bytes(midi(track((0, ON, 70, 9))))
    assert gates(read_automation(path, PLUGIN))[1:] == [(0.0, 1.0)]


def test_all_sound_off_closes_the_voices_of_its_channel_without_their_release(
    tmp_path: Path,
) -> None:
    events = events_of(
        tmp_path,
        track((0, ON, 70, 127), (0, ON, 72, 127), (0, 0x91, 74, 127), (100, OFF, 72, 0),
              (100, 0xB0, 120, 0)),
        voices=3,
    )  # fmt: skip
    ends = [(round(e.time_s, 6), e.value, e.voice) for e in events if e.name == "gate"]
    assert ends[-3:] == [(0.1, 0.0, 1), (0.2, CLOSE_AT_ONCE, 0), (0.2, CLOSE_AT_ONCE, 1)]


# --------------------------------------------------------------------------- whose a note is


def test_two_channels_hold_the_same_pitch(tmp_path: Path) -> None:
    first = track((0, ON, 69, 100), (1000, OFF, 69, 0))
    second = track((500, 0x91, 69, 100), (1500, 0x81, 69, 0))
    assert gates(events_of(tmp_path, first, second))[-2:] == [(0.5, 1.0), (2.0, 0.0)]


# ------------------------------------------------------------------------------ at one time

STRUCK_AGAIN = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (2.0, 0.0)]


@pytest.mark.parametrize(
    "tracks",
    [
        [track((0, ON, 69, 100), (1000, OFF, 69, 0), (0, ON, 69, 100), (1000, OFF, 69, 0))],
        [track((0, ON, 69, 100), (1000, ON, 69, 100), (0, OFF, 69, 0), (1000, OFF, 69, 0))],
        [track((0, ON, 69, 100), (1000, ON, 69, 100), (0, ON, 69, 0), (1000, ON, 69, 0))],
        [track((1000, ON, 69, 100), (1000, OFF, 69, 0)), track((0, ON, 69, 9), (1000, OFF, 69, 0))],
    ],
)
def test_a_note_struck_again_as_it_ends_sounds(tmp_path: Path, tracks: list[bytes]) -> None:
    assert gates(events_of(tmp_path, *tracks)) == STRUCK_AGAIN


def test_a_note_without_length_begins_before_it_ends(tmp_path: Path) -> None:
    short = [(1000, ON, 69, 100), (0, OFF, 69, 0)]
    assert gates(events_of(tmp_path, track(*short)))[1:] == [(1.0, 1.0), (1.0, 0.0)]
    after_another = track((0, ON, 69, 100), *short, (0, OFF, 69, 0))
    assert gates(events_of(tmp_path, after_another))[2:] == [(1.0, 0.0), (1.0, 1.0), (1.0, 0.0)]


def test_only_ends_of_notes_are_put_first(tmp_path: Path) -> None:
    """The pedal goes down at the time of the end, and before it in the file: it holds the note."""
    events = events_of(
        tmp_path, track((0, ON, 69, 9), (1000, 0xB0, 64, 127), (0, OFF, 69, 0), (500, 0xB0, 64, 0))
    )
    assert gates(events)[2:] == [(1.5, 0.0)]


# ---------------------------------------------------------------------------------- what is said


def test_what_is_out_of_range_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    notes = track((0, ON, 40, 9), (9, OFF, 40, 0), (0, ON, 90, 9), (0, OFF, 90, 0), (0, ON, 76, 9),
                  (9, 0xE0, 0, 127))  # fmt: skip
    path.write_bytes(midi(notes))
    with pytest.warns(RtsynthWarning) as caught:
        events = list(read_automation(path, PLUGIN))
    (warning,) = caught
    assert str(warning.message) == (f"{path}: notes (2) and bends (1) out of range 64..76: clamped")
    assert [event.value for event in events if event.name == "pitch"] == [64.0, 76.0, 76.0]


def test_what_is_left_out_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(header(tracks=3) + b"XFIH\0\0\0\2ab" + track((0, ON, 70, 9)))
    with pytest.warns(RtsynthWarning) as caught:
        assert gates(read_automation(path, PLUGIN))[1:] == [(0.0, 1.0)]
    (warning,) = caught
    assert str(warning.message) == (
        f"{path}: left out: unknown chunks (1), missing tracks that the header promises (2)"
    )


def test_the_mixer_is_left_out_and_that_is_said_in_one_line(tmp_path: Path) -> None:
    path = midi_file(
        tmp_path / "a.mid",
        (0, mido.Message("control_change", control=10, value=3)),
        (1, mido.Message("control_change", control=10, value=9)),
        (1, mido.Message("control_change", control=20, value=127)),
    )
    midi_map = table(bound(20, "gain", slot=0, takeover="pickup"), bound(20, "mute"))
    with pytest.warns(RtsynthWarning) as caught:
        events = list(read_automation(path, PLUGIN, midi_map=midi_map))
    assert [str(warning.message) for warning in caught] == [
        f"{path}: left out: master gain, mute, pan "
        "(a render is the plugin alone, without the mixer)"
    ]
    assert {event.name for event in events} == {"gate"}


def test_actions_are_left_out_and_their_pads_play_nothing(tmp_path: Path) -> None:
    path = midi_file(
        tmp_path / "a.mid",
        (0, mido.Message("note_on", note=36, velocity=90)),
        (1, mido.Message("note_off", note=36)),
    )
    midi_map = table(Binding("bank/recall a", Physical(NOTE, 36)))
    with pytest.warns(RtsynthWarning, match=r"left out: actions of the MIDI map"):
        events = list(read_automation(path, PLUGIN, midi_map=midi_map))
    assert [event.value for event in events if event.name == "gate"] == [0.0]


def test_the_map_of_live_playing_is_used(tmp_path: Path) -> None:
    path = midi_file(
        tmp_path / "a.mid", (500, mido.Message("control_change", control=9, value=127))
    )
    midi_map = table(bound(9, "pitch", span=(64.0, 70.0)))
    assert told(read_automation(path, PLUGIN, midi_map))[1:] == [(0.5, "pitch", 70.0)]
    wrong = table(bound(9, "heat", origin="map.toml: map entry 1"))
    with pytest.raises(InputError, match="map entry 1: target: no control 'heat'"):
        read_automation(path, PLUGIN, wrong)


def test_lfos_of_beats_follow_the_file_s_tempo(compiled: Compiled, tmp_path: Path) -> None:
    """Against the same notes with the tempo as a setting, which is not that of 120 BPM.

    Ticks are of a 500th beat: at 90 BPM the note is struck after 40 ms.
    """
    note = (30, mido.Message("note_on", note=64, velocity=127))
    tempo = mido.MetaMessage("set_tempo", tempo=666_667)
    lfo = {"lfo1_beats": 0.25}
    asked = {("lfo1", "pitch"): 0.5}

    def rendered(automation: list[ControlEvent], **more: float) -> NDArray[np.float32]:
        return render(compiled, 0.5, lfo | more, 3, modulation=asked, events=automation)

    path = midi_file(tmp_path / "a.mid", (0, tempo), note)
    played = list(read_automation(path, compiled.plugin))
    assert [e.value for e in played if e.name == "tempo"] == [pytest.approx(90.0, abs=1e-3)]
    sounds = rendered(played)
    still = [event for event in played if event.name != "tempo"]
    np.testing.assert_array_equal(rendered(still, tempo=60e6 / 666_667), sounds)
    assert np.abs(rendered(still) - sounds).max() > 0.01  # at 120 BPM


def test_a_tempo_out_of_range_is_the_nearest(tmp_path: Path) -> None:
    path = midi_file(tmp_path / "a.mid", (0, mido.MetaMessage("set_tempo", tempo=6_000_000)))
    assert (0.0, "tempo", 20.0) in told(read_automation(path, PLUGIN))
