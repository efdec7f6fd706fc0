"""`rtsynth bench`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rtsynth.cli.options import Block, Device, Json, Precision, Rate, Threads, Voices, check_seconds
from rtsynth.errors import InputError

LEAST_WIDTH = 110  # columns of the table; narrower terminals wrap its lines
LONGEST_S = 5.0  # of an offline measurement; --live takes the whole time


def bench(
    plugins: Annotated[list[str] | None, typer.Argument(metavar="[PLUGIN ...]")] = None,
    arch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:LxH",
            help="Random weights of this size: gru:4x256, samplernn2:5x1024, samplernn3:1x1024 "
            "(layers x hidden size), or rnncontrol. May be repeated.",
        ),
    ] = None,
    precision: Precision = "all",
    threads: Threads = None,
    voices: Voices = 1,
    seconds: Annotated[float, typer.Option(metavar="S", help="Per measurement.")] = 2.0,
    live: Annotated[bool, typer.Option("--live", help="Also play, and time callbacks.")] = False,
    device: Device = None,
    rate: Rate = None,
    block: Block = None,
    append: Annotated[
        str | None, typer.Option(metavar="FILE", help="Add the results to it as JSON lines.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Speed of plugins on this machine, beside the memory-bandwidth limit."""
    from rtsynth.bench import append_results, measure, measure_live, synthetic_plugin
    from rtsynth.computing import PRECISIONS, check_precision, usable_threads
    from rtsynth.engine.compile import compile_plugin
    from rtsynth.library import DEFAULT_PLUGIN, resolve
    from rtsynth.plugin import load
    from rtsynth.precision import choose

    check_seconds(seconds)
    check_precision("auto" if precision == "all" else precision, threads)
    if append is not None and not Path(append).resolve().parent.is_dir():
        raise InputError(f"--append {append}: its folder does not exist; create it first")
    loaded = [load(resolve(name)) for name in plugins or []]
    loaded += [synthetic_plugin(text) for text in arch or []]
    if not loaded:
        loaded = [load(resolve(DEFAULT_PLUGIN))]
    counts = [threads] if threads is not None else sorted({1, min(2, usable_threads())})
    rows: list[dict[str, Any]] = []
    for plugin in loaded:
        if precision == "auto":
            settings = [choose(plugin, "auto", threads, voices=voices)[0]]
        else:
            names = PRECISIONS if precision == "all" else (precision,)
            settings = [
                # The figures do not depend on how the weights were rounded.
                compile_plugin(plugin, name, count, calibrated=live)
                for name in names
                for count in counts
            ]
        for compiled in settings:
            row = measure(compiled, min(seconds, LONGEST_S), voices)
            if live:
                row |= measure_live(compiled, seconds, device, rate, block, voices)
            rows.append(row)
    if append:
        append_results(Path(append), rows)
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        _print(rows)


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    from rtsynth.bench import cpu_name
    from rtsynth.engine.cpu import PATH

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
    console = Console(highlight=False, soft_wrap=True)
    console.width = max(console.width, LEAST_WIDTH)
    console.print(f"{cpu_name()}; {PATH.name} ({PATH.description})")
    console.print(table)
    for row in rows:
        if "callback_us" not in row:
            continue
        times = ", ".join(f"{name} {value:.0f}" for name, value in row["callback_us"].items())
        console.print(
            f"{row['plugin']} {row['precision']} live on {row['device']}: callback us {times} of a "
            f"period of {row['period_us']:.0f}; {row['xruns']} xruns in {row['callbacks']} "
            f"callbacks, {row['overruns']} of them for want of speed",
        )
