"""The progress of a training, on a terminal and without one."""

import io
from collections.abc import Callable

from rich.console import Console

from rtsynth_train.core.progress import PLAIN_EVERY, training_bar
from rtsynth_train.core.trainer import Report


def shown(terminal: bool, left_s: Callable[[], float | None] | None = None) -> str:
    text = io.StringIO()
    console = Console(file=text, force_terminal=terminal, width=80)
    with training_bar(
        console, lambda: 120, 0, lambda report, held: f"loss {report.loss}", left_s
    ) as progress:
        for step in range(1, 121):
            progress(Report(step, step / 10, 0.0, 0.0), None)
    return text.getvalue()


def test_plain_lines_without_a_terminal() -> None:
    assert PLAIN_EVERY == 50
    assert shown(terminal=False).splitlines() == [
        "step 50/120: loss 5.0",
        "step 100/120: loss 10.0",
    ]


def test_a_bar_on_a_terminal() -> None:
    assert "120/120" in (text := shown(terminal=True))
    assert "loss 12.0" in text


def test_the_time_that_is_left_is_the_one_that_is_known() -> None:
    assert shown(terminal=False, left_s=lambda: 600.0).splitlines() == [
        "step 50/120: loss 5.0, 10 min left",
        "step 100/120: loss 10.0, 10 min left",
    ]
    assert shown(terminal=False, left_s=lambda: None).splitlines()[0] == "step 50/120: loss 5.0"
    assert "10 min left" in shown(terminal=True, left_s=lambda: 600.0)
    assert "0:00:00" not in shown(terminal=True, left_s=lambda: 600.0)
