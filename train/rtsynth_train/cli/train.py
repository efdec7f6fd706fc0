"""`rtsynth train`: from recordings to a plugin."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rtsynth.common.errors import InputError
from rtsynth_train.core.background import lower_priority
from rtsynth_train.core.duration import seconds_of
from rtsynth_train.core.launching import launch
from rtsynth_train.core.malloc import keep_memory
from rtsynth_train.core.ranks import ALONE, Ranks, count_here

if TYPE_CHECKING:
    from rtsynth_train.core.config import TrainConfig

RECIPE_OF_ANY_SOUND = "samplernn"  # of a single audio file, where none is named
KIND_TIME = "10min"  # of --kind, where no other time is given


def read_request(
    source: Path | None,
    recipe: str | None,
    out: Path | None,
    resume: bool,
    changes: dict[str, dict[str, Any]],
    kind: str | None = None,
    settings: Sequence[str] = (),
    start: str | None = None,
) -> tuple["TrainConfig", Path]:
    """The requested configuration, and the run folder.

    `changes` holds what the command line sets, by section; None leaves a value as it is. `kind`
    chooses and fits the recipe, to the time in `changes` or KIND_TIME, and to the plugin that it
    starts from. `settings` are KEY=VALUE.
    """
    from rtsynth.common.audiofile import AUDIO_SUFFIXES
    from rtsynth.common.files.toml import read_toml
    from rtsynth.common.files.toml_lines import located
    from rtsynth_train.core.recipe_place import with_folders
    from rtsynth_train.core.recipes import read_recipe, recipe_for, recipe_names
    from rtsynth_train.core.run_folder import CONFIG_NAME, read_json
    from rtsynth_train.core.settings import read_value, split_setting, with_setting

    if resume and out is None:
        raise InputError("--resume: name the run folder with --out")
    if resume and out is not None and not (out / CONFIG_NAME).is_file():
        raise InputError(f"{out}: no {CONFIG_NAME} of a run to resume; start a new run")
    is_recipe = source is not None and source.suffix.lower() == ".toml"
    if resume and out is not None and recipe is None and kind is None and not is_recipe:
        label = str(out / CONFIG_NAME)
        raw = read_json(out / CONFIG_NAME)
        if source is not None:
            changes.setdefault("data", {})["folder"] = str(source)
    elif kind is not None and source is not None and recipe is None and not is_recipe:
        from rtsynth_train.own.kinds import as_large_as, kind_recipe
        from rtsynth_train.own.sizes import BASE
        from rtsynth_train.own.survey import NOTE, survey

        time = changes.get("run", {}).get("time") or KIND_TIME
        from_base = kind == NOTE and start == BASE
        raw = kind_recipe(kind, survey(source), time, from_base=from_base)
        label = f"--kind {kind}"
        raw = raw if start is None else as_large_as(raw, start)
    elif kind is not None:
        raise InputError(f"--kind {kind}: goes with recordings, without a recipe or --resume")
    elif source is None:
        raise InputError(
            "give a recipe (.toml), an audio file, or a folder of recordings and --recipe"
        )
    elif recipe is None and is_recipe:
        raw, label = with_folders(read_toml(source), source), located(source)
    elif recipe is not None or source.suffix.lower() in AUDIO_SUFFIXES:
        recipe = recipe or RECIPE_OF_ANY_SOUND
        if recipe.lower().endswith(".toml"):
            path = Path(recipe)
            raw, label = with_folders(read_toml(path), path), located(path)
        else:
            raw, label = read_recipe(recipe), f"--recipe {recipe}"
        changes.setdefault("data", {})["folder"] = str(source)
    else:
        raise InputError(
            f"{source}: not a recipe (.toml); for a data folder add --recipe, one of "
            f"{', '.join(recipe_names())}"
        )
    for text in settings:
        key, value = split_setting(text, "--set")
        raw, label = with_setting(raw, key, read_value(value), "--set"), str(label)
    how = recipe_for(raw, label)
    how.parse(raw, label)
    given = {
        section: {name: value for name, value in values.items() if value is not None}
        for section, values in changes.items()
    }
    config: TrainConfig = how.parse(how.with_changes(raw, given), "command line")
    if not config.data.folder:
        raise InputError("data.folder: not set; name the folder of recordings")
    return config, out or Path("runs") / config.plugin.name


def asked_time(time: str | None, minutes: float | None, steps: int | None) -> str | None:
    """The time that the options ask for: none of their own with `steps`; None leaves it as it is.

    Raises:
        InputError: two of them are given, or it is no time.
    """
    given = {"--time": time, "--minutes": minutes, "--steps": steps}
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise InputError(f"{names[0]}, {names[1]}: both say how long; give one of them")
    if steps is not None:
        return ""
    if minutes is not None and not minutes > 0:
        raise InputError(f"--minutes {minutes}: must be above 0")
    text = time if minutes is None else f"{minutes:.6f}min"
    if text is not None:
        try:
            seconds_of(text)
        except ValueError as error:
            raise InputError(f"{names[0]}: {error}") from error
    return text


def train(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="RECIPE.toml|DATA",
            help="A recipe, an audio file, or a folder of recordings (with --recipe).",
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE.toml", help="Recipe to train on DATA, shipped or yours."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="note|texture|voice|loop",
            help="Instead of a recipe: settings fitted to DATA and --time (10min).",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Run folder; default runs/NAME.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Resume the run in --out.")] = False,
    accept_changes: Annotated[
        bool,
        typer.Option(
            "--accept-changes", help="With --resume: accept changed recordings and settings."
        ),
    ] = False,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PLUGIN|RUN", help="Start from its network: the same, or smaller."
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Total number of steps.")
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            metavar="10min|1h|night", help="Fit the schedule into this time, on this machine."
        ),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(metavar="MINUTES", help="The same, as a number of minutes.")
    ] = None,
    threads: Annotated[int | None, typer.Option(metavar="N", min=1, help="CPU threads.")] = None,
    processes: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="Share each batch among N processes, one a core."),
    ] = 1,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Seed of everything random.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Another value for a key of the recipe."),
    ] = None,
    device: Annotated[
        str, typer.Option(metavar="auto|cpu|cuda|mps", help="auto: a GPU if there is one.")
    ] = "auto",
    background: Annotated[
        bool, typer.Option("--background", help="Lowest priority: what plays is not disturbed.")
    ] = False,
) -> None:
    """Train a plugin. Ctrl-C keeps everything and still writes the plugin."""
    wanted = asked_time(time, minutes, steps)
    changes: dict[str, dict[str, Any]] = {
        "optimiser": {"steps": steps}, "run": {"threads": threads, "seed": seed, "time": wanted}
    }  # fmt: skip
    if background:
        lower_priority()

    def read() -> tuple["TrainConfig", Path]:
        return read_request(source, recipe, out, resume, changes, kind, settings or (), start)

    def run(config: "TrainConfig", path: Path, ranks: Ranks) -> bool:
        from rtsynth_train.core.training import run_training

        return run_training(
            config, path, resume, None, device, accept=accept_changes, start=start, ranks=ranks
        )

    if count_here() == 1 and processes > 1:
        read()  # what is wrong with it is said once
        launch(processes, sys.argv[1:])
    elif count_here() == 1:
        requested = read()  # what is wrong with it is said before PyTorch is imported
        keep_memory()
        interrupted = run(*requested, ALONE)
    else:
        keep_memory()  # before there are connections
        from rtsynth_train.core.joining import follow_training, ranks_on
        from rtsynth_train.core.precision import pick_device

        ranks = ranks_on(picked := pick_device(device))
        with ranks.ending_in_one_line():
            first = ranks.rank == 0
            interrupted = run(*read(), ranks) if first else follow_training(picked, ranks)
        if not interrupted:
            ranks.end()
    if interrupted:
        raise KeyboardInterrupt
