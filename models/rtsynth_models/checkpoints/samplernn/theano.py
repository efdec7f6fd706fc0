"""Imports the original SampleRNN (Theano): `params_eE_iI.pkl`, a Python 2 pickle of arrays.

One to four tiers, conditional ones as well. The arrays are recognised by their names and
shapes alone: see `theano_network`. The labels of a conditional network become continuous
parameters, label_1 and so on, from 0 to 1.
"""

import re
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.plugin import Manifest, Parameter, Provenance
from rtsynth_models.checkpoints.common.importing import ImportFlags, Tensors
from rtsynth_models.checkpoints.common.shown import shown
from rtsynth_models.checkpoints.pickles.table_of_arrays import read_arrays
from rtsynth_models.checkpoints.samplernn.plugin import (
    HYPERPARAMETERS,
    Stated,
    check_hyperparameters,
    codec_of,
    plugin_of,
)
from rtsynth_models.checkpoints.samplernn.theano_network import SYSTEM, TheanoNetwork

CHECKPOINT = re.compile(r"params_e(\d+)_i(\d+)\.pkl")
QUANTISATIONS = {"linear": "linear_samplernn", "mu-law": "mu_law_samplernn", "a-law": "a_law"}
DEFAULT_QUANTISATION = "linear"  # the original's own default; no checkpoint says which it was
# What hyperparameters.json calls the frame sizes, top down, by how many there are.
_FRAME_NAMES: tuple[tuple[str, ...], ...] = (
    (),
    ("frame_size",),
    ("big_frame_size", "frame_size"),
    ("big_frame_size", "frame_size_mid", "frame_size"),
)


def newest(folder: Path) -> Path | None:
    """The checkpoint of the highest epoch and iteration in a folder (or its `params`), or None."""
    found = [
        (int(match[1]), int(match[2]), file)
        for place in (folder, folder / "params")
        for file in (place.iterdir() if place.is_dir() else ())
        if (match := CHECKPOINT.fullmatch(file.name)) and file.is_file()
    ]
    return max(found)[2] if found else None


def import_checkpoint(path: Path, flags: ImportFlags) -> tuple[Manifest, Tensors]:
    """Manifest and tensors of the plugin that equals the checkpoint.

    Raises InputError, one line, for a damaged, unsafe or inconsistent checkpoint.
    """
    for flag, value in (("--range", flags.limits), ("--range-from", flags.limits_from)):
        if value is not None:
            raise InputError(f"{flag}: a checkpoint of {SYSTEM} is always quantised over -1..1")
    network = TheanoNetwork(path, read_arrays(path), flags.levels or {})
    tensors = network.tensors()
    config, levels, frames = network.config(), network.levels, network.frames
    stated = [
        Stated("tiers", len(frames) + 1),
        Stated("dim", config["hidden_size"]),
        Stated("n_rnn", config["layers"]),
        Stated("rnn_type", network.kind),
        Stated("emb_size", config["embedding_size"]),
        Stated("q_levels", levels),
        Stated("skip_conn", config["skip"]),
        Stated("weight_norm", network.weight_norm),
        Stated("labels", network.labels),
        *map(Stated, _FRAME_NAMES[len(frames)], frames),
    ]
    table = check_hyperparameters(path, stated)
    codec = codec_of(path, name=_codec(path, flags, table), levels=levels)
    match = CHECKPOINT.fullmatch(path.name)
    provenance = Provenance(
        recipe=SYSTEM + (f", epoch {match[1]}" if match else ""),
        steps=int(match[2]) if match else None,
        made_by="rtsynth import",
    )
    name, rate_hz = _name(path), flags.audio_rate_hz
    labels = [_label(number + 1) for number in range(network.labels)]
    return plugin_of(path, name, SYSTEM, config, codec, rate_hz, tensors, provenance, labels)


def _label(number: int) -> Parameter:
    return Parameter(
        name=f"label_{number}",
        minimum=0,
        maximum=1,
        default=0.5,
        description=f"label {number} of those that the network was trained with",
    )


def _name(path: Path) -> str:
    """Of the run: all checkpoints are called params."""
    if CHECKPOINT.fullmatch(path.name) is None:
        return path.stem
    folder = path.resolve().parent
    return folder.parent.name if folder.name == "params" else folder.name


def _codec(path: Path, flags: ImportFlags, table: dict[str, Any]) -> str:
    if flags.quantisation is not None:
        if flags.quantisation not in QUANTISATIONS:
            known = ", ".join(QUANTISATIONS)
            raise InputError(f"--quantisation {flags.quantisation}: unknown; known: {known}")
        return QUANTISATIONS[flags.quantisation]
    kind = table.get("q_type", DEFAULT_QUANTISATION)
    if not isinstance(kind, str) or kind not in QUANTISATIONS:
        raise InputError(
            f"{path.parent / HYPERPARAMETERS}: q_type is {shown(kind)}; known: "
            f"{', '.join(QUANTISATIONS)}"
        )
    return QUANTISATIONS[kind]
