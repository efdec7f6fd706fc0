"""`rtsynth import`: another system's checkpoint becomes a plugin."""

import math
from pathlib import Path
from typing import Annotated

import typer

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import check_place
from rtsynth.plugin.manifest import FASTEST_HZ

SLOWEST_HZ = 1000  # of audio


def import_checkpoint_command(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="CHECKPOINT", help="A run folder, or a file in it.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The plugin to write (.safetensors).")],
    like: Annotated[
        str | None, typer.Option(metavar="SYSTEM", help="The system it comes from.")
    ] = None,
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
            help="Of the original SampleRNN, whose checkpoints lack it: linear by default.",
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
    from rtsynth_models.checkpoints.common.importing import ImportFlags
    from rtsynth_models.checkpoints.samplernn.theano_network import parse_levels
    from rtsynth_models.checkpoints.systems import read_checkpoint

    if out.suffix != ".safetensors":
        raise InputError(f"--out {out}: a plugin's name ends in .safetensors")
    check_place(out)
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
