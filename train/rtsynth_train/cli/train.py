"""`rtsynth train`: from recordings to a plugin."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rtsynth.common.errors import InputError

if TYPE_CHECKING:
    from rtsynth_train.core.config import TrainConfig
    from rtsynth_train.core.kinds import AnyConfig

# glibc gives memory back to the system after every step and page-faults it in again; keeping
# it made a step of the 4x48 network twice as fast. Only read when a process starts.
MALLOC_SETTINGS = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "200000000",
}
RECIPE_OF_ANY_SOUND = "samplernn"  # of a single audio file, where none is named


def keep_memory() -> None:
    """Start this process again with MALLOC_SETTINGS, unless it has them (Linux only)."""
    if sys.platform != "linux" or all(name in os.environ for name in MALLOC_SETTINGS):
        return
    os.execve(sys.executable, sys.orig_argv, {**MALLOC_SETTINGS, **os.environ})


def read_request(
    source: Path | None,
    recipe: str | None,
    out: Path | None,
    resume: bool,
    changes: dict[str, dict[str, Any]],
) -> tuple["AnyConfig", Path]:
    """The configuration asked for, and the run folder.

    `changes` holds what the command line sets, by section; None leaves a value as it is. The steps
    of `optimiser` are those of every tier of a stack.
    """
    from rtsynth.common.audiofile import AUDIO_SUFFIXES
    from rtsynth.common.files.toml import read_toml
    from rtsynth_train.core.config import read_recipe, recipe_names
    from rtsynth_train.core.kinds import parse_any
    from rtsynth_train.core.run_folder import CONFIG_NAME, RunFolder, read_json

    if resume and out is None:
        raise InputError("--resume: name the run folder with --out")
    if resume and out is not None and not (out / CONFIG_NAME).is_file():
        RunFolder(out).read_config()  # says what is missing
    is_recipe = source is not None and source.suffix.lower() == ".toml"
    if resume and out is not None and recipe is None and not is_recipe:
        label = str(out / CONFIG_NAME)
        raw = read_json(out / CONFIG_NAME)
        if not {"tiers", "network"} & raw.keys():
            raw = RunFolder(out).read_config().model_dump()
        if source is not None:
            changes.setdefault("data", {})["folder"] = str(source)
    elif source is None:
        raise InputError(
            "give a configuration (.toml), an audio file, or a folder of recordings and --recipe"
        )
    elif recipe is None and is_recipe:
        raw, label = read_toml(source), str(source)
    elif recipe is not None or source.suffix.lower() in AUDIO_SUFFIXES:
        recipe = recipe or RECIPE_OF_ANY_SOUND
        raw, label = read_recipe(recipe), f"--recipe {recipe}"
        changes.setdefault("data", {})["folder"] = str(source)
    else:
        raise InputError(
            f"{source}: not a .toml configuration; for a data folder add --recipe, one of "
            f"{', '.join(recipe_names())}"
        )
    parse_any(raw, label)
    config = parse_any(changed(raw, changes), "command line")
    if not config.data.folder:
        raise InputError("data.folder: not set; name the folder of recordings")
    return config, out or Path("runs") / config.plugin.name


def changed(raw: dict[str, Any], changes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """`raw` with what the command line sets."""
    raw = dict(raw)
    for section, values in changes.items():
        wanted = {name: value for name, value in values.items() if value is not None}
        if section == "optimiser" and "tiers" in raw:
            raw["tiers"] = [tier | wanted for tier in raw["tiers"]]
        else:
            raw[section] = raw.get(section, {}) | wanted
    return raw


def train(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="CONFIG.toml|DATA",
            help="A configuration, an audio file, or a folder of recordings (with --recipe).",
        ),
    ] = None,
    recipe: Annotated[str | None, typer.Option(help="Settings that come with rtsynth.")] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder; default runs/NAME.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from --out.")] = False,
    accept_changes: Annotated[
        bool,
        typer.Option(
            "--accept-changes", help="With --resume: go on though recordings or settings changed."
        ),
    ] = False,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps in all.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Stop after so long in all.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Train a plugin. Ctrl-C keeps everything and still writes the plugin."""
    if minutes is not None and not minutes > 0:
        raise InputError(f"--minutes {minutes}: must be above 0")
    changes = {"optimiser": {"steps": steps}, "run": {"threads": threads, "seed": seed}}
    config, path = read_request(source, recipe, out, resume, changes)
    keep_memory()
    interrupted = run_training(config, path, resume, minutes, device, accept=accept_changes)
    if interrupted:
        raise KeyboardInterrupt


