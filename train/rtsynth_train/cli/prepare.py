"""`rtsynth prepare`: makes sets of recordings, measures their features, and checks them."""

import shlex
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from rtsynth.common.audiofile.walk import refuse_zip
from rtsynth.common.errors import InputError
from rtsynth.common.plain_text import plain
from rtsynth.plugin.manifest import FASTEST_HZ

LONGEST_S = 3600.0
USUAL_RECIPE = "clarinet-trumpet"
NO_RECIPE = ""  # of sets whose file names carry no parameters
SPEECH = "speech"
# Sets that are taken over from their files, and whether names say the parameters, too.
TAKEN_OVER = {"parammanager": False, "syntex": True}


def prepare(
    what: Annotated[
        str,
        typer.Argument(
            metavar="SET|DIR",
            help="A set to generate: clarinet-trumpet, notes, pops, vessel, speech; or to take "
            "over from its files: paramManager, syntex (then SOURCE OUT).",
        ),
    ],
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="Where to write the set (or --out).")
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME", help="More names behind --features; OUT behind paramManager SOURCE."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check a folder instead of generating a set.")
    ] = False,
    features: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME ...",
            help="Measure rmse, centroid, pitch, beat or mfcc of a folder, as .params files.",
        ),
    ] = None,
    rate_hz: Annotated[
        float, typer.Option(metavar="HZ", help="With --features: values per second.")
    ] = 125.0,
    plugin_hz: Annotated[
        int | None,
        typer.Option(
            metavar="HZ",
            min=1000,
            max=FASTEST_HZ,
            help="With --features: the rate of the plugin, at which they are measured; 16000 if "
            "not given, or the highest rate of the recordings if that is lower.",
        ),
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Where to write; features lie beside the audio without it.",
        ),
    ] = None,
    params: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="With --check, paramManager, syntex: the .params, if they are elsewhere.",
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE.toml",
            help="With --check: what the file names must carry, and in which ranges; "
            f"{USUAL_RECIPE} if not given.",
        ),
    ] = None,
    sound_font: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another sound font (.sf2) than FluidR3_GM.")
    ] = None,
    files: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=2, help="pops, vessel: how many (21 and 12); speech: passages (15)."
        ),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="S", help="pops, vessel: length of a file (10 and 20).")
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="pops, vessel: what is random in them.")
    ] = 0,
) -> None:
    """Generate a set of recordings, or take one over (paramManager, syntex); measure a folder (DIR
    --features ...), or --check it.
    """
    words = [*([] if out is None else [str(out)]), *(more or [])]
    if features:
        # --features takes one word; the ones behind it have become arguments.
        write_features(Path(what), [*features, *words], rate_hz, out_folder, plugin_hz)
        return
    if what.lower() in TAKEN_OVER and not check:
        take_over(what, [*words, *([] if out_folder is None else [str(out_folder)])], params)
        return
    if len(words) > 1:
        raise InputError(f"prepare {what}: {words[1]!r} is one argument too many")
    if check:
        check_set(Path(what), recipe, params)
    else:
        make_set(what, out or out_folder, sound_font, files, seconds, seed)


def make_set(
    name: str,
    out: Path | None,
    sound_font: Path | None = None,
    files: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
) -> None:
    """Write the set `name` into `out`, then check it. None is the set's own choice."""
    from rtsynth_train.sets import pops, speech, vessel
    from rtsynth_train.sets.reference_set import RECIPES

    synthetic = {
        "pops": (pops.make_pops, pops.FILES, pops.SECONDS),
        "vessel": (vessel.make_vessel, vessel.FILES, vessel.SECONDS),
    }
    known = [*RECIPES, *synthetic, SPEECH, *TAKEN_OVER]
    if name not in known:
        raise InputError(
            f"{name}: no such set; known: {', '.join(known)}"
            " (to check a folder, add --check; to measure one, --features)"
        )
    if out is None:
        raise InputError(f"prepare {name}: name the folder to write, e.g. data/{name}")
    if name in RECIPES:
        from rtsynth_train.sets.reference_set import make_reference_set
        from rtsynth_train.sets.soundfont import SOUND_FONT

        notes = RECIPES[name]
        total = len(notes.instruments) * len(notes.keys) * len(notes.amplitudes)
        _run("rendering", make_reference_set(name, out, sound_font or SOUND_FONT), total)
    elif name == SPEECH:
        count = files or speech.PASSAGES
        _run("speaking", speech.make_speech(out, count), count * len(speech.VOICES))
        print(f"{out}: {count} passages by {len(speech.VOICES)} voices, with their classes")
        return
    else:
        make, usual_files, usual_s = synthetic[name]
        count, length_s = files or usual_files, usual_s if seconds is None else seconds
        if not 1 <= length_s <= LONGEST_S:
            raise InputError(f"--seconds {length_s:g}: not in 1..{LONGEST_S:g}")
        _run("synthesising", make(out, count, length_s, seed), count)
    check_set(out, name if name in RECIPES else NO_RECIPE)


