"""`rtsynth prepare`: makes the reference set, and checks any folder of recordings."""

from pathlib import Path
from typing import Annotated

import typer

from rtsynth.errors import InputError


def prepare(
    what: Annotated[
        str, typer.Argument(metavar="SET|DIR", help="A set to make, or (--check) a folder.")
    ],
    out: Annotated[Path | None, typer.Argument(help="Where to write the set.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check a folder instead of making a set.")
    ] = False,
    recipe: Annotated[
        str, typer.Option(help="With --check: whose parameters and ranges to expect.")
    ] = "clarinet-trumpet",
    sound_font: Annotated[
        Path | None, typer.Option(help="Another sound font (.sf2) than FluidR3_GM.")
    ] = None,
) -> None:
    """Make a set of recordings (clarinet-trumpet), or check one (--check DIR)."""
    if check:
        check_set(Path(what), recipe)
    else:
        make_set(what, out, sound_font)


def make_set(name: str, out: Path | None, sound_font: Path | None) -> None:
    """Render the set `name` into `out`, then check it."""
    from rich.console import Console
    from rich.progress import track

    from rtsynth_train.reference_set import RECIPES, make_reference_set
    from rtsynth_train.soundfont import SOUND_FONT

    if name not in RECIPES:
        raise InputError(
            f"{name}: no such set; known: {', '.join(RECIPES)} (to check a folder, add --check)"
        )
    if out is None:
        raise InputError(f"prepare {name}: name the folder to write, e.g. data/{name}")
    recipe = RECIPES[name]
    total = len(recipe.instruments) * len(recipe.keys) * len(recipe.amplitudes)
    files = make_reference_set(name, out, sound_font or SOUND_FONT)
    for _ in track(files, "rendering", total=total, console=Console(stderr=True)):
        pass
    check_set(out, name)


def check_set(folder: Path, recipe: str) -> None:
    """Print every problem of `folder`; InputError (exit status 2) when there is any."""
    from rtsynth_train.check_folder import check_folder
    from rtsynth_train.config import load_recipe

    config = load_recipe(recipe)
    count, problems = check_folder(folder, config.conditioning, config.data.rate_hz)
    for problem in problems:
        print(problem)
    if problems:
        raise InputError(f"{folder}: {len(problems)} problems in {count} files (listed above)")
    print(f"{folder}: {count} recordings, all fine")