def pick_device(name: str) -> Any:
    """The torch device called `name`."""
    import torch

    if name not in ("auto", "cpu", "cuda"):
        raise InputError(f"--device {name}: must be auto, cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError("--device cuda: this PyTorch finds no CUDA device; use --device cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")


def run_training(
    config: "AnyConfig",
    path: Path,
    resume: bool,
    minutes: float | None,
    device: str,
    from_step: int | None = None,
    accept: bool = False,
    settings_given: bool = False,
) -> bool:
    """Train and export; returns whether Ctrl-C ended it.

    A run that is resumed goes on with what it was begun with, unless changes are to be `accept`ed.
    `from_step` and `settings_given` are for a stack: see `StackRun`.
    """
    import torch

    from rtsynth_train.core.config import TrainConfig
    from rtsynth_train.core.cores import limited_threads
    from rtsynth_train.samplernn.config import SampleRnnTrainConfig

    chosen = pick_device(device)
    torch.set_float32_matmul_precision("medium")
    with limited_threads(config.run.threads):
        if isinstance(config, TrainConfig):
            return _train_gru(config, path, resume, minutes, chosen, accept)
        if isinstance(config, SampleRnnTrainConfig):
            from rtsynth_train.samplernn.run import train_samplernn

            return train_samplernn(config, path, resume, minutes, chosen, accept)
        from rtsynth_train.tiers.stack import StackRun

        return StackRun(
            config, path, chosen, minutes, resume, from_step, accept, settings_given
        ).train()


def _train_gru(
    config: "TrainConfig",
    path: Path,
    resume: bool,
    minutes: float | None,
    chosen: Any,
    accept: bool,
) -> bool:
    from rich.console import Console

    from rtsynth_train.core.dataset import load_recordings
    from rtsynth_train.core.fingerprint import check_run
    from rtsynth_train.core.progress import training_bar
    from rtsynth_train.core.run_folder import RunFolder, must_fit, told_of_divergence
    from rtsynth_train.core.session import Session
    from rtsynth_train.gru.job import GruJob
    from rtsynth_train.gru.trainer import HELD_OUT_STEPS, Trainer

    checked = check_run(path, config, resume, accept)
    recordings = load_recordings(
        Path(config.data.folder), config.data, config.conditioning, shortest=HELD_OUT_STEPS // 4
    )
    trainer, folder = Trainer(config, recordings, chosen), RunFolder(path)
    trained_s = 0.0
    if resume:
        state = folder.load_checkpoint()
        trained_s = float(state.pop("seconds"))
        if checked.changed:  # its rows stand in what was trained on before
            state |= {name: trainer.state_dict()[name] for name in ("streams", "hidden", "own")}
        with must_fit(folder.checkpoint):
            trainer.load_state_dict(state)
        folder.write_config(config)
        folder.forget_losses_after(trainer.step_count)
    else:
        folder.create(config)
    checked.fingerprint.write(path)
    console = Console(stderr=True)
    console.print(
        f"{len(recordings.starts)} recordings, {recordings.train_lengths.sum() / 1e6:.1f} M"
        f" samples to train on; {chosen.type}; run folder {path}"
    )
    with training_bar(console, config.optimiser.steps, trainer.step_count) as report:
        plugin_path = path / f"{config.plugin.name}.safetensors"
        job = GruJob(trainer, config)
        session = Session(
            job, folder, config.run, plugin_path, report, minutes, trained_s=trained_s
        )
        with told_of_divergence(path):
            interrupted = session.run()
    console.print(
        f"wrote {session.plugin_path}: {session.held_out:.3f} bits per sample"
        f" held out, {trainer.step_count} steps, {session.seconds / 60:.1f} min"
    )
    return interrupted
