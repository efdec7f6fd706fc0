"""The rule of overfitting, on curves that do and curves that do not."""

from pathlib import Path

import numpy as np

from rtsynth_train.core.curve import Curve, read_curve
from rtsynth_train.judge.overfitting import overfitting
from tests.train.judge.runs import falling, write_run


def curve_of(train: np.ndarray, held_out: np.ndarray) -> Curve:
    steps = 10 * np.arange(1, len(train) + 1)
    return Curve(steps, steps * 0.5, train, held_out, "bits")


def test_held_out_rises_while_training_falls(tmp_path: Path) -> None:
    said = overfitting(read_curve(write_run(tmp_path / "run", rise=0.02) / "losses.csv"))
    assert said is not None
    assert said.startswith("overfitting: since about step")
    step = int(said.split("about step ")[1].split()[0])
    assert 300 <= step <= 400  # its slope is 0 at row 31


def test_a_good_run_is_not_warned_of(tmp_path: Path) -> None:
    assert overfitting(read_curve(write_run(tmp_path / "run") / "losses.csv")) is None


def test_noise_around_a_plateau_is_seldom_taken_for_overfitting() -> None:
    warned = 0
    for seed in range(200):
        noise = np.random.default_rng(seed).normal(0, 0.02, 40)
        warned += overfitting(curve_of(falling(40), 2.1 + noise)) is not None
    assert warned <= 10


def test_one_outlier_and_too_few_scores_say_nothing() -> None:
    held = np.full(10, np.nan)
    held[[2, 5, 8]] = [2.0, 2.5, 2.6]
    assert overfitting(curve_of(falling(10), held)) is None
    held = falling(10)
    held[-1] += 3
    assert overfitting(curve_of(falling(10), held)) is None


def test_a_training_that_goes_wrong_is_said_as_that() -> None:
    held = np.concatenate([falling(30), falling(30)[-1] + 0.05 * np.arange(1, 11)])
    said = overfitting(curve_of(held - 0.1, held))
    assert said is not None
    assert not said.startswith("overfitting")
    assert "training has not fallen" in said


def test_losses_below_zero_are_judged_alike() -> None:
    held = np.concatenate([falling(30), falling(30)[-1] + 0.05 * np.arange(1, 11)]) - 9
    said = overfitting(curve_of(np.full(40, -7.0), held))
    assert said is not None
    assert "training has not fallen" in said


def test_a_training_loss_that_is_not_known_is_said_to_be() -> None:
    held = np.concatenate([falling(30), falling(30)[-1] + 0.05 * np.arange(1, 11)])
    later = np.where(np.arange(40) < 25, held, np.nan)
    for train in (np.full(40, np.nan), later):
        said = overfitting(curve_of(train, held))
        assert said is not None
        assert not said.startswith("overfitting")
        assert "training is not known" in said
