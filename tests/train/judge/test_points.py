"""Points are what was recorded, and halfway between what differs in one parameter."""

from pathlib import Path

from rtsynth.plugin import Parameter
from rtsynth_train.judge.points import pitch_of, points_of
from rtsynth_train.measure.recorded import Recorded
from tests.rtsynth.plugins import gru_manifest

MANIFEST = gru_manifest()


def note(instrument: float, pitch: float) -> Recorded:
    values = {"instrument": instrument, "amplitude": 0.5, "pitch": pitch}
    return Recorded(Path(f"{instrument:g}-{pitch:g}.wav"), values, {})


def test_between_two_recordings() -> None:
    points = points_of(MANIFEST, [note(0, 64), note(0, 68), note(1, 76)])
    at = [point for point in points if not point.between]
    assert [point.values["pitch"] for point in at] == [64, 68, 76]
    assert at[0].recordings == (Path("0-64.wav"),)
    between = [point for point in points if point.between and point.values["pitch"] == 66]
    assert [(p.values["instrument"], p.recordings) for p in between] == [
        (0, (Path("0-64.wav"), Path("0-68.wav")))
    ]


def test_of_many_they_are_spread_evenly() -> None:
    points = points_of(MANIFEST, [note(0, pitch) for pitch in range(64, 77)], most=3)
    assert [p.values["pitch"] for p in points if not p.between] == [64, 70, 76]
    assert [p.values["pitch"] for p in points if p.between] == [64.5, 70.5, 75.5]


def test_a_grid_where_nothing_is_known() -> None:
    who = Parameter(name="who", minimum=0, maximum=1, default=0, role="class")
    pitch = Parameter(name="pitch", minimum=60, maximum=62, default=60, role="pitch")
    points = points_of(gru_manifest(parameters=[who, pitch]), [], most=50)
    assert [tuple(p.values.values()) for p in points if not p.between] == [
        (0, 60), (0, 61), (0, 62), (1, 60), (1, 61), (1, 62),
    ]  # fmt: skip
    assert sorted(p.values["pitch"] for p in points if p.between) == [60.5, 60.5, 61.5, 61.5]


def test_a_rate_in_fifths_and_classes_alone() -> None:
    rate = Parameter(name="rate", minimum=0, maximum=1, default=0.5)
    points = points_of(gru_manifest(parameters=[rate]), [])
    assert [p.values["rate"] for p in points if not p.between] == [0, 0.25, 0.5, 0.75, 1]
    assert [p.values["rate"] for p in points if p.between] == [0.125, 0.375, 0.625, 0.875]
    who = Parameter(name="who", minimum=0, maximum=2, default=0, role="class")
    points = points_of(gru_manifest(parameters=[who]), [])
    assert [p.values["who"] for p in points if not p.between] == [0, 1, 2]


def test_the_pitch_is_known_by_its_role() -> None:
    knob = pitch_of(MANIFEST)
    assert knob is not None
    assert knob.name == "pitch"
    assert (
        pitch_of(gru_manifest(parameters=[Parameter(name="x", minimum=0, maximum=1, default=0)]))
        is None
    )
