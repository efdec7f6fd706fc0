"""Imports MTCRNN checkpoints: `model/model_N.pkl` with `log/args.txt` beside `model`."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.families.mtcrnn.spec import CODEC, NAME, NETWORKS, MtcrnnConfig, network_problem
from rtsynth.plugin import Codec, Manifest, Parameter, Provenance, Sampling, Tier
from rtsynth_models.checkpoints.common.bounds import check_weights
from rtsynth_models.checkpoints.common.importing import (
    Importer,
    Tensors,
    cannot_become,
    without_flags,
)
from rtsynth_models.checkpoints.common.shown import shown
from rtsynth_models.checkpoints.mtcrnn.args import MtcrnnArgs, read_args
from rtsynth_models.checkpoints.torchfile.zipped import read_state_dict

ARGS = Path("log") / "args.txt"
CHECKPOINTS = Path("model")
WIDENED_KEY = "d2h.weight"  # only network 6 has it

_CHECKPOINT = re.compile(r"model_(\d+)\.pkl")


# The fields of a network -> the arguments that they follow from.
_ARGUMENTS = {"network": "net and generate", "phased": "plstm", "one_hot": "onehot"}


def find_run(path: Path) -> Path | None:
    """The run folder that `path` (the folder, `model` in it, or a file in either) belongs to."""
    for folder in (path, path.parent, path.parent.parent):
        if (folder / ARGS).is_file() or _newest(folder / CHECKPOINTS) is not None:
            return folder
    return path.parent if _CHECKPOINT.fullmatch(path.name) and path.is_file() else None


def import_checkpoint(path: Path) -> tuple[Manifest, Tensors]:
    """Manifest and tensors of the plugin that equals the checkpoint, the one named or the newest.

    Raises InputError, one line, for a damaged, unsafe or inconsistent checkpoint.
    """
    folder = find_run(path)
    if folder is None:
        raise InputError(f"{path}: no {CHECKPOINTS}/model_N.pkl and {ARGS} (an MTCRNN run folder)")
    named = path.is_file() and _CHECKPOINT.fullmatch(path.name) is not None
    checkpoint = path if named else _newest(folder / CHECKPOINTS)
    if checkpoint is None:
        raise InputError(f"{folder / CHECKPOINTS}: no model_N.pkl there")
    args_path = folder / ARGS
    if not args_path.is_file():
        raise InputError(
            f"{args_path}: no such file; a checkpoint cannot be read without the {ARGS} that "
            "MTCRNN wrote beside its folder"
        )
    args = read_args(args_path)
    _, state = read_state_dict(checkpoint)
    network = args.net
    if network is None:
        network = next(n for n, made in NETWORKS.items() if made.widened == (WIDENED_KEY in state))
    config = network_of(args_path, args, network)
    tier = "audio" if args.audio else "parameters"
    tensors = _tensors(checkpoint, args_path, state, config)
    manifest = _manifest(args_path, args, config, tier, folder.resolve().name, checkpoint)
    return manifest, {f"{tier}.{key}": tensor for key, tensor in tensors.items()}


def network_of(path: Path, args: MtcrnnArgs, network: int) -> MtcrnnConfig:
    """`network` 0 to 6 with the sizes in the arguments. InputError where there is no such one."""
    problem = network_problem(
        network, audio=args.audio, phased=args.plstm, one_hot=args.one_hot_codes
    )
    if problem is not None:
        field, how = problem
        raise InputError(f"{path}: {_ARGUMENTS[field]}: {how}; this is no network of MTCRNN's")
    return MtcrnnConfig(
        network=network,
        hidden_size=args.hidden_size,
        layers=args.n_layers,
        generated=len(args.generate),
        conditioning=len(args.prop),
        levels=args.mulaw_channels if args.audio else 0,
        phased=args.plstm,
        one_hot=args.one_hot_codes,
    )


def _newest(folder: Path) -> Path | None:
    found = []
    if folder.is_dir():
        found = [
            (int(match[1]), file)
            for file in folder.iterdir()
            if (match := _CHECKPOINT.fullmatch(file.name)) and file.is_file()
        ]
    return max(found)[1] if found else None


def _tensors(path: Path, args_path: Path, state: dict[str, Any], network: MtcrnnConfig) -> Tensors:
    arguments = f"net, plstm, n_layers and generate in {args_path}"
    shapes, axes = network.tensor_shapes(), network.tensor_axes
    # What each size of the network follows from.
    names = {
        "hidden": "hidden_size",
        "inputs": "mulaw_channels and prop" if network.one_hot else "generate and prop",
        "outputs": "generate",
        "levels": "mulaw_channels",
        "one": "net",
    }
    for key in state:
        if key not in shapes:
            raise InputError(
                f"{path}: unexpected tensor {shown(key)}; {arguments} leave no place for it"
            )
    out = {}
    for key, shape in shapes.items():
        tensor = state.get(key)
        if not isinstance(tensor, np.ndarray):
            raise InputError(f"{path}: tensor {key!r} is missing; {arguments} ask for it")
        if tensor.shape != shape:
            wrong = [
                names[axis.of]
                for number, axis in enumerate(axes[key])
                if tensor.ndim != len(shape) or tensor.shape[number] != shape[number]
            ]
            raise InputError(
                f"{path}: {key} is {list(tensor.shape)}, but {' and '.join(dict.fromkeys(wrong))} "
                f"in {args_path} makes it {list(shape)}"
            )
        check_weights(path, key, tensor)
        out[key] = np.ascontiguousarray(tensor, np.float32)
    return out


def _manifest(
    path: Path, args: MtcrnnArgs, network: MtcrnnConfig, tier: str, name: str, checkpoint: Path
) -> Manifest:
    prop, generate = (_names(path, args.prop), _names(path, args.generate))
    outputs = [] if args.audio else list(generate.values())
    if clash := set(prop.values()) & set(outputs):
        raise InputError(f"{path}: {min(clash)!r} is both in prop and in generate")
    cell = "phased LSTM" if args.plstm else "GRU"
    what = f"{args.mulaw_channels} levels" if args.audio else f"makes {', '.join(outputs)}"
    step = _CHECKPOINT.fullmatch(checkpoint.name)
    texts = [*prop.items(), *(() if args.audio else generate.items())]
    try:
        return Manifest(
            name=name,
            description=f"imported from MTCRNN: network {network.network}, "
            f"{cell} {args.n_layers}x{args.hidden_size}, {what}"[:2000],
            provenance=Provenance(
                recipe="MTCRNN",
                steps=int(step[1]) if step else None,
                made_by="rtsynth import",
            ),
            sample_rate_hz=args.sample_rate,
            codec=Codec(name=CODEC, levels=args.mulaw_channels) if args.audio else None,
            tiers=[
                Tier(
                    name=tier,
                    family=NAME,
                    rate_hz=args.sample_rate,
                    conditioning=list(prop.values()),
                    outputs=outputs,
                    beta=1.0 if args.audio else args.temp,
                    config=network.tier_config,
                )
            ],
            # MTCRNN's networks see 0..1; which values of the world those were, nothing records.
            parameters=[
                Parameter(
                    name=ours,
                    minimum=0,
                    maximum=1,
                    default=0.5,
                    description=f"MTCRNN's {theirs}",
                )
                for theirs, ours in texts
            ],
            sampling=Sampling(temperature=args.temp) if args.audio else Sampling(),
        )
    except ValidationError as error:
        raise cannot_become(path, error, "arguments") from error


def _names(path: Path, theirs: tuple[str, ...]) -> dict[str, str]:
    """MTCRNN's name -> the parameter's: lower case, and letters, digits and _ only."""
    out: dict[str, str] = {}
    for name in theirs:
        ours = re.sub(r"[^a-z0-9_]", "_", name.lower())
        ours = ours if re.match(r"[a-z]", ours) else f"p_{ours}"
        if ours in out.values() or name in out:
            raise InputError(
                f"{path}: {name!r} and another parameter would both be called {ours!r}; "
                "give them different names in it"
            )
        out[name] = ours
    return out


IMPORTER = Importer(find_run, without_flags("mtcrnn", import_checkpoint))
