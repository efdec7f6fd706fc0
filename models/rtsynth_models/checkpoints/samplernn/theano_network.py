"""The network in a checkpoint of the original SampleRNN, from its arrays' names and shapes.

    SampleLevel                                            one tier: a recurrent one of samples
    FrameLevel, SampleLevel                                two
    BigFrameLevel, FrameLevel, SampleLevel                 three
    BigFrameLevel, FrameLevel_1, FrameLevel_2, SampleLevel four

What its layers become here:

    weight norm        W (g / ||W|| per column), then transposed
    GRU                gates update, reset become r, z with z = 1 - update: the rows of update are
                       negated; "gru_reset_before"
    LSTM               gates i, f, o, g become i, f, g, o; h0 is [h | c] and becomes c, then h
    skip connections   a matrix reads the sum of the layers' outskips: one matrix on all layers
    labels             columns behind the frame of every frame level, on (2 x - 1) * 2 of labels x
                       in 0..1: the columns are multiplied by 4, the bias loses twice their sum
    IndependentPreds   a second head that only training uses: left out

Sizes of frames follow from the lowest level up: that of the samples from its first matrix, the
others from how many vectors each level outputs. What a level reads beyond its frame are labels.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.plugin.manifest import MOST_PARAMETERS
from rtsynth_models.checkpoints.common.importing import Tensors
from rtsynth_models.checkpoints.samplernn.plugin import checked

SYSTEM = "the original SampleRNN"
LEVELS = (
    ("SampleLevel",),
    ("FrameLevel", "SampleLevel"),
    ("BigFrameLevel", "FrameLevel", "SampleLevel"),
    ("BigFrameLevel", "FrameLevel_1", "FrameLevel_2", "SampleLevel"),
)
LABEL_SCALE, LABEL_OFFSET = 4.0, -2.0  # (2 x - 1) * 2
_IGNORED = ("IndependentPreds",)
_RNN_INPUT = re.compile(r"(GRU|LSTM)(\d+)(\+inpskip)?\.Step\.Input\.W0")
_LONGEST_LIST = 200  # characters of names from a file


def parse_levels(text: str) -> dict[str, str]:
    """{level: what a checkpoint calls it} of --levels LEVEL=NAME,LEVEL=NAME.

    Raises InputError where it is not that.
    """
    known = sorted({name for names in LEVELS for name in names})
    pairs = [part.partition("=") for part in text.split(",")]
    table = {level.strip(): name.strip() for level, _, name in pairs}
    for level, _, name in pairs:
        if level.strip() not in known or not name.strip():
            raise InputError(
                f"--levels {text}: expected LEVEL=NAME,LEVEL=NAME with the checkpoint's own names "
                f"on the right; levels are {', '.join(known)}"
            )
    if len(table) < len(pairs):
        raise InputError(f"--levels {text}: a level is named twice")
    return table


def find_levels(path: Path, names: Mapping[str, Any], spelt: Mapping[str, str]) -> tuple[str, ...]:
    """What the levels are called in a checkpoint, top down; `spelt` as `parse_levels` gives it.

    Raises InputError, with the levels that were found, where they are not those of one to four
    tiers.
    """
    found = {name.partition(".")[0] for name in names}
    for levels in LEVELS:
        called = tuple(spelt.get(level, level) for level in levels)
        if spelt.keys() <= set(levels) and found == set(called) and len(found) == len(called):
            return called
    listed = ", ".join(map(repr, sorted(found)))[:_LONGEST_LIST]
    known = "; or ".join(", ".join(levels) for levels in LEVELS)
    raise InputError(
        f"{path}: has the levels {listed}; {SYSTEM} has {known}; if they have other names, "
        f"--levels {LEVELS[-1][0]}=NAME,... says which is which"
    )


class TheanoNetwork:
    """The arrays of a checkpoint, and the network that their names and shapes describe.

    Args:
        path: of the checkpoint, for messages.
        state: its arrays.
        spelt: how it spells levels, as `parse_levels` gives it.

    Raises InputError, one line, where they are not a network of this system.
    """

    def __init__(self, path: Path, state: Tensors, spelt: Mapping[str, str]) -> None:
        self.path, self.state = path, state
        self.used: set[str] = set()
        *self.frame_levels, self.sample_level = find_levels(path, state, spelt)
        self.weight_norm = any(name.endswith(".g0") for name in state)
        recurrent = self.frame_levels or [self.sample_level]
        self.kind, self.skip, self.layers = self._rnn(recurrent[0])
        for level in recurrent[1:]:
            if self._rnn(level) != (self.kind, self.skip, self.layers):
                raise InputError(
                    f"{path}: {recurrent[0]} and {level} have different RNNs; only "
                    "levels of the same RNN can be imported"
                )
        self.hidden = self._sizes(f"{self.sample_level}.L2.W0")[1]
        self.levels = self._sizes(f"{self.sample_level}.Output.W0")[1]
        embedding = f"{self.sample_level}.Embedding"
        one_hot = self.frame_levels and embedding not in state
        self.embedding = 0 if one_hot else self._sizes(embedding)[1]
        if 0 in (self.hidden, self.levels) or (self.embedding == 0 and not one_hot):
            raise InputError(f"{path}: {self.sample_level} has layers without any units")
        self.frames = self._frame_sizes()
        self.labels = self._count_labels()

    def _rnn(self, level: str) -> tuple[str, bool, int]:
        """(GRU or LSTM, whether it skips, layers) of a level."""
        found = [
            match
            for name in self.state
            if name.startswith(f"{level}.")
            and (match := _RNN_INPUT.fullmatch(name.removeprefix(f"{level}.")))
        ]
        kinds = {match[1] for match in found}
        if len(kinds) != 1:
            raise InputError(f"{self.path}: {level} has no RNN of one kind, GRU or LSTM")
        return kinds.pop(), any(match[3] for match in found), len(found)

    def _sizes(self, name: str) -> tuple[int, ...]:
        shape: tuple[int, ...] = checked(self.path, self.state, name, (None, None)).shape
        return shape

    def _whole(self, name: str, axis: int, unit: int) -> int:
        """How many times `unit` an axis of a matrix has."""
        size = self._sizes(name)[axis]
        if size == 0 or size % unit:
            axes = ("rows", "columns")[axis]
            raise InputError(
                f"{self.path}: {name} has {size} {axes}, which is no multiple of {unit}"
            )
        return size // unit

    def _frame_sizes(self) -> list[int]:
        """Samples of each frame level's frame, top down."""
        if not self.frame_levels:
            return []
        first = f"{self.sample_level}.L1_PrevSamples.W0"
        sizes = [self._whole(first, 0, self.embedding or self.levels)]
        for level in reversed(self.frame_levels[:-1]):
            sizes.append(sizes[-1] * self._whole(f"{level}.Output.W0", 1, self.hidden))
        return sizes[::-1]

    def _count_labels(self) -> int:
        """How many numbers the top frame level reads beyond its frame; the others have as many."""
        if not self.frame_levels:
            return 0
        top = f"{self.frame_levels[0]}.{self.kind}1.Step.Input.W0"
        read, frame = self._sizes(top)[0], self.frames[0]
        if not 0 <= read - frame <= MOST_PARAMETERS:
            raise InputError(
                f"{self.path}: {top} has {read} rows, for frames of {frame} samples and at most "
                f"{MOST_PARAMETERS} labels"
            )
        return read - frame

    def config(self) -> dict[str, Any]:
        """`tier.config`."""
        config: dict[str, Any] = {
            "rnn": "lstm" if self.kind == "LSTM" else "gru_reset_before",
            "layers": self.layers,
            "hidden_size": self.hidden,
            "frame_sizes": self.frames,
            "embedding_size": self.embedding,
            "skip": self.skip,
        }
        if not self.frames:
            config |= {"window": 1, "direct": True}
        if self.labels:
            config |= {"direct": True, "conditioned": [*range(len(self.frames))]}
        return config

    def tensors(self) -> Tensors:
        """Everything, by the family's names, in float64."""
        out: Tensors = {}
        rest: list[np.ndarray] = []
        for number, level in enumerate(self.frame_levels):
            out |= self._frame_tier(number, level)
            rest.append(self._start(level))
        out |= self._sample_tier()
        if not self.frame_levels:
            out |= self._stack("sample", self.sample_level, self.embedding)
            rest.append(self._start(self.sample_level))
        if any(name.endswith(".h0") for name in self.used):
            out["rest.audio"] = np.concatenate(rest)
        for name in self.state:
            if name not in self.used and name.split(".")[1:2] != [*_IGNORED]:
                raise InputError(
                    f"{self.path}: unexpected tensor {name[:80]!r}; {SYSTEM} has no such tensor"
                )
        return out

    def _frame_tier(self, number: int, level: str) -> Tensors:
        """What a frame level becomes."""
        ours, frame, hidden = f"frame.{number}", self.frames[number], self.hidden
        out: Tensors = {}
        if number == 0:
            out |= self._stack(ours, level, frame, self.labels)
        else:
            weight, bias = self._dense(f"{level}.InputExpand", frame + self.labels, hidden)
            weight, bias = _of_labels(weight, bias, self.labels)
            out[f"{ours}.expand.weight"], out[f"{ours}.expand.bias"] = weight[:, :frame], bias
            if self.labels:
                out[f"{ours}.condition.weight"] = weight[:, frame:]
            out |= self._stack(ours, level, hidden)
        rows = frame // [*self.frames[1:], 1][number] * hidden
        weight, bias = self._reader(level, "Output", rows)
        out[f"{ours}.output.weight"], out[f"{ours}.output.bias"] = weight, bias
        return out

    def _sample_tier(self) -> Tensors:
        """The embedding and the dense layers."""
        level, hidden = self.sample_level, self.hidden
        out: Tensors = {}
        if self.embedding:
            out["sample.embedding"] = self._take(f"{level}.Embedding", self.levels, self.embedding)
        dense = [(2, "L2", hidden), (3, "L3", hidden), (4, "Output", self.levels)]
        if self.frames:
            read = self.frames[-1] * (self.embedding or self.levels)
            out["sample.1.weight"] = self._matrix(f"{level}.L1_PrevSamples", read, hidden)
        else:
            out["sample.1.weight"], out["sample.1.bias"] = self._reader(level, "L1", hidden)
        for layer, name, rows in dense:
            weight, bias = self._dense(f"{level}.{name}", hidden, rows)
            out[f"sample.{layer}.weight"], out[f"sample.{layer}.bias"] = weight, bias
        return out

    def _stack(self, prefix: str, level: str, inputs: int, labels: int = 0) -> Tensors:
        """The RNN of a level, which reads `inputs` numbers and labels behind them."""
        return {
            f"{prefix}.rnn.{layer}.{part}": tensor
            for layer in range(self.layers)
            for part, tensor in self._cell(level, layer, inputs, labels)
        }

    def _cell(
        self, level: str, layer: int, inputs: int, labels: int
    ) -> Iterator[tuple[str, np.ndarray]]:
        """The four tensors of an RNN layer (from 0), gates in our order."""
        hidden, read = self.hidden, inputs + labels
        skips = self.skip and layer > 0
        step = f"{level}.{self.kind}{layer + 1}{'+inpskip' if skips else ''}.Step"
        columns = read if layer == 0 else hidden + (read if skips else 0)
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
        if layer == 0 or skips:
            weight_ih, bias = _of_labels(weight_ih, bias, labels)

        def ours(rows: np.ndarray) -> np.ndarray:
            each = rows.reshape(len(order), hidden, -1) * signs[:, None, None]
            return each[order].reshape(rows.shape)

        yield "weight_ih", ours(weight_ih)
        yield "weight_hh", ours(weight_hh)
        yield "bias_ih", ours(bias)
        yield "bias_hh", np.zeros_like(bias)

    def _reader(self, level: str, name: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """The layer that reads a level's RNN; with skips all its states, one behind the other."""
        weight, bias = self._dense(f"{level}.{name}", self.hidden, rows)
        if not self.skip:
            return weight, bias
        outskips = []
        for layer in range(1, self.layers + 1):
            name = f"{level}.{self.kind}.outskip{layer}y"
            outskips.append(self._matrix(name, self.hidden, self.hidden))
            if f"{name}.b" in self.state:
                bias = bias + weight @ self._take(f"{name}.b", self.hidden)
        return weight @ np.concatenate(outskips, axis=1), bias

    def _start(self, level: str) -> np.ndarray:
        """The initial state of a level, [states, hidden] in our order; zeros if none is learned."""
        name, hidden = f"{level}.h0", self.hidden
        if name not in self.state:
            return np.zeros((self.layers * (2 if self.kind == "LSTM" else 1), hidden))
        if self.kind == "GRU":
            return self._take(name, self.layers, hidden)
        both = self._take(name, self.layers, 2 * hidden).reshape(self.layers, 2, hidden)
        return both[:, ::-1].reshape(2 * self.layers, hidden)

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


def _of_labels(weight: np.ndarray, bias: np.ndarray, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """A layer whose last columns are on labels 0..1 themselves, not on an embedding of them."""
    if labels == 0:
        return weight, bias
    scaled = weight.copy()
    scaled[:, -labels:] *= LABEL_SCALE
    return scaled, bias + LABEL_OFFSET * weight[:, -labels:].sum(axis=1)
