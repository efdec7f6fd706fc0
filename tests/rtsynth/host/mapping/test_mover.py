"""What moves of physical controls do to an engine."""

import pytest

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.errors import ControlError
from rtsynth.host.mapping.binding import CC, NOTE, Binding, Move, Physical
from rtsynth.host.mapping.mover import PLACES, Mover, exact_position
from tests.rtsynth.control.recording_engine import INFOS, RecordingEngine

KNOB = Physical(CC, 21, 1, "keys")


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


def turn(mover: Mover, binding: Binding, value: int, at_ns: int | None = None) -> bool:
    info = INFOS.get(binding.target)
    return mover.move(binding, 1, info, Move(KNOB, value / 127, value), at_ns)


def test_positions_go_by_the_targets_curve_or_the_bindings_range(engine: RecordingEngine) -> None:
    mover = Mover(engine)
    assert turn(mover, Binding("pitch", KNOB), 127, at_ns=5)
    assert turn(mover, Binding("pitch", KNOB, span=(70.0, 66.0)), 127)
    assert engine.calls == [("set", 1, "pitch", 76.0, 5), ("set", 1, "pitch", 66.0, None)]


def test_an_encoder_steps_from_where_the_value_is(engine: RecordingEngine) -> None:
    mover, binding = Mover(engine), Binding("pitch", KNOB, relative="offset")
    turn(mover, binding, 66)
    assert engine.get(1, "pitch") == pytest.approx(69 + 2 * 12 / 127)
    engine.change_value(1, "pitch", 70.0)  # somebody else
    turn(mover, binding, 61)
    assert engine.get(1, "pitch") == pytest.approx(70 - 3 * 12 / 127)
    turn(mover, binding._replace(step=0.5), 127)
    assert engine.get(1, "pitch") == 76.0


def test_a_step_of_an_encoder_is_a_class(engine: RecordingEngine) -> None:
    voices = ControlInfo("instrument", 0, 1, 0, role="class")
    binding = Binding("instrument", KNOB, relative="twos-complement")
    Mover(engine).move(binding, 1, voices, Move(KNOB, 1 / 127, 1), None)
    assert engine.calls == [("set", 1, "instrument", 1.0, None)]


def test_a_value_waits_to_be_picked_up(engine: RecordingEngine) -> None:
    mover, binding = Mover(engine), Binding("pitch", KNOB, takeover="pickup")
    assert not turn(mover, binding, 0)
    assert not turn(mover, binding, 40)
    assert engine.calls == []
    assert turn(mover, binding, 60)  # past 69, which is 5/12 of the way
    assert turn(mover, binding, 127)
    assert [call[3] for call in engine.calls] == pytest.approx([64 + 12 * 60 / 127, 76.0])
    engine.change_value(1, "pitch", 65.0)
    assert not turn(mover, binding, 100)


def test_each_slot_is_picked_up_by_itself() -> None:
    engine = RecordingEngine(slots=2)
    engine.values[2, "pitch"] = 76.0
    mover, binding = Mover(engine), Binding("pitch", KNOB, takeover="pickup")
    for slot, moved in ((1, True), (2, False)):
        move = Move(KNOB, 5 / 12, 53)
        assert mover.move(binding, slot, INFOS["pitch"], move, None) is moved


def test_scaled_with_a_range(engine: RecordingEngine) -> None:
    mover = Mover(engine)
    binding = Binding("pitch", KNOB, span=(68.0, 72.0), takeover="scaled")  # 69 is at 0.25
    assert not turn(mover, binding, 127)  # where the knob is was not known
    assert turn(mover, binding, 0)
    assert engine.get(1, "pitch") == 68.0


@pytest.mark.parametrize(
    "binding",
    [
        Binding("heat", KNOB),
        Binding("heat", KNOB, takeover="pickup"),
        Binding("heat", KNOB, relative="offset"),
    ],
)
def test_a_target_that_is_not_there_is_an_error(engine: RecordingEngine, binding: Binding) -> None:
    with pytest.raises(ControlError, match="heat"):
        turn(Mover(engine), binding, 1)


