"""The progress bar of a training run; plain lines where there is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PLAIN_EVERY = 50
Report = Callable[[Any, float | None], None]


@contextmanager
def training_bar(
    console: Console,
    total: Callable[[], int],
    done: int,
    describe: Callable[[Any, float | None], str],
) -> Iterator[Report]:
    """Yield the function to call after every step with its report and the last held-out loss;
    `describe` puts them into words. `total` is how many steps it is to be, as known so far.
    """
    if not console.is_terminal:

        def plain(report: Any, held_out: float | None) -> None:
            if report.step % PLAIN_EVERY == 0:
                console.print(f"step {report.step}/{total()}: {describe(report, held_out)}")

        yield plain
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("training", total=total(), completed=done)

        def drawn(report: Any, held_out: float | None) -> None:
            words = describe(report, held_out)
            progress.update(task, total=total(), completed=report.step, description=words)

        yield drawn
