"""`rtsynth export`: a plugin for programs other than this one."""

from pathlib import Path
from typing import Annotated

import typer

from rtsynth.cli.options import OnePlugin
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import check_place

ENDINGS = {"onnx": ".onnx", "nn": ".ts"}


def export(
    plugin: OnePlugin,
    to: Annotated[
        str, typer.Option(metavar="onnx|nn", help="ONNX models, or a TorchScript module for nn~.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What to write; else the plugin's name, here."),
    ] = None,
) -> None:
    """Write a plugin's network for other programs: as ONNX models, or for nn~ in Pd and Max."""
    import rtsynth
    from rtsynth.plugin.library import resolve

    if to not in ENDINGS:
        raise InputError(f"--to {to!r}: there are {', '.join(ENDINGS)}")
    path = resolve(plugin)
    target = Path(f"{path.stem}{ENDINGS[to]}") if out is None else out
    if target.suffix != ENDINGS[to]:
        raise InputError(f"--out {target}: the name ends in {ENDINGS[to]}")
    check_place(target)
    loaded = rtsynth.load(path)
    if to == "nn":
        from rtsynth_models.exports.nn_file import write_nn

        write_nn(loaded, target)
        print(f"wrote {target}")
        return
    from rtsynth_models.exports.onnx_file import write_onnx

    for written in write_onnx(loaded, target):
        print(f"wrote {written}")
