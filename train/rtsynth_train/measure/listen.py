"""`python -m rtsynth_train.measure.listen PLUGIN`: whether a plugin learned its recordings."""

import argparse
import json
import sys
from pathlib import Path

import rtsynth
from rtsynth.common.computing import PRECISIONS
from rtsynth.common.errors import RtsynthError
from rtsynth.common.plain_text import plain
from rtsynth.plugin.library import resolve
from rtsynth_train.measure.listen_checks import Result, listen
from rtsynth_train.measure.sound import (
    measure_recordings,
    read_reference,
    reference_path,
    write_reference,
)

SEEDS = (1, 2)


def print_table(name: str, results: dict[int, list[Result]]) -> None:
    """A row per check, a column per seed."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Did it learn? {name}")
    for column in ("check", "limit", *(f"seed {seed}" for seed in results), ""):
        table.add_column(column)
    for rows in zip(*results.values(), strict=True):
        passed = all(row.passed for row in rows)
        table.add_row(
            rows[0].check,
            f"{rows[0].limit} {rows[0].unit}",
            *(f"{row.value:.1f} {row.unit}" for row in rows),
            "[green]PASS[/]" if passed else "[red]FAIL[/]",
        )
    Console().print(table)


def to_json(name: str, results: dict[int, list[Result]]) -> str:
    """Everything measured, as one document."""
    return json.dumps(
        {
            "plugin": name,
            "seeds": {seed: [vars(row) for row in rows] for seed, rows in results.items()},
        },
        indent=1,
    )


def run(arguments: argparse.Namespace) -> int:
    """0 when every check passes, 1 when one fails."""
    path = Path(resolve(arguments.plugin))
    plugin, beside = rtsynth.load(path), reference_path(path)
    if arguments.data is not None:
        reference = measure_recordings(arguments.data)
        if arguments.write_reference:
            write_reference(beside, reference)
    else:
        reference = read_reference(beside)
    results = {
        seed: listen(plugin, reference, seed, arguments.precision)
        for seed in arguments.seed or SEEDS
    }
    if arguments.json:
        print(to_json(plugin.name, results))
    else:
        print_table(plugin.name, results)
    if arguments.plot is not None:
        from rtsynth_train.measure.listen_plot import draw

        draw(plugin, results, arguments.plot)
    return 0 if all(row.passed for rows in results.values() for row in rows) else 1


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="rtsynth_train.measure.listen", description=__doc__)
    parser.add_argument("plugin", help="a plugin file, or the name of one at hand")
    parser.add_argument("--data", type=Path, help="recordings to compare with")
    parser.add_argument(
        "--write-reference",
        action="store_true",
        help="with --data: keep their measures beside the plugin",
    )
    parser.add_argument("--seed", type=int, action="append", help=f"default: {SEEDS}")
    parser.add_argument("--precision", choices=PRECISIONS, default=PRECISIONS[0])
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--plot", type=Path, help="draw spectrograms and pitch errors (PNG)")
    try:
        sys.exit(run(parser.parse_args()))
    except RtsynthError as error:
        print(f"rtsynth: {plain(str(error))}", file=sys.stderr)
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
