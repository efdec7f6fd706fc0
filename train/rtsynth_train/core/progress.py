"""The progress bar of a training run; plain lines where there is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rtsynth_train.core.duration import length_text

PLAIN_EVERY = 50
Report = Callable[[Any, float | None], None]


@contextmanager
def training_bar(
    console: Console,
    total: Callable[[], int],
    done: int,
    describe: Callable[[Any, float | None], str],
    left_s: Callable[[], float | None] | None = None,
) -> Iterator[Report]:
    """Yield the function to call after every step with its report and the last held-out loss;
    `describe` puts them into words. `total` is how many steps it is to be, as known so far, and
    `left_s` the seconds to the end where that is known better than from the pace of the steps.
    """

    def left() -> str:
        seconds = None if left_s is None else left_s()
        return "" if seconds is None else f", {length_text(seconds)} left"

    if not console.is_terminal:

        def plain(report: Any, held_out: float | None) -> None:
            if report.step % PLAIN_EVERY == 0:
                words = describe(report, held_out)
                console.print(f"step {report.step}/{total()}: {words}{left()}")

        yield plain
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn() if left_s is None else TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("training", total=total(), completed=done, left="")

        def drawn(report: Any, held_out: float | None) -> None:
            words = describe(report, held_out)
            progress.update(
                task, total=total(), completed=report.step, description=words, left=left()[2:]
            )

        yield drawn
