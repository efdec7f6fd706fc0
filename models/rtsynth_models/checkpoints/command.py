"""`rtsynth import`: another system's checkpoint becomes a plugin."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from rtsynth.common.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from rtsynth.plugin import Manifest
    from rtsynth_models.checkpoints.samplernn_import import ImportFlags

SLOWEST_HZ, FASTEST_HZ = 1000, 384_000  # of audio


class Importer(NamedTuple):
    """How to recognise a system's checkpoint, and how to read it."""

    recognises: Callable[[Path], bool]
    read: "Callable[[Path, ImportFlags], tuple[Manifest, dict[str, np.ndarray]]]"


def importers() -> dict[str, Importer]:
    """All systems that can be imported, by the name that --like takes."""
    from rtsynth_models.checkpoints import mtcrnn_checkpoint, rnncontrol, samplernn_checkpoint

    return {
        "rnncontrol": Importer(
            lambda path: rnncontrol.find_folder(path) is not None,
            _without_flags("rnncontrol", rnncontrol.import_checkpoint),
        ),
        # Before MTCRNN, which takes a folder for its own that is two above its log.
        "samplernn": Importer(
            lambda path: samplernn_checkpoint.find_checkpoint(path) is not None,
            samplernn_checkpoint.import_checkpoint,
        ),
        "mtcrnn": Importer(
            lambda path: mtcrnn_checkpoint.find_run(path) is not None,
            _without_flags("mtcrnn", mtcrnn_checkpoint.import_checkpoint),
        ),
    }


def _without_flags(
    system: str, read: "Callable[[Path], tuple[Manifest, dict[str, np.ndarray]]]"
) -> "Callable[[Path, ImportFlags], tuple[Manifest, dict[str, np.ndarray]]]":
    """An importer of a system whose checkpoints say everything."""

    def read_it(path: Path, flags: "ImportFlags") -> "tuple[Manifest, dict[str, np.ndarray]]":
        if any(flag is not None for flag in flags):
            raise InputError(
                "--range, --range-from, --quantisation, --rate, --levels: a checkpoint of "
                f"{system} takes none of them; it says what they would"
            )
        return read(path)

    return read_it


def read_checkpoint(
    path: Path, like: str | None = None, flags: "ImportFlags | None" = None
) -> "tuple[Manifest, dict[str, np.ndarray]]":
    """Manifest and tensors of a checkpoint of any known system.

    Raises InputError when it is missing, unknown or unreadable.
    """
    from rtsynth_models.checkpoints.samplernn_import import ImportFlags

    table, flags = importers(), flags or ImportFlags()
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if like is not None:
        if like not in table:
            raise InputError(f"--like {like}: unknown system; known: {', '.join(table)}")
        return table[like].read(path, flags)
    for importer in table.values():
        if importer.recognises(path):
            return importer.read(path, flags)
    raise InputError(
        f"{path}: no checkpoint of a known system ({', '.join(table)}); --like names one"
    )


def import_checkpoint_command(
    checkpoint: Annotated[Path, typer.Argument(help="A run folder, or a file in it.")],
    out: Annotated[Path, typer.Option(help="The plugin to write (.safetensors).")],
    like: Annotated[str | None, typer.Option(help="The system it comes from.")] = None,
    limits: Annotated[
        tuple[float, float] | None,
        typer.Option(
            "--range",
            metavar="MIN MAX",
            help="Lowest and highest amplitude of the training audio (two-tier SampleRNN).",
        ),
    ] = None,
    limits_from: Annotated[
        Path | None,
        typer.Option("--range-from", metavar="AUDIO", help="The training audio itself."),
    ] = None,
    quantisation: Annotated[
        str | None,
        typer.Option(
            metavar="linear|mu-law|a-law",
            help="Of the original SampleRNN, whose checkpoints do not say: linear by default.",
        ),
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(metavar="HZ", help="Of a SampleRNN's audio; 16000 by default."),
    ] = None,
    levels: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL=NAME,...",
            help="What a checkpoint of the original SampleRNN calls its levels, if they are not "
            "BigFrameLevel, FrameLevel (of four tiers FrameLevel_1, FrameLevel_2), SampleLevel.",
        ),
    ] = None,
) -> None:
    """Make a plugin from a checkpoint of another system. Nothing in it is executed."""
    import rtsynth
    from rtsynth_models.checkpoints.samplernn_import import ImportFlags
    from rtsynth_models.checkpoints.samplernn_theano_network import parse_levels

    if out.suffix != ".safetensors":
        raise InputError(f"--out {out}: a plugin's name ends in .safetensors")
    if limits is not None and limits_from is not None:
        raise InputError("--range and --range-from: give one of them")
    if limits is not None and not (all(map(math.isfinite, limits)) and limits[0] < limits[1]):
        raise InputError(f"--range {limits[0]:g} {limits[1]:g}: MIN must be below MAX")
    if rate is not None and not SLOWEST_HZ <= rate <= FASTEST_HZ:
        raise InputError(f"--rate {rate}: must be {SLOWEST_HZ} to {FASTEST_HZ} Hz")
    spelt = None if levels is None else parse_levels(levels)
    flags = ImportFlags(limits, limits_from, quantisation, rate, spelt)
    manifest, tensors = read_checkpoint(checkpoint, like, flags)
    rtsynth.save(out, manifest, tensors)
    print(f"wrote {out}: {manifest.description}")
