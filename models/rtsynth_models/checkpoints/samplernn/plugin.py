"""What both importers of SampleRNNs share: hyper-parameters and the manifest."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from rtsynth.common.errors import InputError
from rtsynth.families.samplernn.spec import NAME, SampleRnnConfig
from rtsynth.plugin import Codec, Manifest, Parameter, Provenance, Tier
from rtsynth.plugin.naming import name_from_file
from rtsynth_models.checkpoints.common.bounds import check_weights
from rtsynth_models.checkpoints.common.importing import Tensors, cannot_become
from rtsynth_models.checkpoints.common.shown import shown

TIER = "audio"
HYPERPARAMETERS = "hyperparameters.json"
LARGEST_BYTES = 1 << 20  # of it


class Stated(NamedTuple):
    """A hyper-parameter under its system's name, as the tensors have it."""

    name: str
    value: Any


def check_hyperparameters(path: Path, stated: list[Stated]) -> dict[str, Any]:
    """The table in `hyperparameters.json` beside the checkpoint, {} where there is none.

    Raises InputError where it is not a table, or where the tensors contradict it.
    """
    beside = path.parent / HYPERPARAMETERS
    if not beside.is_file():
        return {}
    try:
        if beside.stat().st_size > LARGEST_BYTES:
            raise InputError(f"{beside}: larger than any table of hyper-parameters")
        table = json.loads(beside.read_bytes())
    except (ValueError, RecursionError, OSError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{beside}: not a readable JSON file ({reason})") from error
    if not isinstance(table, dict):
        raise InputError(f"{beside}: not a table of hyper-parameters")
    for name, value in stated:
        if name in table and table[name] != value:
            raise InputError(
                f"{beside}: {name} is {shown(table[name])}, but the tensors in {path.name} make it "
                f"{value!r}"
            )
    return table


def checked(path: Path, state: dict[str, Any], name: str, shape: tuple[int | None, ...]) -> Any:
    """Tensor `name` of this shape (None: any size).

    Raises InputError where it is missing, of another shape, or not of finite numbers.
    """
    tensor = state.get(name)
    if not isinstance(tensor, np.ndarray):
        raise InputError(f"{path}: tensor {name!r} is missing")
    fits = tensor.ndim == len(shape) and all(
        size in (None, found) for size, found in zip(shape, tensor.shape, strict=True)
    )
    if not fits:
        wanted = [size if size is not None else "any" for size in shape]
        raise InputError(
            f"{path}: {name} is {list(tensor.shape)}, the other tensors make it {wanted}"
        )
    check_weights(path, name, tensor)
    return tensor


def codec_of(path: Path, **fields: Any) -> Codec:
    """A codec; InputError where there is none with these levels or this range."""
    try:
        return Codec(**fields)
    except ValidationError as error:
        raise cannot_become(path, error, "hyper-parameters") from error


def plugin_of(
    path: Path,
    name: str,
    system: str,
    config: dict[str, Any],
    codec: Codec,
    rate_hz: int,
    tensors: Tensors,
    provenance: Provenance,
    parameters: Sequence[Parameter] = (),
) -> tuple[Manifest, Tensors]:
    """Manifest, and tensors under their full names, as float32; `parameters` condition it."""
    try:
        checked_config = SampleRnnConfig.model_validate(config)
        tiers = len(checked_config.frame_sizes) + 1
        frames = ", ".join(map(str, checked_config.frame_sizes))
        count = f"{tiers} tiers, frames {frames}" if frames else "1 tier"
        kind = "LSTM" if checked_config.rnn == "lstm" else "GRU"
        manifest = Manifest(
            name=name_from_file(name) or system,
            description=f"imported from {system}: {count}, {kind} "
            f"{checked_config.layers}x{checked_config.hidden_size}, {codec.levels} levels",
            provenance=provenance,
            sample_rate_hz=rate_hz,
            codec=codec,
            parameters=[*parameters],
            tiers=[
                Tier(
                    name=TIER,
                    family=NAME,
                    rate_hz=rate_hz,
                    conditioning=[parameter.name for parameter in parameters],
                    config=config,
                )
            ],
        )
    except ValidationError as error:
        raise cannot_become(path, error, "hyper-parameters") from error
    named = {
        key if key.startswith("rest.") else f"{TIER}.{key}": _float32(path, key, tensor)
        for key, tensor in tensors.items()
    }
    return manifest, named


def _float32(path: Path, name: str, tensor: np.ndarray) -> np.ndarray:
    """A tensor as it is stored; InputError where finite numbers became one that is not."""
    with np.errstate(over="ignore"):
        stored = np.ascontiguousarray(tensor, np.float32)
    if not np.isfinite(stored).all():
        raise InputError(f"{path}: cannot become a plugin: {name} is too large for float32")
    return stored
