"""`rtsynth info`."""

import json
from typing import Any

from rtsynth.cli.console import console
from rtsynth.cli.options import Json, OnePlugin


def info(plugin: OnePlugin, as_json: Json = False) -> None:
    """What is in a plugin file: parameters, tiers, size, provenance."""
    from rtsynth.engine.kernels.cpu import PATH
    from rtsynth.engine.program.reaction import reaction_ms
    from rtsynth.plugin import load
    from rtsynth.plugin.library import resolve

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

    from rich.table import Table
    from rich.text import Text

    # The texts come from a stranger's file: nothing in them is markup.
    out = console(markup=False, soft_wrap=True)
    out.print(f"{manifest.name}  {manifest.description}", style="bold")
    for tier in manifest.tiers:
        said = {
            key: value
            for key, value in tier.config.items()
            if value is not False and value is not None and value != []  # 0 is a value
        }
        config = ", ".join(
            key.replace("_", " ") if value is True else f"{key.replace('_', ' ')} {value}"
            for key, value in said.items()
        )
        out.print(f"  tier {tier.name}: {tier.family} at {tier.rate_hz} Hz ({config})")
        heard, made = ", ".join(tier.conditioning), ", ".join(tier.outputs) or "audio"
        out.print(f"    {heard or 'nothing'} -> {made}")
    codec = manifest.codec
    makes = f"{codec.levels} levels ({codec.name})" if codec else "makes parameters only"
    out.print(
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
        named = ", ".join(f"{number} {label}" for number, label in enumerate(p.labels))
        made_by = f"made by {maker.name}" if maker else ""
        told = "; ".join(text for text in (made_by, named, p.description) if text)
        bounds = f"{p.minimum:.4g} to {p.maximum:.4g}"
        reaction = [f"{reaction_ms(manifest, p.name):.1f} ms"] * tiered
        table.add_row(*map(Text, (p.name, bounds, f"{p.default:.4g}", p.unit, *reaction, told)))
    out.print(table)
    for key, value in manifest.provenance.model_dump().items():
        if value not in (None, ""):
            out.print(f"  {key.replace('_', ' ')}: {value}")
    out.print(f"  kernels here: {PATH.name} ({PATH.description})")
