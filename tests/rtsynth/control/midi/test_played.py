"""Which slot a channel plays, as slots and zones come and go."""

from rtsynth.control.midi.channel import Channel
from rtsynth.control.midi.mpe import LOWER, UPPER, Zones
from rtsynth.control.midi.played import Played
from tests.rtsynth.control.recording_engine import RecordingEngine


def zones() -> Zones:
    return Zones({number: Channel() for number in range(1, 17)})


def test_a_channel_plays_the_only_slot_or_the_one_of_its_number() -> None:
    engine = RecordingEngine(slots=2)
    played = Played(engine, zones())
    assert [played.slot_of(channel) for channel in (1, 2, 3)] == [1, 2, None]
    engine.change_plugin(1, None)
    assert [played.slot_of(channel) for channel in (1, 2, 3)] == [2, 2, 2]
    assert set(played.slots) == {2}
    assert set(played.places) == {0, 2}
    engine.change_plugin(2, None)
    assert played.slot_of(2) is None
    assert set(played.places) == {0}
    assert engine.described == 3  # at the start, and for each change


def test_zones_play_the_first_slots() -> None:
    own = zones()
    played = Played(RecordingEngine(slots=3), own)
    own.configure(LOWER, 3)
    own.configure(UPPER, 3)
    assert [played.slot_of(channel) for channel in (1, 4, 16, 13, 6)] == [1, 1, 2, 2, None]


def test_the_pitch_of_a_slot() -> None:
    played = Played(RecordingEngine(), zones())
    pitch = played.pitch_of(1)
    assert pitch is not None
    assert pitch.role == "pitch"
    assert played.pitch_of(2) is None
