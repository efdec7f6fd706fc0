"""`rtsynth info`."""

import json
from typing import Any

from rtsynth.cli.options import Json


def info(plugin: str, as_json: Json = False) -> None:
    """What is in a plugin file: parameters, tiers, size, provenance."""
    from rtsynth.engine.cpu import PATH
    from rtsynth.engine.reaction import reaction_ms
    from rtsynth.library import resolve
    from rtsynth.plugin import load

    loaded = load(resolve(plugin))
    manifest = loaded.manifest
    weights = sum(
        tensor.size
        for name, tensor in loaded.tensors.items()
        if not name.startswith(("golden.", "rest."))
    )
    document: dict[str, Any] = {
        "path": str(loaded.path),
        "weights": weights,
        **manifest.model_dump(),
        "kernels": {"cpu_path": PATH.name, "description": PATH.description},
    }
    if as_json:
        print(json.dumps(document, indent=2))
        return

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # The texts come from a stranger's file: nothing in them is markup.
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"{manifest.name}  {manifest.description}", style="bold")
    for tier in manifest.tiers:
        config = ", ".join(f"{key} {value}" for key, value in tier.config.items())
        console.print(f"  tier {tier.name}: {tier.family} at {tier.rate_hz} Hz ({config})")
        heard, made = ", ".join(tier.conditioning), ", ".join(tier.outputs) or "audio"
        console.print(f"    {heard or 'nothing'} -> {made}")
    codec = manifest.codec
    makes = f"{codec.levels} levels ({codec.name})" if codec else "makes parameters only"
    console.print(
        f"  {weights:,} weights, {manifest.sample_rate_hz} Hz, {makes}, "
        f"licence {manifest.licence or 'not stated'}"
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    headings = ["parameter", "range", "default", "unit", "description"]
    tiered = len(manifest.tiers) > 1
    for heading in headings[:4] + ["reacts within"] * tiered + headings[4:]:
        table.add_column(heading)
    for p in manifest.parameters:
        maker = manifest.generated.get(p.name)
        told = ", ".join(t for t in (f"made by {maker.name}" if maker else "", p.description) if t)
        bounds = f"{p.minimum:g} to {p.maximum:g}"
        reaction = [f"{reaction_ms(manifest, p.name):.1f} ms"] * tiered
        table.add_row(*map(Text, (p.name, bounds, f"{p.default:g}", p.unit, *reaction, told)))
    console.print(table)
    for key, value in manifest.provenance.model_dump().items():
        if value not in (None, ""):
            console.print(f"  {key.replace('_', ' ')}: {value}")
    console.print(f"  kernels here: {PATH.name} ({PATH.description})")
