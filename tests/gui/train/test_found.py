"""What is read of a survey, and what hinders which kind."""

import json
from pathlib import Path

import pytest

from rtsynth_gui.train.found import FORMAT, KINDS, MOST_PROBLEMS, read_found
from rtsynth_train.own import kinds as trainers
from rtsynth_train.own import survey as surveys
from tests.gui.train.surveys import found_in, write


def test_the_window_knows_the_trainers_kinds_and_format() -> None:
    assert tuple(trainers.KINDS) == KINDS
    assert surveys.FORMAT == FORMAT


def test_a_good_folder(tmp_path: Path) -> None:
    for pitch in (60, 72):
        write(tmp_path / f"flute_p{pitch}.00.wav")
    found = found_in(tmp_path)
    assert (found.folder, found.count, found.seconds) == (tmp_path, 2, 4.0)
    assert (found.rates_hz, found.channels, found.kind) == ([16_000], [1], "note")
    assert found.parameters == {"pitch": (60.0, 72.0)}
    assert not found.problems
    assert not found.cleanable
    assert not found.hindering


def test_problems_are_grouped_and_some_hinder(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / f"{name}.wav", rate_hz=44_100, channels=2)
    found = found_in(tmp_path)
    assert [(p.kind, p.count, p.recording) for p in found.problems] == [
        ("another rate", 3, "a.wav"), ("several channels", 3, "a.wav")
    ]  # fmt: skip
    assert found.cleanable
    assert not found.hindering  # they are converted
    write(tmp_path / "d.wav", seconds=0.1)
    assert [p.kind for p in found_in(tmp_path).hindering] == ["too short"]


def test_copies_of_recordings_with_curves_are_not_offered(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", channels=2)
    (tmp_path / "a.csv").write_text("0\n" * 32_000)
    found = found_in(tmp_path)
    assert found.curves
    assert not found.cleanable


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"format": 2}', b"\xff", "[" * 100_000,
     '{"format": 1, "kind": "soup"}', '{"format": 1, "kind": "note", "recordings": 3}'],
)  # fmt: skip
def test_anything_else_is_none(text: str | bytes) -> None:
    assert read_found(text) is None


def test_a_flood_of_problems_is_bounded() -> None:
    problems = [
        {"recording": "a", "kind": "x", "text": f"{n}", "cleaned": False, "refused": False}
        for n in range(MOST_PROBLEMS + 5)
    ]
    raw = {"format": 1, "kind": "note", "folder": "/a", "seconds": 0.0, "recordings": [],
           "parameters": {}, "curves": False, "problems": problems}  # fmt: skip
    found = read_found(json.dumps(raw))
    assert found is not None
    assert (len(found.problems), found.more) == (MOST_PROBLEMS, 5)
