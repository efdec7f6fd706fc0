"""Imports the original SampleRNN (Theano): `params_eE_iI.pkl`, a Python 2 pickle of arrays.

Two and three tiers. What its layers become here:

    weight norm        W (g / ||W|| per column), then transposed
    GRU                gates update, reset become r, z with z = 1 - update: the rows of update are
                       negated; "gru_reset_before"
    LSTM               gates i, f, o, g become i, f, g, o; h0 is [h | c] and becomes c, then h
    skip connections   the sum of the layers' outskips goes through Output: one matrix on all layers
    IndependentPreds   a second head that only training uses: left out
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.errors import InputError
from rtsynth.plugin import Manifest, Provenance
from rtsynth_models.python2_pickle import read_arrays
from rtsynth_models.samplernn_import import (
    HYPERPARAMETERS,
    ImportFlags,
    Said,
    Tensors,
    check_hyperparameters,
    checked,
    codec_of,
    plugin_of,
)

SYSTEM = "the original SampleRNN"
CHECKPOINT = re.compile(r"params_e(\d+)_i(\d+)\.pkl")
BIG, FRAME, SAMPLE = "BigFrameLevel", "FrameLevel", "SampleLevel"
QUANTISATIONS = {"linear": "linear", "mu-law": "mu_law_samplernn", "a-law": "a_law"}
DEFAULT_QUANTISATION = "linear"  # the original's own default; no checkpoint says which it was
_IGNORED = ("IndependentPreds",)
_RNN_INPUT = re.compile(r"(GRU|LSTM)(\d+)(\+inpskip)?\.Step\.Input\.W0")


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
    network = _Network(path, read_arrays(path))
    tensors = network.tensors()
    config, levels = network.config(), network.levels
    said = [
        Said("tiers", len(config["frame_sizes"]) + 1),
        Said("frame_size", config["frame_sizes"][-1]),
        Said("dim", config["hidden_size"]),
        Said("n_rnn", config["layers"]),
        Said("rnn_type", network.kind),
        Said("emb_size", config["embedding_size"]),
        Said("q_levels", levels),
        Said("skip_conn", config["skip"]),
        Said("weight_norm", network.weight_norm),
    ]
    if len(config["frame_sizes"]) > 1:
        said.append(Said("big_frame_size", config["frame_sizes"][0]))
    table = check_hyperparameters(path, said)
    codec = codec_of(path, name=_codec(path, flags, table), levels=levels)
    match = CHECKPOINT.fullmatch(path.name)
    provenance = Provenance(
        recipe=SYSTEM + (f", epoch {match[1]}" if match else ""),
        steps=int(match[2]) if match else None,
        made_by="rtsynth import",
    )
    name, rate_hz = _name(path), flags.audio_rate_hz
    return plugin_of(path, name, SYSTEM, config, codec, rate_hz, tensors, provenance)


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
            f"{path.parent / HYPERPARAMETERS}: q_type is {kind!r}; known: "
            f"{', '.join(QUANTISATIONS)}"
        )
    return QUANTISATIONS[kind]


class _Network:
    """The arrays of a checkpoint, and what their names and shapes say of the network."""

    def __init__(self, path: Path, state: Tensors) -> None:
        self.path, self.state = path, state
        self.used: set[str] = set()
        levels = {name.partition(".")[0] for name in state}
        if levels not in ({BIG, FRAME, SAMPLE}, {FRAME, SAMPLE}):
            raise InputError(
                f"{path}: has the levels {str(sorted(levels))[1:-1][:200]}; {SYSTEM} is read with "
                f"two tiers ({FRAME}, {SAMPLE}) or three ({BIG}, {FRAME}, {SAMPLE})"
            )
        self.prefixes = [BIG, FRAME] if BIG in levels else [FRAME]
        self.weight_norm = any(name.endswith(".g0") for name in state)
        self.kind, self.skip, self.layers = self._rnn(self.prefixes[0])
        if self._rnn(self.prefixes[-1]) != (self.kind, self.skip, self.layers):
            raise InputError(f"{path}: {BIG} and {FRAME} have different RNNs; ours are alike")
        self.hidden = self._sizes(f"{SAMPLE}.L2.W0")[1]
        self.levels = self._sizes(f"{SAMPLE}.Output.W0")[1]
        embedding = f"{SAMPLE}.Embedding"
        self.embedding = self._sizes(embedding)[1] if embedding in state else 0
        self.frames = [self._frame_size(number) for number in range(len(self.prefixes))]
        for above, below in zip(self.frames, self.frames[1:], strict=False):
            if above % below or above == below:
                raise InputError(
                    f"{path}: frames of {above} and {below} samples; the lower must divide the "
                    "upper one"
                )

    def _rnn(self, prefix: str) -> tuple[str, bool, int]:
        """(GRU or LSTM, whether it skips, layers) of a level."""
        found = [
            match
            for name in self.state
            if name.startswith(f"{prefix}.")
            and (match := _RNN_INPUT.fullmatch(name.removeprefix(f"{prefix}.")))
        ]
        kinds = {match[1] for match in found}
        if len(kinds) != 1:
            raise InputError(f"{self.path}: {prefix} has no RNN of one kind, GRU or LSTM")
        return kinds.pop(), any(match[3] for match in found), len(found)

    def _sizes(self, name: str) -> tuple[int, ...]:
        shape: tuple[int, ...] = checked(self.path, self.state, name, (None, None)).shape
        return shape

    def _frame_size(self, number: int) -> int:
        prefix = self.prefixes[number]
        layer = f"{self.kind}1.Step.Input" if number == 0 else "InputExpand"
        return self._sizes(f"{prefix}.{layer}.W0")[0]

    def config(self) -> dict[str, Any]:
        """`tier.config`."""
        return {
            "rnn": "lstm" if self.kind == "LSTM" else "gru_reset_before",
            "layers": self.layers,
            "hidden_size": self.hidden,
            "frame_sizes": self.frames,
            "embedding_size": self.embedding,
            "skip": self.skip,
        }

    def tensors(self) -> Tensors:
        """Everything, by the family's names, in float64."""
        out: Tensors = {}
        rest: list[np.ndarray] = []
        below = [*self.frames[1:], 1]
        for number, (prefix, frame) in enumerate(zip(self.prefixes, self.frames, strict=True)):
            ours = f"frame.{number}"
            inputs = frame
            if number > 0:
                out[f"{ours}.expand.weight"], out[f"{ours}.expand.bias"] = self._dense(
                    f"{prefix}.InputExpand", frame, self.hidden
                )
                inputs = self.hidden
            for layer in range(self.layers):
                for part, tensor in self._cell(prefix, layer, inputs):
                    out[f"{ours}.rnn.{layer}.{part}"] = tensor
            rows = frame // below[number] * self.hidden
            out[f"{ours}.output.weight"], out[f"{ours}.output.bias"] = self._output(prefix, rows)
            rest += self._start(prefix)
        window, hidden = self.frames[-1], self.hidden
        if self.embedding:
            name = f"{SAMPLE}.Embedding"
            out["sample.embedding"] = self._take(name, self.levels, self.embedding)
        read = window * (self.embedding or self.levels)
        out["sample.1.weight"] = self._matrix(f"{SAMPLE}.L1_PrevSamples", read, hidden)
        for number, name, rows in (
            (2, "L2", hidden),
            (3, "L3", hidden),
            (4, "Output", self.levels),
        ):
            dense = self._dense(f"{SAMPLE}.{name}", hidden, rows)
            out[f"sample.{number}.weight"], out[f"sample.{number}.bias"] = dense
        if rest:
            out["rest.audio"] = np.concatenate(rest)
        for name in self.state:
            if name not in self.used and name.split(".")[1:2] != [*_IGNORED]:
                raise InputError(
                    f"{self.path}: unexpected tensor {name[:80]!r}; {SYSTEM} has none such"
                )
        return out

    def _cell(self, prefix: str, layer: int, inputs: int) -> Iterator[tuple[str, np.ndarray]]:
        """The four tensors of an RNN layer (from 0), gates in our order."""
        hidden = self.hidden
        skips = self.skip and layer > 0
        step = f"{prefix}.{self.kind}{layer + 1}{'+inpskip' if skips else ''}.Step"
        columns = inputs if layer == 0 else hidden + (inputs if skips else 0)
        if self.kind == "LSTM":
            order = [0, 1, 3, 2]  # i, f, o, g -> i, f, g, o
            weight_ih = self._matrix(f"{step}.Input", columns, 4 * hidden)
            weight_hh = self._matrix(f"{step}.Recurrent_Gates", hidden, 4 * hidden)
            bias = self._take(f"{step}.b", 4 * hidden)
            signs = np.ones(4)
        else:
            order = [1, 0, 2]  # update, reset, candidate -> r, z, n
            weight_ih, bias = self._dense(f"{step}.Input", columns, 3 * hidden)
            gates = self._matrix(f"{step}.Recurrent_Gates", hidden, 2 * hidden)
            candidate = self._matrix(f"{step}.Recurrent_Candidate", hidden, hidden)
            weight_hh = np.concatenate([gates, candidate])
            signs = np.array([-1.0, 1.0, 1.0])  # 1 - s(x) = s(-x)

        def ours(rows: np.ndarray) -> np.ndarray:
            each = rows.reshape(len(order), hidden, -1) * signs[:, None, None]
            return each[order].reshape(rows.shape)

        yield "weight_ih", ours(weight_ih)
        yield "weight_hh", ours(weight_hh)
        yield "bias_ih", ours(bias)
        yield "bias_hh", np.zeros_like(bias)

    def _output(self, prefix: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """What a level puts out; with skips on all layers' states, one behind the other."""
        weight, bias = self._dense(f"{prefix}.Output", self.hidden, rows)
        if not self.skip:
            return weight, bias
        outskips = []
        for layer in range(1, self.layers + 1):
            name = f"{prefix}.{self.kind}.outskip{layer}y"
            outskips.append(self._matrix(name, self.hidden, self.hidden))
            if f"{name}.b" in self.state:
                bias = bias + weight @ self._take(f"{name}.b", self.hidden)
        return weight @ np.concatenate(outskips, axis=1), bias

    def _start(self, prefix: str) -> list[np.ndarray]:
        """The learned initial state of a level, [states, hidden] in our order; [] for none."""
        name = f"{prefix}.h0"
        if name not in self.state:
            return []
        if self.kind == "GRU":
            return [self._take(name, self.layers, self.hidden)]
        both = self._take(name, self.layers, 2 * self.hidden).reshape(self.layers, 2, self.hidden)
        return [both[:, ::-1].reshape(2 * self.layers, self.hidden)]

    def _take(self, name: str, *shape: int) -> np.ndarray:
        self.used.add(name)
        tensor: np.ndarray = checked(self.path, self.state, name, shape)
        return tensor.astype(np.float64)

    def _matrix(self, name: str, inputs: int, outputs: int) -> np.ndarray:
        """A weight [outputs, inputs], its norm folded."""
        weight = self._take(f"{name}.W0", inputs, outputs)
        if f"{name}.g0" in self.state:
            gain = self._take(f"{name}.g0", outputs)
            norm = np.linalg.norm(weight, axis=0)
            if not norm.all():
                raise InputError(f"{self.path}: {name}.W0 has a column of zeros, and a norm for it")
            weight = weight * (gain / norm)
        return weight.T

    def _dense(self, name: str, inputs: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
        return self._matrix(name, inputs, outputs), self._take(f"{name}.b", outputs)
