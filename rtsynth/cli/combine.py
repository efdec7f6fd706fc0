"""`rtsynth combine`."""

from pathlib import Path
from typing import Annotated

import typer

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import check_place


def combine(
    plugins: Annotated[
        list[str],
        typer.Argument(metavar="[NAME=]FILE", help="NAME is what its tier will be called."),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The plugin to write (.safetensors).")],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its name; else that of the file.")
    ] = None,
) -> None:
    """Combine plugins into one: tiers of parameters above one of audio, in any order."""
    from rtsynth.plugin import load, save
    from rtsynth.plugin.combine import combine as combine_plugins
    from rtsynth.plugin.library import SUFFIX, resolve

    if out.suffix != SUFFIX:
        raise InputError(f"--out {out}: a plugin's name ends in {SUFFIX}")
    if name is not None and not (0 < len(name) <= 128 and name.isprintable()):
        raise InputError("--name: expected 1 to 128 characters that can be shown")
    check_place(out)
    given = [_split(text) for text in plugins]
    loaded = [load(resolve(file)) for _, file in given]
    manifest, tensors = combine_plugins(loaded, name or out.stem, [tier for tier, _ in given])
    save(out, manifest, tensors)
    tiers = ", ".join(f"{tier.name} {tier.rate_hz} Hz" for tier in manifest.tiers)
    knobs = [p.name for p in manifest.parameters if p.name not in manifest.generated]
    print(f"wrote {out}: tiers {tiers}; knobs {', '.join(knobs) or 'none'}")
    used = {name for tier in manifest.tiers for name in tier.conditioning}
    last = manifest.tiers[-1].outputs
    unused = [name for name in manifest.generated if name not in used and name not in last]
    if unused:
        print(f"no tier uses the generated parameters {', '.join(unused)}: check the names")


def _split(text: str) -> tuple[str | None, str]:
    """(NAME, FILE) of NAME=FILE; (None, FILE) where there is no NAME, or the file has a '='."""
    tier, separator, file = text.partition("=")
    return (None, text) if not separator or Path(text).exists() else (tier, file)
