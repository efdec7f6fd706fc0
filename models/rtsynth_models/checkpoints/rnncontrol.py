"""Imports RNNControl checkpoints: `config.pt` beside `checkpoints/last_checkpoint.pt`."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.families.gru.spec import NAME, tensor_shapes
from rtsynth.families.recurrent import MOST_LAYERS, MOST_UNITS
from rtsynth.plugin import Codec, Manifest, Parameter, Provenance, Tier
from rtsynth.plugin.manifest import MOST_LEVELS
from rtsynth_models.checkpoints.common.bounds import check_weights
from rtsynth_models.checkpoints.common.importing import (
    Importer,
    Tensors,
    cannot_become,
    without_flags,
)
from rtsynth_models.checkpoints.common.shown import shown
from rtsynth_models.checkpoints.pickles.values import Placeholder
from rtsynth_models.checkpoints.torchfile.zipped import read_state_dict, read_torch_file
from rtsynth_models.networks.gru_names import CODEC, DECODER, TIER, plugin_names

CONFIG = "config.pt"
CHECKPOINT = Path("checkpoints") / "last_checkpoint.pt"
RATE_HZ = 16000  # RNNControl writes and reads 16 kHz only; its checkpoints do not say

Role = Literal["conditioning", "pitch", "amplitude", "class"]

# Far above what anybody trains; a number beyond them is a damaged file.
_LARGEST = {
    "hidden_size": MOST_UNITS,
    "num_layers": MOST_LAYERS,
    "numtokens": MOST_LEVELS,
    "codebook_size": MOST_LEVELS,
    "cond_size": 128,
    "input_size": 65_536,
    "n_q": 1024,
}
_ROLES: dict[str, tuple[Role, str]] = {
    "p": ("pitch", "MIDI"),
    "a": ("amplitude", ""),
    "instid": ("class", ""),
}
_NO_ROLE: tuple[Role, str] = ("conditioning", "")
# RNNControl2 has a list of decoders, of which audio uses one.
_DECODERS = ("decoders.0", DECODER)


def find_folder(path: Path) -> Path | None:
    """The run folder that `path` (the folder, or a .pt in it) belongs to, or None."""
    for folder in (path, path.parent, path.parent.parent):
        if (folder / CONFIG).is_file() and (folder / CHECKPOINT).is_file():
            return folder
    return None


def import_checkpoint(path: Path) -> tuple[Manifest, Tensors]:
    """Manifest and tensors of the plugin that equals the checkpoint.

    Raises InputError, one line, for a damaged, unsafe or inconsistent checkpoint.
    """
    folder = find_folder(path)
    if folder is None:
        raise InputError(f"{path}: no {CONFIG} and {CHECKPOINT} there (an RNNControl run folder)")
    config_path, checkpoint_path = folder / CONFIG, folder / CHECKPOINT
    config = read_torch_file(config_path)
    model = _fields(config_path, config, "model_config")
    data = _fields(config_path, config, "data_config")
    _check_audio(config_path, model, data)
    parameters = _parameters(config_path, data)
    tokens = "numtokens" if "numtokens" in model else "codebook_size"
    hidden, layers, levels = (
        _count(config_path, model, name) for name in ("hidden_size", "num_layers", tokens)
    )
    if _count(config_path, model, "cond_size") != len(parameters):
        raise InputError(
            f"{config_path}: cond_size is {model['cond_size']}, parameter_specs has"
            f" {len(parameters)} entries"
        )
    checkpoint, state = read_state_dict(checkpoint_path, "model_state_dict")
    decoder = next((name for name in _DECODERS if f"{name}.weight" in state), DECODER)
    names = plugin_names(layers, decoder)
    shapes = tensor_shapes(hidden, layers, 1 + len(parameters), levels)
    tensors = _tensors(checkpoint_path, state, names, shapes)
    epoch = checkpoint.get("epoch")
    manifest = _manifest(
        folder,
        name=folder.resolve().name,
        description=f"imported from RNNControl: GRU {layers}x{hidden}, {levels} levels",
        provenance=Provenance(
            recipe="RNNControl" + (f", epoch {epoch}" if isinstance(epoch, int) else ""),
            made_by="rtsynth import",
        ),
        sample_rate_hz=RATE_HZ,
        codec=Codec(name=CODEC, levels=levels),
        tiers=[
            Tier(
                name=TIER,
                family=NAME,
                rate_hz=RATE_HZ,
                conditioning=[parameter.name for parameter in parameters],
                config={"hidden_size": hidden, "layers": layers},
            )
        ],
        parameters=parameters,
        initial_state="uniform_0.05",
    )
    return manifest, tensors


def _manifest(folder: Path, **fields: Any) -> Manifest:
    try:
        return Manifest(**fields)
    except ValidationError as error:
        raise cannot_become(folder, error, "parameter_specs") from error


def _tensors(
    path: Path,
    state: dict[str, Any],
    names: dict[str, str],
    shapes: dict[str, tuple[int, ...]],
) -> Tensors:
    """The tensors under their names in a plugin; `names` of each, and `shapes` of those."""
    for key in state:
        if key not in names:
            raise InputError(
                f"{path}: unexpected tensor {shown(key)}; the configuration has no such tensor"
            )
    out = {}
    for key, name in names.items():
        tensor, shape = state.get(key), shapes[name]
        if not isinstance(tensor, np.ndarray):
            raise InputError(f"{path}: tensor {key!r} is missing")
        if tensor.shape != shape:
            raise InputError(
                f"{path}: {key} is {list(tensor.shape)}, the configuration says {list(shape)}"
            )
        check_weights(path, key, tensor)
        out[f"{TIER}.{name}"] = np.ascontiguousarray(tensor, np.float32)
    return out


def _fields(path: Path, config: Any, name: str) -> dict[str, Any]:
    """The attributes of an object, whatever its class is called."""
    record = config.get(name) if isinstance(config, dict) else None
    if isinstance(record, Placeholder):
        return record.fields
    if isinstance(record, dict):
        return record
    raise InputError(f"{path}: no {name} in it")


def _count(path: Path, fields: dict[str, Any], name: str) -> int:
    value, largest = fields.get(name), _LARGEST[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= largest:
        raise InputError(
            f"{path}: {name} is {shown(value)}, expected a whole number 1 to {largest}"
        )
    return value


def _check_audio(path: Path, model: dict[str, Any], data: dict[str, Any]) -> None:
    """Refuse networks that do not both read and make one mu-law code a sample.

    RNNControl2 also trains on the codes of a neural codec (several codebooks, a vector as input),
    and on plain amplitudes as input (encode=False), which its own generation never feeds back.
    """
    for name, what in (
        ("n_q", "codebooks of a neural codec"),
        ("input_size", "numbers of a neural codec as input"),
    ):
        if name in model and (count := _count(path, model, name)) != 1:
            raise InputError(
                f"{path}: {name} is {count}: a network of {count} {what}; only networks of "
                "mu-law audio can be imported"
            )
    encode = data.get("encode", True)  # its first version had no choice
    if encode is not True:
        raise InputError(
            f"{path}: encode is {shown(encode)}: the network was trained on amplitudes, not on "
            "mu-law codes, and RNNControl itself plays it wrongly; train it with encode=True"
        )


def _parameters(path: Path, data: dict[str, Any]) -> list[Parameter]:
    specs = data.get("parameter_specs")
    if isinstance(specs, Placeholder):
        specs = specs.items
    if not isinstance(specs, dict):
        raise InputError(f"{path}: no parameter_specs in data_config")
    if len(specs) > _LARGEST["cond_size"]:
        raise InputError(f"{path}: parameter_specs has {len(specs)} entries; damaged?")
    out = []
    for name, limits in specs.items():
        try:
            if not isinstance(name, str) or not isinstance(limits, tuple | list):
                raise TypeError
            low, high = (float(limit) for limit in limits)
            role, unit = _ROLES.get(name.lower(), _NO_ROLE)
            out.append(
                Parameter(
                    name=name.lower(),
                    minimum=low,
                    maximum=high,
                    default=(low + high) / 2,
                    role=role,
                    unit=unit,
                    description=f"RNNControl's {name}",
                )
            )
        except (TypeError, ValueError, OverflowError) as error:
            raise InputError(
                f"{path}: parameter_specs[{shown(name)}] is {shown(limits)}, expected "
                "(minimum, maximum)"
            ) from error
    return out


IMPORTER = Importer(find_folder, without_flags("rnncontrol", import_checkpoint))
