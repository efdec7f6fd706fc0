"""What all jobs share: columns of losses.csv, words, places that are reset."""

from dataclasses import dataclass

import numpy as np

from rtsynth_train.core.trainer import Report
from tests.train.core.toy import ToyJob


@dataclass(frozen=True)
class Noisy(Report):
    noise: float


class NoisyJob(ToyJob):
    report = Noisy


def test_a_row_has_the_columns() -> None:
    job = NoisyJob()
    assert job.columns() == (
        "step", "seconds", "train_mse", "held_out_mse", "gradient_norm", "rate", "noise",
    )  # fmt: skip
    row = job.row(Noisy(3, 0.123456789, 1.23456789, 0.01, 0.5), None)
    assert row.keys() == {*job.columns()} - {"seconds"}
    assert (row["train_mse"], row["held_out_mse"]) == (0.123457, None)
    assert (row["step"], row["gradient_norm"], row["rate"], row["noise"]) == (3, 1.23457, 0.01, 0.5)
    assert job.row(Noisy(3, 0.1, 1.0, 0.01, 0.5), 0.25)["held_out_mse"] == 0.25


def test_words() -> None:
    job = ToyJob()
    report = job.step()
    assert job.describe(report, None) == f"{report.loss:.3f} mse"
    assert job.describe(report, 0.25) == f"{report.loss:.3f} mse (held out 0.250)"
    assert job.result(0.25) == "0.250 mse per sample held out, 1 steps"


def test_places_in_the_recordings_are_those_of_a_new_run() -> None:
    job = ToyJob()
    job.step()
    places = ToyJob().places_anew()
    assert places.keys() == {"hidden", "at"}
    job.load_state_dict({**job.state_dict(), **places})
    assert (job.trainer.at, job.step_count) == (0, 1)
    np.testing.assert_array_equal(job.state_dict()["hidden"], [0.0])
