"""The scores of a training while it runs."""

import math
from pathlib import Path

from rtsynth_train.core.progress_file import NAME, ProgressFile
from rtsynth_train.sweep.scores import Scores


def test_scores_come_one_by_one(tmp_path: Path) -> None:
    scores, file = Scores(tmp_path, None), ProgressFile(tmp_path, 200, None)
    assert scores.next() is None
    file.begin(0, 0.0)
    file.step(20, 1.0, 5.0, None)
    assert scores.next() is None
    file.step(40, 2.0, 4.0, 4.5)
    file.steps(50, 400, 2.5)
    file.step(100, 3.0, 4.0, 4.25)
    assert scores.next() == {"held_out": 4.5, "step": 40, "percent": 20.0}
    assert scores.next() == {"held_out": 4.25, "step": 100, "percent": 25.0}
    assert not scores.ended
    with (tmp_path / NAME).open("a") as half:
        half.write('{"event": "st')
    assert scores.next() is None
    text = (tmp_path / NAME).read_text()
    (tmp_path / NAME).write_text(text.removesuffix('{"event": "st'))
    file.step(400, 9.0, 3.0, 3.5)
    file.end(400, 9.5, 3.5, False, "")
    assert scores.next() == {"held_out": 3.5, "step": 400, "percent": 99.0}
    assert scores.next() == {"held_out": 3.5, "step": 400, "percent": 100.0}
    assert scores.ended
    assert scores.next() is None


def test_a_training_with_a_time_is_measured_by_it(tmp_path: Path) -> None:
    scores, file = Scores(tmp_path, 60.0), ProgressFile(tmp_path, 5000, 1.0)
    file.begin(0, 0.0)
    file.step(40, 15.0, 4.0, 4.5)
    report = scores.next()
    assert report is not None
    assert report["percent"] == 25.0


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    """As a killed training leaves it, and a resumed one goes on."""
    scores, file = Scores(tmp_path, None), ProgressFile(tmp_path, 100, None)
    file.begin(0, 0.0)
    file.step(20, 1.0, 5.0, 4.5)
    with (tmp_path / NAME).open("ab") as half:
        half.write(b'{"event": "st\xc3')
    assert scores.next() == {"held_out": 4.5, "step": 20, "percent": 20.0}
    assert scores.next() is None
    file.begin(20, 1.0)
    with (tmp_path / NAME).open("a") as other:
        other.write("5\n")
    file.step(40, 2.0, 5.0, 4.0)
    assert scores.next() == {"held_out": 4.0, "step": 40, "percent": 40.0}


def test_an_end_without_a_loss_is_an_end(tmp_path: Path) -> None:
    scores, file = Scores(tmp_path, None), ProgressFile(tmp_path, 100, None)
    file.begin(0, 0.0)
    file.end(100, 9.5, math.nan, False, "")
    assert scores.next() is None
    assert scores.ended
