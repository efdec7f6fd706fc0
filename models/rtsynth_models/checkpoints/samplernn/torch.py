"""Imports the two-tier PyTorch SampleRNN: NAME_epoch_E_iter_I_model.pt.

An LSTM over frames, then an embedding and four linear layers whose activations that code discards:
the tier's `activation` is "linear". The range of the training file, which its quantisation is
made of, is not in the checkpoint: flags give it.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.common.audiofile import limits_of
from rtsynth.common.errors import InputError
from rtsynth.plugin import Manifest, Provenance
from rtsynth_models.checkpoints.common.importing import ImportFlags, Tensors
from rtsynth_models.checkpoints.samplernn.plugin import (
    Stated,
    check_hyperparameters,
    checked,
    codec_of,
    plugin_of,
)
from rtsynth_models.checkpoints.torchfile.zipped import read_state_dict

SYSTEM = "the two-tier PyTorch SampleRNN"
CHECKPOINT = re.compile(r".*_epoch_(\d+)_iter_(\d+)_model\.pt")
LSTM, LINEAR, SAMPLES = "frame_level_rnn.lstm", "frame_level_rnn.linear", "sample_predictor"


def newest(folder: Path) -> Path | None:
    """The checkpoint of the highest epoch and iteration in a folder, or None."""
    found = [
        (int(match[1]), int(match[2]), file)
        for file in (folder.iterdir() if folder.is_dir() else ())
        if (match := CHECKPOINT.fullmatch(file.name)) and file.is_file()
    ]
    return max(found)[2] if found else None


def import_checkpoint(path: Path, flags: ImportFlags) -> tuple[Manifest, Tensors]:
    """Manifest and tensors of the plugin that equals the checkpoint.

    Raises InputError, one line, for a damaged, unsafe or inconsistent checkpoint, or a missing
    range.
    """
    if flags.quantisation is not None:
        raise InputError(
            f"--quantisation {flags.quantisation}: a checkpoint of {SYSTEM} is always linear"
        )
    if flags.levels is not None:
        raise InputError(f"--levels: a checkpoint of {SYSTEM} always uses the same level names")
    checkpoint, state = read_state_dict(path, "model")
    config, tensors = read_network(path, state)
    levels = int(tensors["sample.4.bias"].size)
    stated = [
        Stated("frame_size", config["frame_sizes"][0]),
        Stated("hidden_size", config["hidden_size"]),
        Stated("rnn_layers", config["layers"]),
        Stated("embed_size", config["embedding_size"]),
        Stated("quantization", levels),
    ]
    check_hyperparameters(path, stated)
    rate_hz = flags.audio_rate_hz
    lowest, highest = _limits(path, flags, rate_hz)
    codec = codec_of(path, name="linear_inverted", levels=levels, minimum=lowest, maximum=highest)
    steps = checkpoint.get("iter")
    provenance = Provenance(
        recipe=f"{SYSTEM}{_epoch(checkpoint)}",
        steps=steps if isinstance(steps, int) else None,
        made_by="rtsynth import",
    )
    name = path.stem.removesuffix("_model")
    return plugin_of(path, name, SYSTEM, config, codec, rate_hz, tensors, provenance)


def _epoch(checkpoint: dict[str, Any]) -> str:
    epoch = checkpoint.get("epoch")
    return f", epoch {epoch}" if isinstance(epoch, int) else ""


def _limits(path: Path, flags: ImportFlags, rate_hz: int) -> tuple[float, float]:
    if flags.limits is not None:
        return flags.limits
    if flags.limits_from is None:
        raise InputError(
            f"{path}: its codes are linear over the range of the audio it was trained on, which it "
            "does not hold; give that file with --range-from AUDIO, or its lowest and highest "
            "amplitude with --range MIN MAX"
        )
    lowest, highest = limits_of(flags.limits_from, rate_hz)
    if lowest == highest:
        raise InputError(f"--range-from {flags.limits_from}: all its samples are {lowest:g}")
    return lowest, highest


def read_network(path: Path, state: dict[str, Any]) -> tuple[dict[str, Any], Tensors]:
    """(`tier.config`, tensors by the family's names) of a state dict."""
    hidden = checked(path, state, f"{LSTM}.weight_hh_l0", (None, None)).shape[1]
    frame = checked(path, state, f"{LSTM}.weight_ih_l0", (4 * hidden, None)).shape[1]
    layers = sum(name.startswith(f"{LSTM}.weight_ih_l") for name in state)
    embedding = checked(path, state, f"{SAMPLES}.embed.weight", (None, None))
    levels, size = embedding.shape
    used: set[str] = set()

    def take(name: str, *shape: int) -> np.ndarray:
        used.add(name)
        tensor: np.ndarray = checked(path, state, name, shape)
        return tensor

    tensors: Tensors = {}
    for layer in range(layers):
        for side, columns in (("ih", frame if layer == 0 else hidden), ("hh", hidden)):
            prefix = f"frame.0.rnn.{layer}"
            weight = take(f"{LSTM}.weight_{side}_l{layer}", 4 * hidden, columns)
            tensors[f"{prefix}.weight_{side}"] = weight
            tensors[f"{prefix}.bias_{side}"] = take(f"{LSTM}.bias_{side}_l{layer}", 4 * hidden)
    tensors["frame.0.output.weight"] = take(f"{LINEAR}.weight", frame * hidden, hidden)
    bias = take(f"{LINEAR}.bias", frame * hidden).reshape(frame, hidden)
    # Where ours adds the vector from above, theirs has added linear_1's bias, too.
    bias = bias.astype(np.float64) + take(f"{SAMPLES}.linear_1.bias", hidden)
    tensors["frame.0.output.bias"] = bias.ravel()
    tensors["sample.embedding"] = take(f"{SAMPLES}.embed.weight", levels, size)
    tensors["sample.1.weight"] = take(f"{SAMPLES}.linear_1.weight", hidden, frame * size)
    for number, rows in ((2, hidden), (3, hidden), (4, levels)):
        name = f"{SAMPLES}.linear_{number}"
        tensors[f"sample.{number}.weight"] = take(f"{name}.weight", rows, hidden)
        tensors[f"sample.{number}.bias"] = take(f"{name}.bias", rows)
    for name in state:
        if name not in used:
            raise InputError(
                f"{path}: unexpected tensor {str(name)[:80]!r}; {SYSTEM} has no such tensor"
            )
    config = {
        "rnn": "lstm",
        "layers": layers,
        "hidden_size": hidden,
        "frame_sizes": [frame],
        "embedding_size": size,
        "activation": "linear",
    }
    return config, tensors
