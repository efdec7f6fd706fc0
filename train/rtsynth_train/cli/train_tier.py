"""`rtsynth train-tier`: one tier of system 1, by MTCRNN's own options and in MTCRNN's own way."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rtsynth.common.control_names import plugin_name
from rtsynth.common.errors import InputError
from rtsynth_train.core.malloc import keep_memory

if TYPE_CHECKING:
    from rtsynth_train.tiers.config import StackConfig

# MTCRNN's option -> field of a tier.
FIELDS = {
    "hidden_size": "hidden_size",
    "n_layers": "layers",
    "net": "network",
    "plstm": "phased",
    "sample_rate": "rate_hz",
    "seq_len": "seq_len",
    "stride": "stride",
    "batch_size": "batch_size",
    "onehot": "one_hot",
    "temp": "temp",
    "num_steps": "steps",
    "lr": "rate",
    "tfr": "tfr",
    "ss": "ss",
    "checkpoint": "keep_every",
    "loss_cutoff": "loss_cutoff",
}
# How MTCRNN trains, where a tier of a stack does otherwise by default.
ITS_WAY: dict[str, Any] = {
    "stateful": False,
    "loss": "mse",
    "final_rate": None,
    "warm_up_steps": 0,
    "clip_norm": None,
    "average": 0.0,
}
PARAMETERS = "parameters"  # name of a tier that makes some
# What defines the network or its data, and so cannot change when a run is resumed.
SETTLED_FIELDS = ("hidden_size", "n_layers", "net", "plstm", "onehot", "sample_rate")
NO_FLAGS = {"audio_folder": "AUDIO_FOLDER"}


def read_names(given: Sequence[str]) -> list[str]:
    """Names that were given one by one, or several with commas between."""
    return [name.strip() for part in given for name in part.split(",") if name.strip()]


def tier_config(
    audio_folder: Path,
    out: Path,
    prop: Sequence[str],
    generate: Sequence[str],
    param_dir: Path | None,
    mulaw_channels: int,
    options: dict[str, Any],
    run: dict[str, Any],
) -> "StackConfig":
    """The configuration equivalent to MTCRNN's options; `options` has the names of FIELDS."""
    from rtsynth_train.tiers.config import AUDIO, parse_stack

    sources = [*prop, *(name for name in generate if name != AUDIO)]
    tidy = {source: plugin_name(source) for source in sources}
    for source, name in tidy.items():
        twin = next((other for other in tidy if tidy[other] == name and other != source), None)
        if twin is not None:
            raise InputError(f"--prop, --generate: {source!r} and {twin!r} would both be {name!r}")
    tier = {
        "name": AUDIO if list(generate) == [AUDIO] else PARAMETERS,
        "generate": [tidy.get(name, name) for name in generate],
        "conditioning": [tidy[name] for name in prop],
        **ITS_WAY,
        **{FIELDS[option]: value for option, value in options.items()},
    }
    raw = {
        "plugin": {"name": out.resolve().name},
        "data": {
            "folder": str(audio_folder),
            "params_folder": "" if param_dir is None else str(param_dir),
            "levels": mulaw_channels,
        },
        "parameters": [
            {"name": name, "field": source, "minimum": 0.0, "maximum": 1.0, "default": 0.5}
            for source, name in tidy.items()
        ],
        "tiers": [tier],
        "run": run,
    }
    return parse_stack(raw, "train-tier")


def settled(config: "StackConfig", run: Path) -> dict[str, Any]:
    """The options, by name, that cannot change in the run folder `run`."""
    tier, data = config.tiers[0], config.data
    return {option: getattr(tier, FIELDS[option]) for option in SETTLED_FIELDS} | {
        "generate": [config.find(name).source for name in tier.outputs] or tier.generate,
        "prop": [config.find(name).source for name in tier.conditioning],
        "mulaw_channels": data.levels,
        "audio_folder": Path(data.folder).resolve(),
        "param_dir": Path(data.params_folder).resolve() if data.params_folder else None,
        "seed": config.run.seed,
        "out": run.resolve(),
    }


def resumed(config: "StackConfig", run: Path, options: dict[str, Any]) -> "StackConfig":
    """The configuration of the run folder `run` with the `options` that were given this time.

    Raises:
        InputError: one would change the network or the data, or the run has several tiers.
    """
    from rtsynth_train.tiers.config import parse_stack

    if not options:
        return config
    flags = {name: NO_FLAGS.get(name, f"--{name.replace('_', '-')}") for name in options}
    if len(config.tiers) > 1:
        raise InputError(
            f"{next(iter(flags.values()))}: {run} is a run of {len(config.tiers)} tiers; resume it"
            f" with rtsynth train --resume --out {run}"
        )
    kept = settled(config, run)
    for name in (name for name in options if name in kept):
        given = options[name].resolve() if isinstance(options[name], Path) else options[name]
        if given != kept[name]:
            raise InputError(
                f"{flags[name]}: is {_shown(kept[name])} in {run}, not {_shown(given)}, and cannot"
                " change; leave it out, or start a new run without --model-dir"
            )
    raw = config.model_dump()
    raw["tiers"][0] |= {FIELDS[name]: value for name, value in options.items() if name in FIELDS}
    raw["run"] |= {name: value for name, value in options.items() if name == "threads"}
    return parse_stack(raw, "train-tier")


