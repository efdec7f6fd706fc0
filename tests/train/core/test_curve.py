"""losses.csv is read as it was written, also while it is being written."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.curve import read_curve, runs_in, smoothed
from tests.train.judge.runs import write_losses


def test_the_best_and_the_last_score(tmp_path: Path) -> None:
    path = write_losses(tmp_path / "losses.csv", [4, 3, 2, 1], [None, 3.5, 3.25, 3.75])
    curve = read_curve(path)
    assert curve.unit == "bits"
    assert curve.steps.tolist() == [10, 20, 30, 40]
    assert curve.seconds.tolist() == [6, 12, 18, 24]
    assert curve.best is not None
    assert curve.last is not None
    assert (curve.best.step, curve.best.value) == (30, 3.25)
    assert (curve.last.step, curve.last.value) == (40, 3.75)


def test_a_run_without_a_score_yet(tmp_path: Path) -> None:
    curve = read_curve(write_losses(tmp_path / "losses.csv", [4], [None]))
    assert curve.best is None
    assert curve.last is None
    assert read_curve(write_losses(tmp_path / "losses.csv", [], [])).steps.size == 0


def test_half_a_line_is_left_out(tmp_path: Path) -> None:
    path = write_losses(tmp_path / "losses.csv", [4, 3], [None, 3.5])
    path.write_bytes(path.read_bytes()[:-6])
    assert read_curve(path).steps.tolist() == [10]


def test_validation_is_held_out_and_nats_are_a_unit(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_text("step,seconds,train_nats,validation_nats,test_nats\n1,1.0,2.0,2.5,9.0\n")
    curve = read_curve(path)
    assert curve.unit == "nats"
    assert curve.held_out.tolist() == [2.5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "not a table of losses"),
        ("step,seconds,train_bits,held_out_bits\n1,1.0,x,2\n", "line 2 is not a row"),
        ("step,seconds,train_bits,held_out_bits\n1,1.0\n", "line 2 is not a row"),
        ("step,seconds,train_bits,held_out_bits\n,1.0,1,1\n", "line 2 has no step"),
        ("step,seconds,train_bits,held_out_bits\n2,1,1,1\n1,2,1,1\n", "line 3 goes back"),
    ],
)
def test_what_is_damaged_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "losses.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_curve(path)


def test_smoothing_leaves_gaps_out() -> None:
    values = np.array([np.nan, 2.0, 4.0, np.nan, 6.0])
    assert smoothed(values, 2)[1:].tolist() == [2.0, 3.0, 4.0, 6.0]
    assert np.isnan(smoothed(values, 2)[0])


def test_the_runs_of_several_tiers(tmp_path: Path) -> None:
    for name in ("top", "audio"):
        (tmp_path / name).mkdir()
        write_losses(tmp_path / name / "losses.csv", [1], [1])
    assert [path.name for path in runs_in(tmp_path)] == ["audio", "top"]
