"""`rtsynth export`: a plugin for programs other than this one."""

from pathlib import Path
from typing import Annotated

import typer

from rtsynth.cli.options import OnePlugin
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import check_place

ENDINGS = {"onnx": ".onnx"}


def export(
    plugin: OnePlugin,
    to: Annotated[str, typer.Option(metavar="onnx", help="The format.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What to write; else the plugin's name, here."),
    ] = None,
) -> None:
    """Write a plugin's network for other programs: one step of it as ONNX models."""
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
    from rtsynth_models.exports.onnx_file import write_onnx

    for written in write_onnx(loaded, target):
        print(f"wrote {written}")
