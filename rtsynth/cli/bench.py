"""`rtsynth bench`."""

import json
from typing import Annotated, Any

import typer

from rtsynth.cli.options import Block, Device, Json, Rate, check_seconds


def bench(
    plugins: Annotated[list[str] | None, typer.Argument(metavar="[PLUGIN ...]")] = None,
    arch: Annotated[
        list[str] | None, typer.Option(metavar="gru:LxH", help="Random weights of this size.")
    ] = None,
    seconds: Annotated[float, typer.Option(metavar="S", help="Per measurement.")] = 2.0,
    live: Annotated[bool, typer.Option("--live", help="Also play, and time callbacks.")] = False,
    device: Device = None,
    rate: Rate = None,
    block: Block = None,
    as_json: Json = False,
) -> None:
    """Speed of plugins on this machine, beside the memory-bandwidth limit."""
    from rtsynth.bench import cpu_name, measure, measure_live, synthetic_plugin
    from rtsynth.engine.compile import compile_plugin
    from rtsynth.library import DEFAULT_PLUGIN, resolve
    from rtsynth.plugin import load

    check_seconds(seconds)
    loaded = [load(resolve(name)) for name in plugins or []]
    loaded += [synthetic_plugin(text) for text in arch or []]
    if not loaded:
        loaded = [load(resolve(DEFAULT_PLUGIN))]
    rows: list[dict[str, Any]] = []
    for plugin in loaded:
        compiled = compile_plugin(plugin)
        row = measure(compiled, seconds)
        if live:
            row |= measure_live(compiled, seconds, device, rate, block)
        rows.append(row)
    if as_json:
        print(json.dumps(rows, indent=2))
        return

    from rich.console import Console
    from rich.table import Table

    columns = {
        "plugin": "{plugin}",
        "us/sample": "{us_per_sample:.2f}",
        "x real time": "{x_realtime:.1f}",
        "bytes/sample": "{weight_bytes:,}",
        "GB/s": "{bandwidth_gb_s:.0f}",
        "limit us": "{limit_us_per_sample:.2f}",
        "of limit": "{fraction_of_limit:.0%}",
    }
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in columns:
        table.add_column(heading)
    for row in rows:
        table.add_row(*(text.format(**row) for text in columns.values()))
    console = Console(highlight=False)
    console.print(f"{cpu_name()}, float32, one core")
    console.print(table)
    for row in rows if live else []:
        times = ", ".join(f"{name} {value:.0f}" for name, value in row["callback_us"].items())
        console.print(
            f"{row['plugin']} live on {row['device']}: callback us {times} of a period of "
            f"{row['period_us']:.0f}; {row['xruns']} xruns in {row['callbacks']} callbacks",
            soft_wrap=True,
        )
