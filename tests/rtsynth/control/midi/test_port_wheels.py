"""The wheels of a port: what is sent again, and which bends are reported."""

from rtsynth.control.midi.channel import DATA, RPN, RPN_FINE
from rtsynth.control.midi.port_wheels import PortWheels
from tests.rtsynth.control.recording_engine import INFOS, RecordingEngine

PITCH = INFOS["pitch"]  # 64 to 76


def port(engine: RecordingEngine) -> tuple[PortWheels, list[tuple[str, float, float]]]:
    reports: list[tuple[str, float, float]] = []
    return PortWheels(engine, "keys", lambda *report: reports.append(report)), reports


def in_zone(wheels: PortWheels) -> None:
    for control, value in ((RPN, 0), (RPN_FINE, 6), (DATA, 3)):
        touched = wheels.data(1, control, value)
    assert touched == [1, 2, 3, 4]


def test_a_wheel_is_sent_when_it_moved_and_before_notes() -> None:
    engine = RecordingEngine()
    wheels, _ = port(engine)
    in_zone(wheels)
    wheels.send(2, 1, None)
    assert engine.calls == []
    wheels.channels[2].timbre = 0.5
    for note in (False, False, True):
        wheels.send(2, 1, 7, note=note)
    assert engine.calls == [("turn", 1, "timbre", 0.5, 7)] * 2
    assert engine.sources == [("keys", 2)] * 2
    wheels.send(2, None, None)  # it plays no slot
    assert len(engine.calls) == 2


def test_a_bend_out_of_range_is_reported_once() -> None:
    engine = RecordingEngine()
    wheels, reports = port(engine)
    channel = wheels.channels[1]
    for position in (0.5, 1.0, 1.0, 0.0, 1.0):
        channel.position = position
        wheels.check_bend(1, 1, PITCH, [75])
    assert reports == [("bend", 77.0, 76.0)] * 2
    wheels.check_bend(1, 1, None, [75])
    assert len(reports) == 2


class Quarters:
    """Keys a quarter tone apart; one is not mapped."""

    moves = False

    def pitch(self, note: float) -> float | None:
        return None if note == 90 else 69 + (note - 69) / 2


def test_a_bend_is_one_of_the_pitch_that_the_tuning_gives() -> None:
    engine = RecordingEngine()
    wheels, reports = port(engine)
    engine.tunings[1] = Quarters()
    wheels.channels[1].position = 1.0
    wheels.check_bend(1, 1, PITCH, [75, 79])  # 72 and 74, bent by two semitones
    wheels.check_bend(1, 1, PITCH, [90])  # silent
    assert reports == []
    wheels.check_bend(1, 1, PITCH, [81])
    assert reports == [("bend", 77.0, 76.0)]


def test_the_range_is_the_slot_s_until_somebody_says_it() -> None:
    engine = RecordingEngine()
    wheels, _ = port(engine)
    engine.bend_ranges[1] = 12.0
    wheels.channels[1].position = 0.5
    wheels.send(1, 1, None)
    for control, value in ((RPN, 0), (RPN_FINE, 0), (DATA, 4)):
        assert wheels.data(1, control, value) == []
    wheels.send(1, 1, None)
    assert [call[2] for call in engine.calls] == [6.0, 2.0]
