"""`rtsynth list`."""

import json
from typing import Any

from rtsynth.cli.console import console
from rtsynth.cli.options import Json

MOST_NAMED = 3  # parameters of a plugin, unless there is one more


def list_plugins(as_json: Json = False) -> None:
    """The plugins at hand: those that ship and those in your plugin folder."""
    from rtsynth.common.errors import PluginError
    from rtsynth.plugin import load
    from rtsynth.plugin.library import find_plugins, plugin_folders

    rows: list[dict[str, Any]] = []
    generated: dict[str, set[str]] = {}
    for name, path in find_plugins().items():
        try:
            manifest = load(path).manifest
        except PluginError as error:
            rows.append({"name": name, "path": str(path), "error": str(error)})
            continue
        rows.append(
            {
                "name": name,
                "path": str(path),
                "description": manifest.description,
                "tags": manifest.tags,
                "sample_rate_hz": manifest.sample_rate_hz,
                "parameters": [parameter.name for parameter in manifest.parameters],
            }
        )
        generated[name] = set(manifest.generated)
    if as_json:
        print(json.dumps(rows, indent=2))
        return

    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("name", "rate", "parameters", "description"):
        table.add_column(heading)
    for row in rows:
        if "error" in row:
            table.add_row(escape(row["name"]), "", "", f"[red]{escape(row['error'])}[/red]")
        else:
            table.add_row(
                escape(row["name"]),
                f"{row['sample_rate_hz']} Hz",
                escape(_shortly(row["parameters"], generated[row["name"]])),
                escape(row["description"]),
            )
    out = console()
    out.print(table)
    out.print(f"\nYour own plugins go to {plugin_folders()[0]}", soft_wrap=True)


def _shortly(parameters: list[str], generated: set[str]) -> str:
    """Some knobs by name, and how many more there are; how many a tier of the plugin generates."""
    knobs = [name for name in parameters if name not in generated]
    more = len(knobs) - MOST_NAMED
    text = ", ".join(knobs if more <= 1 else [*knobs[:MOST_NAMED], f"{more} more"])
    if not generated:
        return text
    return f"{text} and {len(generated)} generated" if text else f"{len(generated)} generated"