def _shown(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


def train_tier(
    context: typer.Context,
    audio_folder: Annotated[
        Path | None, typer.Argument(metavar="AUDIO_FOLDER", help="Recordings, nested or not.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Run folder.")] = Path("runs/tier"),
    generate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="What it generates: audio, or parameters (repeat, or a,b)."
        ),
    ] = None,
    prop: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="What it is conditioned on (repeat, or a,b)."),
    ] = None,
    param_dir: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder of .params, if not beside the audio."),
    ] = None,
    net: Annotated[int, typer.Option(metavar="N", min=0, max=6, help="Network.")] = 0,
    plstm: Annotated[bool, typer.Option("--plstm", help="Phased LSTM instead of GRU.")] = False,
    hidden_size: Annotated[int, typer.Option(metavar="N", min=1, help="Units of a layer.")] = 800,
    n_layers: Annotated[int, typer.Option(metavar="N", min=1, help="Layers.")] = 3,
    sample_rate: Annotated[
        int, typer.Option(metavar="HZ", min=1, help="Rate of the tier, Hz.")
    ] = 16_000,
    seq_len: Annotated[int, typer.Option(metavar="N", min=2, help="Steps of a window.")] = 4000,
    stride: Annotated[int, typer.Option(metavar="N", min=1, help="Steps between windows.")] = 1,
    mulaw_channels: Annotated[
        int, typer.Option(metavar="N", min=2, max=256, help="Levels of audio.")
    ] = 256,
    onehot: Annotated[bool, typer.Option("--onehot", help="Audio goes in as one-hot.")] = False,
    batch_size: Annotated[int, typer.Option(metavar="N", min=1, help="Windows of a batch.")] = 16,
    temp: Annotated[
        float, typer.Option(metavar="NUMBER", help="Temperature of draws while training.")
    ] = 1.0,
    num_steps: Annotated[
        int, typer.Option(metavar="N", min=1, help="Total number of steps.")
    ] = 2000,
    lr: Annotated[float, typer.Option(metavar="NUMBER", help="Learning rate.")] = 5e-4,
    tfr: Annotated[
        float, typer.Option(metavar="NUMBER", min=0, max=1, help="Teacher forcing rate.")
    ] = 0.9,
    ss: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="tfr falls to this (scheduled).")
    ] = None,
    checkpoint: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Steps between numbered checkpoints.")
    ] = None,
    loss_cutoff: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="Stop once the smoothed mean loss of a step is below (nats or squared error).",
        ),
    ] = None,
    model_dir: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Run folder to resume.")
    ] = None,
    step: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="With --model-dir: from this numbered checkpoint."),
    ] = None,
    accept_changes: Annotated[
        bool,
        typer.Option("--accept-changes", help="With --model-dir: accept changed recordings."),
    ] = False,
    threads: Annotated[
        int, typer.Option(metavar="N", min=0, help="CPU threads; 0: PyTorch's choice.")
    ] = 0,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of everything random.")] = 0,
    device: Annotated[
        str, typer.Option(metavar="auto|cpu|cuda|mps", help="auto: a GPU if there is one.")
    ] = "auto",
) -> None:
    """Train one tier with MTCRNN's options. Ctrl-C keeps everything and writes the plugin."""
    options, changes = dict(locals()), dict[str, Any]()
    if model_dir is not None:
        from rtsynth_train.tiers.stack import read_stack

        changes |= {name: options[name] for name in options if _was_given(context, name)}
        for name in ("generate", "prop"):
            if name in changes:
                changes[name] = read_names(changes[name])
        for name in ("model_dir", "step", "device", "accept_changes"):
            changes.pop(name, None)
        config, path = resumed(read_stack(model_dir), model_dir, changes), model_dir
    elif step is not None:
        raise InputError("--step: name the run folder with --model-dir")
    elif audio_folder is None:
        raise InputError("give a folder of recordings, or a run to resume (--model-dir)")
    else:
        config = tier_config(
            audio_folder,
            out,
            read_names(prop or []),
            read_names(generate or ["audio"]),
            param_dir,
            mulaw_channels,
            {name: options[name] for name in FIELDS},
            {"threads": threads, "seed": seed},
        )
        path = out
    keep_memory()
    from rtsynth_train.core.training import run_training

    resume = model_dir is not None
    if run_training(
        config, path, resume, None, device, step, accept_changes, settings_given=bool(changes)
    ):
        raise KeyboardInterrupt


def _was_given(context: typer.Context, name: str) -> bool:
    """Whether the command line sets it; if not, its value is a default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