def test_the_nearest_place_to_each_class_is_that_class() -> None:
    voices = ControlInfo("voice", 0, 9, 0, role="class")
    places = [exact_position(place / PLACES, voices) * 9 for place in range(PLACES + 1)]
    exact = [place for place, value in enumerate(places) if abs(value - round(value)) < 1e-9]
    assert exact == [round(number * PLACES / 9) for number in range(10)]
    assert exact_position(0.31, INFOS["rate"]) == 0.31


PAD = Physical(NOTE, 36, 10, "pads")


def strike(mover: Mover, engine: RecordingEngine, binding: Binding, *velocities: int) -> None:
    """Each velocity is a press, 0 a release; in slot 1."""
    target = engine.describe().places[1].find(binding.target)
    for velocity in velocities:
        assert mover.move(binding, 1, target, Move(PAD, velocity / 127, velocity), None)


def test_a_pad_is_on_while_it_is_held(engine: RecordingEngine) -> None:
    mover, binding = Mover(engine), Binding("mute", PAD)
    strike(mover, engine, binding, 1)  # as softly as can be
    assert engine.mixer.get(1, "mute") == 1.0
    strike(mover, engine, binding, 0)
    assert engine.mixer.get(1, "mute") == 0.0
    strike(mover, engine, Binding("pitch", PAD, span=(70.0, 72.0)), 5, 0)
    assert [call[3] for call in engine.calls] == [72.0, 70.0]


def test_a_pad_toggles(engine: RecordingEngine) -> None:
    mover, binding = Mover(engine), Binding("mute", PAD, mode="toggle")
    heard = []
    for velocities in ((100, 0), (3, 0), (100,), (90, 0)):  # the last one was not released before
        strike(mover, engine, binding, *velocities)
        heard.append(engine.mixer.get(1, "mute"))
    assert heard == [1.0, 0.0, 1.0, 1.0]
    engine.mixer.set(1, "mute", 0.0)  # somebody else
    strike(mover, engine, binding, 100, 0)
    assert engine.mixer.get(1, "mute") == 1.0


def test_a_button_toggles_between_the_ends_of_a_range(engine: RecordingEngine) -> None:
    mover, binding = Mover(engine), Binding("pitch", KNOB, span=(72.0, 66.0), mode="toggle")
    for value in (127, 0, 127, 0, 64, 63):
        turn(mover, binding, value)
    assert [call[3] for call in engine.calls] == [72.0, 66.0, 72.0]


def test_a_note_moves_by_its_velocity(engine: RecordingEngine) -> None:
    mover, binding = Mover(engine), Binding("amplitude", PAD, mode="position")
    strike(mover, engine, binding, 64, 0)
    assert [call[3] for call in engine.calls] == pytest.approx([64 / 127, 0.0])


def test_the_centre_of_a_pan_is_met(engine: RecordingEngine) -> None:
    pan = engine.describe().places[1].find("pan")
    assert pan is not None
    assert [exact_position(value / 127, pan) for value in (0, 64, 127)] == [0.0, 0.5, 1.0]
    assert exact_position(66 / 127, pan) == 66 / 127
    assert Mover(engine).move(Binding("pan", KNOB), 1, pan, Move(KNOB, 64 / 127, 64), None)
    assert engine.mixer.get(1, "pan") == 0.0


def test_take_over_of_the_masters_gain(engine: RecordingEngine) -> None:
    gain = engine.describe().places[0].find("gain")  # 0 dB: 60 / 72 of the way
    mover, binding = Mover(engine), Binding("gain", KNOB, 0, takeover="pickup")
    assert not mover.move(binding, 0, gain, Move(KNOB, 1.0, 127), None)
    assert engine.mixer.get(0, "gain") == 0.0
    assert mover.move(binding, 0, gain, Move(KNOB, 0.5, 64), None)
    assert engine.mixer.get(0, "gain") == pytest.approx(-24.0)
