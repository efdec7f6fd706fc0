"""What previews play."""

import csv
import io

import rtsynth
from rtsynth.plugin import Parameter
from rtsynth.plugin.phrase import SECONDS, SWEEP, phrase
from tests.rtsynth.plugins import gru_manifest


def rows(text: str) -> list[dict[str, float]]:
    return [
        {key: float(value) for key, value in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]


def test_notes_of_each_class_in_turn() -> None:
    moves = rows(phrase(rtsynth.load("clarinet-trumpet").manifest))
    assert [row["time_s"] for row in moves] == [0, 1, 2, 3]
    assert [row["pitch"] for row in moves] == [69, 73, 76, 76]
    assert [row["instrument"] for row in moves] == [0, 0, 1, 1]


def test_classes_in_turn() -> None:
    moves = rows(phrase(rtsynth.load("voices").manifest))
    assert [row["voice"] for row in moves] == [0, 1, 2]
    assert moves[-1]["time_s"] < SECONDS


def test_a_knob_from_end_to_end() -> None:
    moves = rows(phrase(rtsynth.load("vessel").manifest))
    fills = [row["fill"] for row in moves]
    assert len(fills) == SWEEP
    assert fills == sorted(fills)
    assert (fills[0], fills[-1]) == (0.0, 1.0)


def test_a_plugin_without_room_for_its_notes_and_one_without_knobs() -> None:
    manifest = gru_manifest()
    narrow = Parameter(name="pitch", minimum=60, maximum=62, default=61, role="pitch")
    moves = rows(phrase(manifest.model_copy(update={"parameters": [narrow]})))
    assert [row["pitch"] for row in moves] == [60, 62, 62, 62]
    assert phrase(manifest.model_copy(update={"parameters": []})) == ""
