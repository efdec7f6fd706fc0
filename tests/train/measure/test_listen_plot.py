"""The picture of pitch errors: a mark for every note and seed, within the frame."""

import numpy as np
import pytest

from rtsynth_train.measure.listen_checks import Result
from rtsynth_train.measure.listen_plot import COLOURS, draw_errors

figures = pytest.importorskip("matplotlib.figure")


def result(errors: dict[str, float]) -> Result:
    return Result("pitches", 0.0, "cents", "<= 10", True, errors)


def test_every_note_has_a_mark() -> None:
    whole = {"clarinet 64": 5.0, "clarinet 65": -8.0, "trumpet 64": 400.0}
    half = {"clarinet 64.5": 2.0, "trumpet 64.5": -1.0}
    rows = [result(whole), result({}), result(half)]
    axes = figures.Figure().add_subplot()
    draw_errors(axes, {0: rows, 1: rows})
    marks = [
        (line.get_color(), line.get_markerfacecolor(), tuple(xy))
        for line in axes.lines
        if line.get_marker() == "o"
        for xy in np.column_stack(line.get_data())
    ]
    clarinet, trumpet = COLOURS["clarinet"], COLOURS["trumpet"]
    assert sorted(marks, key=str) == sorted(
        [
            (clarinet, clarinet, (64.0, 5.0)), (clarinet, clarinet, (65.0, -8.0)),
            (trumpet, trumpet, (64.0, 60.0)),  # beyond the frame: at its edge
            (clarinet, "none", (64.5, 2.0)), (trumpet, "none", (64.5, -1.0)),
        ]
        * 2,
        key=str,
    )  # fmt: skip
    assert axes.get_title() == "pitch error, seeds 0 and 1"
