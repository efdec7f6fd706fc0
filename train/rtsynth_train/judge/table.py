"""A comparison in the terminal: a column for each, a row for each thing that is known of one."""

from collections.abc import Callable, Sequence
from typing import Any

from rtsynth.common.plain_text import plain

DASH = "–"
LONGEST = 60

Format = Callable[[Any], str]
Rows = list[tuple[str, list[str], int | None]]


def duration(seconds: float) -> str:
    """`45 s`, `12.3 min`, `2.35 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.2f} h"


ROWS: tuple[tuple[str, str, Format], ...] = (
    ("network", "network", str),
    ("weights", "weights", lambda count: f"{count:,}"),
    ("rate_hz", "sample rate", lambda rate_hz: f"{rate_hz:,} Hz"),
    ("real_time", "times real time", lambda times: f"{times:.1f}"),
    ("seconds", "trained for", duration),
    ("steps", "steps", lambda steps: f"{steps:,}"),
    ("held_out", "held out, now", lambda loss: f"{loss:.3f}"),
    ("best_held_out", "held out, best", lambda loss: f"{loss:.3f}"),
    ("best_step", "... at step", lambda step: f"{step:,}"),
    ("unit", "losses in", lambda unit: f"{unit} a sample" if unit == "bits" else unit),
    ("dataset", "recordings", str),
    ("dataset_licence", "their licence", str),
    ("licence", "licence", str),
    ("started_from", "started from", ", ".join),
    ("made_by", "made by", str),
)
LOWEST_IS_BEST = ("held_out", "best_held_out")
# Where one of these differs, or is not known, losses cannot be compared.
SAME = ("dataset", "unit", "codec", "rate_hz", "held_out_by")


def cells(facts: Sequence[dict[str, Any]], key: str, form: Format) -> list[str]:
    """One row: a dash where nothing applies. The texts come from strangers' files."""
    values = [each.get(key) for each in facts]
    return [DASH if value is None else plain(form(value), LONGEST) for value in values]


def differences(facts: Sequence[dict[str, Any]]) -> list[str]:
    """In which of `SAME` they differ."""
    return [name for name in SAME if len({each.get(name) for each in facts}) > 1]


def best_column(facts: Sequence[dict[str, Any]], key: str) -> int | None:
    """Which has the lowest loss, where all agree in what losses depend on (`SAME`); else None."""
    values = [each.get(key) for each in facts]
    known = [value for value in values if value is not None]
    unknown = any(each.get(name) is None for each in facts for name in SAME)
    alike = not (unknown or differences(facts))
    if key not in LOWEST_IS_BEST or not alike or not len(known) == len(facts) > 1:
        return None
    return known.index(min(known))


def rows_of(facts: Sequence[dict[str, Any]]) -> Rows:
    """(label, cells, place of the best) of each row that says anything."""
    out = []
    for key, label, form in ROWS:
        row = cells(facts, key, form)
        if any(cell != DASH for cell in row):
            out.append((label, row, best_column(facts, key)))
    return out


def print_table(
    names: Sequence[str],
    groups: Sequence[tuple[str, Rows]],
    warnings: Sequence[tuple[str, str]],
) -> None:
    """Rows in groups, each with a title or none; below them the warnings as (name, line)."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from rtsynth.cli.console import console

    out = console(markup=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("", style="dim", no_wrap=True)
    for name in names:
        table.add_column(Text(plain(name, LONGEST)), justify="right", header_style="bold")
    for number, (title, rows) in enumerate(groups):
        if number and rows:
            table.add_section()
        if title and rows:
            table.add_row(Text(title, style="bold"), *[""] * len(names))
        for label, row, best in rows:
            marked = [Text(cell, style="green" if n == best else "") for n, cell in enumerate(row)]
            table.add_row(Text(label), *marked)
    out.print(table)
    for name, line in warnings:
        out.print(Text.assemble(("! ", "yellow"), (plain(name), "bold"), f": {plain(line)}"))
