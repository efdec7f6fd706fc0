"""`rtsynth listen`: whether a plugin sounds like what it learned from."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rtsynth.common.errors import InputError
from rtsynth.common.remarks import warn

if TYPE_CHECKING:
    from rtsynth_train.judge.listening import Measurement


def listen(
    plugin: Annotated[
        str, typer.Argument(metavar="PLUGIN", help="Name, file, or folder of a training run.")
    ],
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Its recordings; a run's own are known."),
    ] = None,
    points: Annotated[
        int, typer.Option(metavar="N", min=1, max=500, help="Points at most, and as many between.")
    ] = 12,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Of what is drawn.")] = 1,
    check: Annotated[
        bool,
        typer.Option("--check", help="Exit status 1: a limit is not kept, or nothing was judged."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> int:
    """Play a plugin at what was recorded and between; measure pitch, level, events, noise."""
    from rtsynth_train.judge.listening import Listener
    from rtsynth_train.judge.subject import read_subjects
    from rtsynth_train.judge.verdict import all_passed, document, not_judged
    from rtsynth_train.measure.recorded import recorded_in

    subjects = read_subjects([plugin])
    subject = subjects[0]
    if len(subjects) > 1 or subject.plugin is None or subject.plugin.manifest.codec is None:
        raise InputError(f"{plugin}: has no plugin with a sound to listen to")
    if data is None:
        recordings = subject.recordings
        if subject.missing is not None:
            warn(f"{subject.name}: {subject.missing}")
    else:
        said = subject.conditioning if data == subject.data else ()
        recordings = recorded_in(data, subject.plugin.manifest, said, subject.rules)
    listener = Listener(subject.plugin, recordings, seed, subject.rules)
    rows = listener.listen(points)
    for line in listener.left_out:
        warn(f"{subject.name}: {line}")
    if as_json:
        print(json.dumps(document(subject.name, rows)))
    else:
        print_measured(subject.name, rows)
    if not check:
        return 0
    if unknown := not_judged(rows):
        none = "nothing was judged" if all_passed(rows) is None else "not judged"
        warn(
            f"{subject.name}: {none}, as no recording says what it should be: {', '.join(unknown)}"
            " (--data FOLDER gives recordings)"
        )
    return 0 if all_passed(rows) else 1


def print_measured(name: str, rows: Sequence["Measurement"]) -> None:
    """A row for every measure, at the points and between."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from rtsynth.cli.console import console
    from rtsynth.common.plain_text import plain
    from rtsynth_train.judge.verdict import MEASURES, summaries

    table = Table(title=Text(plain(name)), box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("measure")
    for column in ("points", "median", "off", "worst", "limits"):
        table.add_column(column, justify="right")
    table.add_column("")
    table.add_column("off is", style="dim")
    for key, measure in MEASURES.items():
        for place, each in summaries(rows, key).items():
            said = {None: Text("–"), True: Text("ok", "green"), False: Text("off", "bold red")}
            off, worst = ("–" if v is None else f"{v:.1f}" for v in (each.off, each.worst))
            table.add_row(
                key if place == "points" else "  between", str(each.points), f"{each.value:.1f}",
                off, worst, f"{measure.usual:g}, {measure.worst:g}", said[each.passed],
                measure.what,
            )  # fmt: skip
    console(markup=False).print(table)
