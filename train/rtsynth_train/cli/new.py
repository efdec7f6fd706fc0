"""`rtsynth new`: a recipe for recordings of one's own."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, check_place
from rtsynth.common.plain_text import plain


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A folder of recordings, or one of them.")
    ],
    out: Annotated[Path, typer.Option(metavar="RECIPE.toml", help="The recipe to write.")],
    time: Annotated[
        str, typer.Option(metavar="10min|1h|night", help="How long it is to be trained.")
    ] = "10min",
    kind: Annotated[
        str | None,
        typer.Option(metavar="note|texture|voice|loop", help="Instead of the one that suits."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the recipe that is there.")
    ] = False,
) -> None:
    """A commented recipe for your recordings: what is in them, and a network that fits a time."""
    from rtsynth_train.own.new import propose_recipe

    if out.suffix.lower() != ".toml":
        raise InputError(f"--out {out}: the name of a recipe ends in .toml")
    if out.exists() and not force:
        raise InputError(f"{out}: is there already; name another --out, or add --force")
    check_place(out)
    made = propose_recipe(folder, time, kind, out)
    try:
        data = made.text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{folder}: its name is no text; rename it") from error
    for line in made.lines:
        print(plain(line))
    with atomic_write(out) as temporary:
        temporary.write_bytes(data)
    command = " ".join(["rtsynth train", shlex.quote(str(out)), *made.flags])
    done = f"wrote {out}; train it with: {command}"
    print(plain(done, len(done)))