def take_over(name: str, words: list[str], params: Path | None = None) -> None:
    """Write the set of another program, from its folder or .zip, and say what is in it; `words` are
    SOURCE and OUT.
    """
    from rtsynth_train.own.param_recipe import RECIPE
    from rtsynth_train.own.param_set import make_param_set
    from rtsynth_train.sets.check_folder import check_params_folder

    if len(words) != 2:
        raise InputError(
            f"prepare {name}: name the folder or .zip of the set, then the folder to write, e.g."
            f" rtsynth prepare {name} pops.zip data/pops"
        )
    source, out = map(Path, words)
    knobs = make_param_set(source, out, params=params, by_name=TAKEN_OVER[name.lower()])
    count, problems = check_params_folder(out)
    for problem in problems:
        print(plain(problem))
    many = "1 parameter" if len(knobs) == 1 else f"{len(knobs)} parameters"
    print(plain(f"{out}: {count} recordings, {many}:"))
    for knob in knobs:
        print(f"  {knob.line()}")
    done = f"train them with: rtsynth train {shlex.quote(str(out / RECIPE))}"
    print(plain(done, len(done)))


def write_features(
    folder: Path, names: list[str], rate_hz: float, out: Path | None, plugin_hz: int | None = None
) -> None:
    """Measure every recording under `folder` at the plugin's rate, and write the `.params`."""
    from rtsynth.common.audiofile import find_audio
    from rtsynth_train.measure.features import make_features

    refuse_zip(folder)
    separate = [name for word in names for name in word.split(",") if name]
    total = len(find_audio(folder)) if folder.is_dir() else 0
    _run("measuring", make_features(folder, separate, rate_hz, out, plugin_hz), total)
    print(f"{out or folder}: {', '.join(separate)} of {total} recordings")


def check_set(folder: Path, recipe: str | None, params: Path | None = None) -> None:
    """Print every problem of `folder`; InputError (exit status 2) when there is any.

    With `.params` in it (or in `params`) those carry the parameters, otherwise the file names
    do, in the ranges of `recipe`: the name of one that comes with rtsynth, or a file; None is
    USUAL_RECIPE, NO_RECIPE says that names carry nothing.
    """
    from rtsynth_train.core.recipes import file_name_fields, rules_of
    from rtsynth_train.sets.check_folder import check_folder, check_params_folder, has_params

    refuse_zip(folder)
    if params is not None or recipe == NO_RECIPE or (recipe is None and has_params(folder)):
        judged = ""
        count, problems = check_params_folder(folder, params)
    else:
        conditioning, rate_hz = file_name_fields(recipe or USUAL_RECIPE)
        judged = f", judged by the recipe {recipe or USUAL_RECIPE}"
        if recipe is None:
            judged += " (name yours: --recipe FILE.toml)"
        rules = rules_of(recipe or USUAL_RECIPE)
        count, problems = check_folder(folder, conditioning, rate_hz, rules)
    if count == 0:
        raise InputError(problems[0])
    for problem in problems:
        print(plain(problem))
    if problems:
        many = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise InputError(f"{folder}: {many} in {count} files (listed above){judged}")
    print(f"{folder}: {count} recordings, all fine{judged}")


def _run(doing: str, steps: Iterator[Path], total: int) -> None:
    """Go through `steps` with a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import track

    first = next(steps, None)  # an immediate error leaves no bar behind
    everything = chain([first], steps)
    for _ in track(everything, doing, total=total, console=Console(stderr=True)):
        pass
