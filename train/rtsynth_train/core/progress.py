"""The progress bar of a training run; plain lines where there is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rtsynth_train.gru.trainer import StepReport

PLAIN_EVERY = 50
Report = Callable[[Any, float | None], None]


def describe(report: StepReport, held_out_bits: float | None) -> str:
    """`2.910 bits (held out 2.954)`."""
    held = "" if held_out_bits is None else f" (held out {held_out_bits:.3f})"
    return f"{report.bits:.3f} bits{held}"


@contextmanager
def training_bar(
    console: Console,
    total: int,
    done: int,
    words: Callable[[Any, float | None], str] = describe,
) -> Iterator[Report]:
    """Yield the function to call after every step with its report and the last held-out loss;
    `words` says them.
    """
    if not console.is_terminal:

        def plain(report: Any, held_out_bits: float | None) -> None:
            if report.step % PLAIN_EVERY == 0:
                console.print(f"step {report.step}/{total}: {words(report, held_out_bits)}")

        yield plain
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("training", total=total, completed=done)

        def drawn(report: Any, held_out_bits: float | None) -> None:
            progress.update(task, completed=report.step, description=words(report, held_out_bits))

        yield drawn
