"""The progress of a run, as the trainer itself writes it, and as it is left by a kill."""

import json
from pathlib import Path

import pytest

from rtsynth_gui.train.progress import FORMAT, MOST_POINTS, NAME, Curve, ProgressReader
from rtsynth_train.core import progress_file
from rtsynth_train.core.progress_file import ProgressFile


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProgressFile:
    monkeypatch.setattr(progress_file, "EVERY_S", 0.0)
    return ProgressFile(tmp_path, 100, None)


def begin(written: ProgressFile, step: int = 0, seconds: float = 0.0) -> None:
    written.begin(
        step, seconds, material="2 recordings", unit="bits", device="cpu", plugin="a.safetensors"
    )  # fmt: skip


def test_the_window_knows_the_trainers_format() -> None:
    assert (NAME, FORMAT) == (progress_file.NAME, progress_file.FORMAT)


def test_what_a_trainer_writes_is_read_as_it_comes(tmp_path: Path, written: ProgressFile) -> None:
    reader = ProgressReader(tmp_path)
    progress = reader.progress
    assert not reader.read()
    begin(written)
    assert reader.read()
    assert (progress.begun, progress.steps, progress.plugin) == (True, 100, "a.safetensors")
    assert progress.pid > 0
    written.step(1, 1.0, 3.0, None)
    written.step(2, 2.0, 2.5, 2.75)
    written.steps(2, 240, 2.0)
    assert reader.read()
    assert progress.steps == 240
    written.plugin(2, tmp_path / "a.safetensors")
    written.previews(2, [tmp_path / "previews" / "step2.wav"])
    reader.read()
    assert progress.train.points == [(1, 3.0), (2, 2.5)]
    assert progress.held_out.points == [(2, 2.75)]
    assert (progress.step, progress.seconds, progress.left_s) == (2, 2.0, 98.0)
    assert (progress.plugin_step, progress.previews) == (2, [(2, "previews/step2.wav")])
    written.end(3, 3.0, 2.5, True, "well")
    reader.read()
    assert (progress.ended, progress.interrupted, progress.result) == (True, True, "well")
    assert progress.held_out.points == [(2, 2.75), (3, 2.5)]
    begin(written, 3, 3.0)
    reader.read()
    assert not progress.ended
    assert not reader.read()


def test_half_a_line_waits_and_a_killed_one_is_left_out(
    tmp_path: Path, written: ProgressFile
) -> None:
    reader = ProgressReader(tmp_path)
    line = json.dumps({"event": "step", "step": 7, "seconds": 1, "left_s": 1, "train": 2.0,
                       "held_out": None})  # fmt: skip
    with written.path.open("a") as file:
        file.write(line[:20])
    reader.read()
    assert reader.progress.step == 0
    with written.path.open("a") as file:
        file.write(line[20:] + "\n" + line[:9])
    reader.read()
    assert reader.progress.step == 7
    begin(written, 7, 2.0)  # after a kill
    reader.read()
    assert (reader.progress.begun, reader.progress.seconds) == (True, 2.0)


@pytest.mark.parametrize(
    "line",
    [b"\xff\xfe", b"[]", b"3", b"{}", b'{"event": "step"}', b'{"event": "new", "step": 1}',
     b'{"event": "begin", "step": 0, "format": 9}', b"[" * 60_000, b'{"event": 3, "step": []}',
     b'{"event": "step", "step": 1, "seconds": 1, "left_s": Infinity, "train": 1, "held_out": 1}',
     b'{"event": "step", "step": 1, "seconds": NaN, "left_s": 1, "train": 1, "held_out": 1}',
     b'{"event": "previews", "step": 1, "files": ["/etc/passwd", "../../x.wav"]}'],
)  # fmt: skip
def test_lines_that_are_none_change_nothing(tmp_path: Path, line: bytes) -> None:
    (tmp_path / NAME).write_bytes(line + b"\n")
    reader = ProgressReader(tmp_path)
    assert reader.read()
    progress = reader.progress
    assert not progress.begun
    assert not progress.previews
    assert not progress.train.points


def test_curves_are_bounded_and_taken_back() -> None:
    curve = Curve()
    for step in range(10 * MOST_POINTS):
        curve.add(step, float(step))
    assert MOST_POINTS // 2 <= len(curve.points) <= MOST_POINTS
    assert curve.points[-1] == (10 * MOST_POINTS - 1, 10.0 * MOST_POINTS - 1)
    curve.add(5, 1.0)
    assert curve.points[-1] == (5, 1.0)
    assert all(step < 5 for step, _ in curve.points[:-1])
    for other in (None, "x", float("nan"), float("inf")):
        curve.add(6, other)
    assert curve.points[-1] == (5, 1.0)
