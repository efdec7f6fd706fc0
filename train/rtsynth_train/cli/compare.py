"""`rtsynth compare`: trainings and plugins beside each other."""

from pathlib import Path
from typing import Annotated

import typer


def compare(
    subjects: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN|PLUGIN ...", help="Folders of training runs; plugins, by name or file."
        ),
    ],
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page with curves, spectrograms and sounds."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only what is known without playing anything.")
    ] = False,
) -> None:
    """Training runs and plugins beside each other: losses, sizes, warnings, sounds."""
    from rtsynth_train.judge.comparison import Comparison
    from rtsynth_train.judge.subject import read_subjects

    comparison = Comparison(read_subjects(subjects), play=not quick)
    if html is not None:
        comparison.write_page(html)
    if as_json:
        print(comparison.as_json())
        return
    comparison.print()
    if html is not None:
        print(f"wrote {html}")
