"""`rtsynth sweep`: a recipe with other settings, several seeds, and the best of them."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from rtsynth.common.errors import InputError


def sweep(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.toml", help="The recipe to vary.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="For runs, table and plugin.")],
    grid: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=A,B,...", help="Values of a key; all are combined with all."),
    ] = None,
    seeds: Annotated[int, typer.Option(metavar="N", min=1, help="Trainings of each.")] = 1,
    time: Annotated[
        str | None, typer.Option(metavar="10min|1h|night", help="For each training.")
    ] = None,
    threads: Annotated[
        int, typer.Option(metavar="N", min=1, help="CPU threads of each training.")
    ] = 1,
    gpus: Annotated[
        float, typer.Option(metavar="N", min=0, help="GPUs of each training, as 0.5; 0: none.")
    ] = 0.0,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the comparison as a page, too.")
    ] = None,
) -> None:
    """Train a recipe with other settings and seeds, stop what falls behind, keep the best."""
    from rtsynth.common.files.atomic import make_folder
    from rtsynth.common.files.toml import read_toml
    from rtsynth_train.core.duration import seconds_of
    from rtsynth_train.core.network_recipe import NetworkRecipe
    from rtsynth_train.core.recipes import parse_any, recipe_of
    from rtsynth_train.sweep.plan import check_points, points, read_axis

    raw = read_toml(recipe)
    config = parse_any(raw, str(recipe))
    if not isinstance(recipe_of(config), NetworkRecipe):
        raise InputError(
            f"{recipe}: a stack of tiers has a loss for each; sweep a recipe of one network"
        )
    made = points([read_axis(text) for text in grid or ()], seeds)
    check_points(raw, recipe, made)
    wanted = config.run.time if time is None else time
    try:
        time_s = seconds_of(wanted) if wanted else None
    except ValueError as error:
        raise InputError(f"--time: {error}") from error
    if importlib.util.find_spec("ray") is None:
        raise ModuleNotFoundError("ray", name="ray")
    if out.exists() and any(out.iterdir()):
        raise InputError(f"{out}: holds something already; give a new folder")
    make_folder(out)
    from rtsynth_train.judge.comparison import Comparison
    from rtsynth_train.judge.subject import read_subjects
    from rtsynth_train.judge.table import differences
    from rtsynth_train.sweep.search import by_setting, export, mean_of, search, winner_of

    words = [str(recipe.absolute()), "--threads", str(threads)]
    words += ["--device", "cuda" if gpus else "cpu", *(["--time", time] if time else [])]
    print(f"{len(made)} trainings, in {out}")
    outcomes, interrupted = search(made, words, out, time_s, {"cpu": threads, "gpu": gpus})
    trained = [str(each.run) for each in outcomes if each.held_out is not None]
    for each in outcomes:
        if each.held_out is None and not interrupted:
            print(f"! {each.point.name}: {each.said}")
    comparison = Comparison(read_subjects(trained), play=html is not None and not interrupted)
    if trained:
        comparison.print()
    for label, group in by_setting(outcomes).items():
        losses = ", ".join(f"{each.held_out:.3f}" for each in group)
        print(f"{label}: {mean_of(group):.3f} held out, {len(group)} of {seeds} seeds ({losses})")
    if interrupted:
        print(f"Ctrl-C: {len(trained)} of {len(outcomes)} have a plugin, and none is the best yet")
        raise KeyboardInterrupt
    stopped = sum(each.held_out is not None and not each.finished for each in outcomes)
    print(f"{stopped} of {len(outcomes)} were stopped early")
    if html is not None and trained:
        comparison.write_page(html)
        print(f"wrote {html}")
    if others := differences(comparison.facts):
        raise InputError(
            f"{out}: its losses cannot be compared ({', '.join(others)} differ), so none is the"
            " best; listen to them, and take the plugin of one"
        )
    winner = winner_of(outcomes)
    path = export(winner, config.plugin.name, out)
    print(f"wrote {path}: {winner.point.name}, {winner.held_out:.3f} held out")
