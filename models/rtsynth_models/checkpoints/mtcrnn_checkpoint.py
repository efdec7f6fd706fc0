"""Imports MTCRNN checkpoints: `model/model_N.pkl` with `log/args.txt` beside `model`."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.plugin import Codec, Manifest, Parameter, Provenance, Sampling, Tier
from rtsynth_models.checkpoints.mtcrnn_args import MtcrnnArgs, read_args
from rtsynth_models.checkpoints.shown import shown
from rtsynth_models.checkpoints.state_dict import check_weights
from rtsynth_models.checkpoints.torchzip import read_state_dict

ARGS = Path("log") / "args.txt"
CHECKPOINTS = Path("model")
CODEC = "mu_law_floor"
COMPONENTS = 3  # Gaussians of network 5's mixtures
LEGACY_WIDENING = 3  # network 6's first layer is this many times as wide as its input
LEGACY_KEY = "d2h.weight"  # only network 6 has it

_CHECKPOINT = re.compile(r"model_(\d+)\.pkl")


class Size(NamedTuple):
    """One size of a tensor, and the argument of args.txt that it follows from."""

    size: int
    argument: str

    def times(self, factor: int) -> "Size":
        """The same argument, `factor` times as large."""
        return Size(factor * self.size, self.argument)


Shapes = dict[str, tuple[Size, ...]]


def find_run(path: Path) -> Path | None:
    """The run folder that `path` (the folder, `model` in it, or a file in either) belongs to."""
    for folder in (path, path.parent, path.parent.parent):
        if (folder / ARGS).is_file() or _newest(folder / CHECKPOINTS) is not None:
            return folder
    return path.parent if _CHECKPOINT.fullmatch(path.name) and path.is_file() else None


def import_checkpoint(path: Path) -> tuple[Manifest, dict[str, np.ndarray]]:
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
        network = 6 if LEGACY_KEY in state else 0
    _check_network(args_path, args, network)
    tier = "audio" if args.audio else "parameters"
    tensors = _tensors(checkpoint, args_path, state, expected_shapes(args, network))
    manifest = _manifest(args_path, args, network, tier, folder.resolve().name, checkpoint)
    return manifest, {f"{tier}.{key}": tensor for key, tensor in tensors.items()}


def expected_shapes(args: MtcrnnArgs, network: int) -> Shapes:
    """State-dict key -> sizes, from the arguments, for `network` 0 to 6."""
    hidden = Size(args.hidden_size, "hidden_size")
    values = Size(len(args.generate), "generate")
    inputs = Size(
        args.generated_inputs + len(args.prop),
        "mulaw_channels and prop" if args.one_hot_codes else "generate and prop",
    )

    def dense(name: str, rows: Size, columns: Size) -> Shapes:
        return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}

    def stack(name: str) -> Shapes:
        shapes: Shapes = {}
        for layer in range(args.n_layers):
            for side in ("ih", "hh"):
                shapes[f"{name}.weight_{side}_l{layer}"] = (hidden.times(3), hidden)
                shapes[f"{name}.bias_{side}_l{layer}"] = (hidden.times(3),)
        return shapes

    def phased(cell: str) -> Shapes:
        clock: Shapes = {f"{cell}.{name}": (hidden,) for name in ("period", "phase", "ratio_on")}
        gates = hidden.times(4)
        products: Shapes = {
            f"{cell}.linear_{side}.weight": (gates, hidden) for side in ("ih", "hh")
        }
        return {f"{cell}.bias": (gates,), **clock, **products}

    shapes: Shapes = {}
    if network == 6:
        wide = inputs.times(LEGACY_WIDENING)
        shapes |= dense("i2d", wide, inputs) | dense("d2h", hidden, wide)
    else:
        shapes |= dense("i2d", hidden, inputs)
    if args.plstm:
        for layer in range(args.n_layers):
            shapes |= phased(f"plstm_layer.cells.{layer}")
    elif network not in (1, 3):
        shapes |= stack("gru")
    if network in (1, 2):
        shapes |= stack("mu1") | dense("mu2", values, hidden)
        shapes |= stack("sigma1") | dense("sigma2", values, hidden)
    elif network in (3, 4):
        one = Size(1, "net")
        for index in range(len(args.generate)):
            path = f"out_pro.{index}"
            shapes |= stack(f"{path}.rec")
            shapes |= dense(f"{path}.h2n", one, hidden) | dense(f"{path}.h2v", one, hidden)
    elif network == 5:
        for name in ("mu", "sigma", "pi"):
            shapes |= dense(name, values.times(COMPONENTS), hidden)
    elif args.audio:
        shapes |= dense("h2o", Size(args.mulaw_channels, "mulaw_channels"), hidden)
    else:
        shapes |= dense("h2n", values, hidden) | dense("h2v", values, hidden)
    return shapes


def _newest(folder: Path) -> Path | None:
    found = []
    if folder.is_dir():
        found = [
            (int(match[1]), file)
            for file in folder.iterdir()
            if (match := _CHECKPOINT.fullmatch(file.name)) and file.is_file()
        ]
    return max(found)[1] if found else None


def _check_network(path: Path, args: MtcrnnArgs, network: int) -> None:
    what = "audio" if args.audio else "parameters"
    for wrong, text in (
        (args.audio and network not in (0, 6), "makes parameters, but generate is audio"),
        (not args.audio and network == 6, "makes audio, but generate names parameters"),
        (args.plstm and network != 0, f"of {what} has no phased LSTM, but plstm=True"),
    ):
        if wrong:
            raise InputError(f"{path}: net={network} {text}; this is no network of MTCRNN's")


def _tensors(
    path: Path, args_path: Path, state: dict[str, Any], shapes: Shapes
) -> dict[str, np.ndarray]:
    arguments = f"net, plstm, n_layers and generate in {args_path}"
    for key in state:
        if key not in shapes:
            raise InputError(
                f"{path}: unexpected tensor {shown(key)}; {arguments} leave no place for it"
            )
    out = {}
    for key, sizes in shapes.items():
        tensor = state.get(key)
        if not isinstance(tensor, np.ndarray):
            raise InputError(f"{path}: tensor {key!r} is missing; {arguments} ask for it")
        expected = tuple(size.size for size in sizes)
        if tensor.shape != expected:
            wrong = [
                size.argument
                for axis, size in enumerate(sizes)
                if tensor.ndim != len(sizes) or tensor.shape[axis] != size.size
            ]
            raise InputError(
                f"{path}: {key} is {list(tensor.shape)}, but {' and '.join(dict.fromkeys(wrong))} "
                f"in {args_path} makes it {list(expected)}"
            )
        check_weights(path, key, tensor)
        out[key] = np.ascontiguousarray(tensor, np.float32)
    return out


def _manifest(
    path: Path, args: MtcrnnArgs, network: int, tier: str, name: str, checkpoint: Path
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
            description=f"imported from MTCRNN: network {network}, "
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
                    family="mtcrnn",
                    rate_hz=args.sample_rate,
                    conditioning=list(prop.values()),
                    outputs=outputs,
                    beta=1.0 if args.audio else args.temp,
                    config={
                        "network": network,
                        "phased": args.plstm,
                        "hidden_size": args.hidden_size,
                        "layers": args.n_layers,
                        "one_hot": args.one_hot_codes,
                    },
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
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "arguments"
        raise InputError(f"{path}: cannot become a plugin: {where}: {first['msg']}") from error


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
