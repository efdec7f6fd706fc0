"""`rtsynth import`: another system's checkpoint becomes a plugin."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from rtsynth.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from rtsynth.plugin import Manifest


class Importer(NamedTuple):
    """How to recognise a system's checkpoint, and how to read it."""

    recognises: Callable[[Path], bool]
    read: "Callable[[Path], tuple[Manifest, dict[str, np.ndarray]]]"


def importers() -> dict[str, Importer]:
    """All systems that can be imported, by the name that --like takes."""
    from rtsynth_models import mtcrnn_checkpoint, rnncontrol

    return {
        "rnncontrol": Importer(
            lambda path: rnncontrol.find_folder(path) is not None, rnncontrol.import_checkpoint
        ),
        "mtcrnn": Importer(
            lambda path: mtcrnn_checkpoint.find_run(path) is not None,
            mtcrnn_checkpoint.import_checkpoint,
        ),
    }


def read_checkpoint(
    path: Path, like: str | None = None
) -> "tuple[Manifest, dict[str, np.ndarray]]":
    """Manifest and tensors of a checkpoint of any known system.

    Raises InputError when it is missing, unknown or unreadable.
    """
    table = importers()
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if like is not None:
        if like not in table:
            raise InputError(f"--like {like}: unknown system; known: {', '.join(table)}")
        return table[like].read(path)
    for importer in table.values():
        if importer.recognises(path):
            return importer.read(path)
    raise InputError(
        f"{path}: no checkpoint of a known system ({', '.join(table)}); --like names one"
    )


def import_checkpoint_command(
    checkpoint: Annotated[Path, typer.Argument(help="A run folder, or a file in it.")],
    out: Annotated[Path, typer.Option(help="The plugin to write (.safetensors).")],
    like: Annotated[str | None, typer.Option(help="The system it comes from.")] = None,
) -> None:
    """Make a plugin from a checkpoint of another system. Nothing in it is executed."""
    import rtsynth

    if out.suffix != ".safetensors":
        raise InputError(f"--out {out}: a plugin's name ends in .safetensors")
    manifest, tensors = read_checkpoint(checkpoint, like)
    rtsynth.save(out, manifest, tensors)
    print(f"wrote {out}: {manifest.description}")
