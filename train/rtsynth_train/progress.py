"""The progress bar of a training run; plain lines where there is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rtsynth_train.trainer import StepReport

PLAIN_EVERY = 50
Report = Callable[[StepReport, float | None], None]


def describe(report: StepReport, held_out_bits: float | None) -> str:
    """`2.910 bits (held out 2.954)`."""
    held = "" if held_out_bits is None else f" (held out {held_out_bits:.3f})"
    return f"{report.bits:.3f} bits{held}"


@contextmanager
def training_bar(console: Console, total: int, done: int) -> Iterator[Report]:
    """Yield the function to call after every step."""
    if not console.is_terminal:

        def plain(report: StepReport, held_out_bits: float | None) -> None:
            if report.step % PLAIN_EVERY == 0:
                console.print(f"step {report.step}/{total}: {describe(report, held_out_bits)}")

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

        def drawn(report: StepReport, held_out_bits: float | None) -> None:
            progress.update(
                task, completed=report.step, description=describe(report, held_out_bits)
            )

        yield drawn
