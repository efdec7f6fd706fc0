"""`rtsynth bench`."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer

from rtsynth.cli.console import WIDE, console
from rtsynth.cli.options import Json
from rtsynth.common.errors import InputError
from rtsynth.processes.options import Block, Device, Plugins, Rate, Threads, Voices, check_seconds

LONGEST_S = 5.0  # of an offline measurement; --live takes the whole time


def bench(
    plugins: Plugins = None,
    arch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:LxH",
            help="Random weights of this size: gru:4x256, samplernn2:5x1024, samplernn3:1x1024 "
            "(layers x hidden size), or rnncontrol. May be repeated.",
        ),
    ] = None,
    precision: Annotated[
        str,
        typer.Option(
            metavar="all|auto|float32|int8|int4", help="Precision of the weights; all: each."
        ),
    ] = "all",
    threads: Threads = None,
    voices: Voices = 1,
    seconds: Annotated[
        float,
        typer.Option(
            metavar="S",
            help="Per measurement: of every plugin at every precision, on one thread and on two.",
        ),
    ] = 2.0,
    live: Annotated[
        bool, typer.Option("--live", help="Also play, for --seconds each, and time callbacks.")
    ] = False,
    device: Device = None,
    rate: Rate = None,
    block: Block = None,
    ahead: Annotated[
        float,
        typer.Option(
            metavar="MS", help="With --live: compute this far ahead of the sound; 0: never."
        ),
    ] = 0.0,
    append: Annotated[
        str | None, typer.Option(metavar="FILE", help="Add the results to it as JSON lines.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Speed of plugins on this machine, beside the memory-bandwidth limit."""
    from rtsynth.common.computing import PRECISIONS, check_ahead, check_precision, usable_threads
    from rtsynth.compiler.compile import compile_plugin
    from rtsynth.compiler.precision import choose
    from rtsynth.plugin import load
    from rtsynth.plugin.library import DEFAULT_PLUGIN, resolve
    from rtsynth.processes.bench import (
        SETTLE_S,
        append_results,
        measure,
        measure_live,
        synthetic_plugin,
    )

    check_seconds(seconds)
    check_precision("auto" if precision == "all" else precision, threads)
    check_ahead(ahead)
    if append is not None and not Path(append).resolve().parent.is_dir():
        raise InputError(f"--append {append}: its folder does not exist; create it first")
    loaded = [load(resolve(name)) for name in plugins or []]
    loaded += [synthetic_plugin(text) for text in arch or []]
    if not loaded:
        loaded = [load(resolve(DEFAULT_PLUGIN))]
    counts = [threads] if threads is not None else sorted({1, min(2, usable_threads())})
    names = PRECISIONS if precision == "all" else (precision,)
    wanted = [
        (plugin, name, count)
        for plugin in loaded
        for name, count in ([("auto", threads)] if precision == "auto" else product(names, counts))
    ]
    about_s = min(seconds, LONGEST_S) + (seconds + SETTLE_S if live else 0.0)
    rows: list[dict[str, Any]] = []
    for number, (plugin, name, count) in enumerate(wanted, start=1):
        left_s = about_s * (len(wanted) - number + 1)
        _say(
            f"{number} of {len(wanted)}: {plugin.name} {name}{_threads(count)}; "
            f"at least {left_s:.0f} s to go"
        )
        if name == "auto":
            compiled = choose(plugin, "auto", threads, voices=voices, ahead=ahead > 0)[0]
        else:
            # The figures do not depend on how the weights were rounded.
            compiled = compile_plugin(plugin, name, count or 1, calibrated=live)
        row = measure(compiled, min(seconds, LONGEST_S), voices)
        if live:
            row |= measure_live(compiled, seconds, device, rate, block, voices, ahead)
        rows.append(row)
        if append:  # at once: what was measured is kept when the rest is interrupted
            append_results(Path(append), [row])
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        _print(rows)


def _threads(count: int | None) -> str:
    return f" on {count} thread{'s' * (count > 1)}" if count is not None else ""


def _say(text: str) -> None:
    print(f"rtsynth: measuring {text}", file=sys.stderr, flush=True)


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from rtsynth.engine.kernels.cpu import PATH
    from rtsynth.processes.bench import cpu_name

    columns = {
        "plugin": "{plugin}",
        "precision": "{precision}",
        "threads": "{threads}",
        "voices": "{voices}",
        "us/sample": "{us_per_sample:.2f}",
        "x real time": "{x_realtime:.1f}",
        "weights MB": "{weight_mb:.2f}",
        "MB/sample": "{sample_mb:.2f}",
        "GB/s": "{bandwidth_gb_s:.0f}",
        "limit us": "{limit_us_per_sample:.2f}",
        "of limit": "{fraction_of_limit:.0%}",
    }
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in columns:
        left = heading in ("plugin", "precision")
        table.add_column(heading, justify="left" if left else "right", no_wrap=True)
    for row in rows:
        sizes = {
            "weight_mb": row["weight_bytes"] / 1e6,
            "sample_mb": row["bytes_per_sample"] / 1e6,
        }
        table.add_row(*(text.format(**row, **sizes) for text in columns.values()))
    out = console(soft_wrap=True)
    out.width = WIDE  # a narrow terminal wraps the lines: nothing is cut
    out.print(f"{cpu_name()}; {PATH.name} ({PATH.description})")
    out.print(table)
    for row in rows:
        if "callback_us" not in row:
            continue
        times = ", ".join(f"{name} {value:.0f}" for name, value in row["callback_us"].items())
        out.print(
            f"{row['plugin']} {row['precision']} live on {row['device']}: callback us {times} of a "
            f"period of {row['period_us']:.0f}; {row['xruns']} xruns in {row['callbacks']} "
            f"callbacks, {row['overruns']} of them computed too slowly",
        )
