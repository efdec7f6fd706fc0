"""The progress of a training, on a terminal and without one."""

import io

from rich.console import Console

from rtsynth_train.core.progress import PLAIN_EVERY, training_bar
from rtsynth_train.core.trainer import Report


def shown(terminal: bool) -> str:
    text = io.StringIO()
    console = Console(file=text, force_terminal=terminal, width=80)
    with training_bar(
        console, lambda: 120, 0, lambda report, held: f"loss {report.loss}"
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
