"""What moves what: the mixer by maps and by CC 10, pads, bend wheels, banks."""

from pathlib import Path
from typing import Any

import mido
import pytest

from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.mapping.binding import Binding, Physical
from rtsynth.host.mapping.mappings import Mappings
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.midi.messages import bend, cc, off, on, play
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


def notes(engine: RecordingEngine) -> list[tuple[Any, ...]]:
    return [call[:3] for call in engine.calls if call[0] in ("note_on", "note_off")]


@pytest.mark.parametrize(("value", "pan"), [(0, -1.0), (64, 0.0), (127, 1.0)])
def test_controller_10_pans_what_the_channel_plays(value: int, pan: float) -> None:
    engine = RecordingEngine(slots=2)
    engine.mixer.set(2, "pan", 0.5)
    router = MidiRouter(engine)
    assert router.handle(mido.Message("control_change", control=10, value=value, channel=1)) == (
        "slot 2 pan"
    )
    assert engine.mixer.get(2, "pan") == pan
    assert engine.mixer.get(1, "pan") == 0.0
    play(router, cc(121, 0, 1))
    assert engine.mixer.get(2, "pan") == pan  # as RP-015 says


def test_maps_move_the_mixer_and_its_master(engine: RecordingEngine) -> None:
    targets = bound(20, "mute", slot=1), bound(20, "gain", slot=0, span=(0.0, -12.0))
    router = MidiRouter(engine, table(*targets, bound(21, "solo")))
    said = router.handle(mido.Message("control_change", control=20, value=127))
    assert said == "slot 1 mute, master gain"
    assert (engine.mixer.get(1, "mute"), engine.mixer.get(0, "gain")) == (1.0, -12.0)
    play(router, cc(21, 70), cc(20, 63))
    assert (engine.mixer.get(1, "solo"), engine.mixer.get(1, "mute")) == (1.0, 0.0)


def test_a_pad_that_is_mapped_plays_no_note(engine: RecordingEngine) -> None:
    mute = Binding("mute", Physical("note", 36), mode="toggle")
    router = MidiRouter(engine, table(mute))
    muted = []
    for _ in range(3):
        play(router, on(36, 1), off(36))
        muted.append(engine.mixer.get(1, "mute"))
    assert muted == [1.0, 0.0, 1.0]
    assert notes(engine) == []
    play(router, on(37), off(37))
    assert [call[0] for call in notes(engine)] == ["note_on", "note_off"]


def test_a_key_that_is_learned_while_it_sounds_ends(
    engine: RecordingEngine, tmp_path: Path
) -> None:
    mappings = Mappings(engine.notices, tmp_path / "learned.toml")
    router = MidiRouter(engine, mappings=mappings)
    play(router, on(70))
    mappings.learn(1, "mixer.mute", "/slot/1/mute", {"kind": "note"})
    play(router, on(70), off(70), on(70), off(70))
    assert [call[0] for call in notes(engine)] == ["note_on", "note_off"]


def test_a_bend_wheel_that_is_mapped_bends_nothing(engine: RecordingEngine, tmp_path: Path) -> None:
    mappings = Mappings(engine.notices, tmp_path / "learned.toml")
    router = MidiRouter(engine, mappings=mappings)
    play(router, on(70), bend(8191))
    mappings.learn(1, "rate", "/slot/1/param/rate", {"kind": "bend"})
    play(router, bend(-8192), bend(8191))
    assert [call for call in engine.calls if call[0] != "note_on"] == [
        ("bend", 1, pytest.approx(2.0), None),
        ("set", 1, "rate", 1.0, None), ("bend", 1, 0.0, None),
        ("set", 1, "rate", 100.0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "number"),
    [([], 5), ([(0, 1)], 133), ([(0, 0), (32, 2)], 261), ([(0, 1), (32, 0)], 16_389)],
)
def test_a_bank_has_128_programs(
    engine: RecordingEngine, before: list[tuple[int, int]], number: int
) -> None:
    """The number of a bank has 14 bits; a device that sends CC 0 alone counts in that."""
    router = MidiRouter(engine)
    engine.presets.names = [f"p{each}" for each in range(17_000)]
    for control, value in before:
        assert router.handle(mido.Message("control_change", control=control, value=value)) == ""
    router.handle(mido.Message("program_change", program=5))
    assert engine.calls[-1][:3] == ("preset_recall", 1, f"p{number}")
    play(router, cc(0, 3, channel=4))
    router.handle(mido.Message("program_change", program=5))
    assert engine.calls[-1][:3] == ("preset_recall", 1, f"p{number}")  # banks are of channels
