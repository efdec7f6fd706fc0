"""Recordings in memory as codes, with their conditioning, and the held-out end of each."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from rtsynth.common.audiofile import find_audio
from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, warn
from rtsynth_models.networks.gru_names import CODEC
from rtsynth_train.core.converted import Coding
from rtsynth_train.core.filenames import ConditioningConfig
from rtsynth_train.core.recordings import Reader, before_silence, read_usable
from rtsynth_train.core.values import Values, rows_of
from rtsynth_train.gru.config import GruDataConfig


@dataclass(frozen=True)
class Recordings:
    """N files, end to end.

    `codes` uint8 [sum of lengths]; `starts`, `lengths`, `train_lengths` int64 [N]: training
    uses the first `train_lengths` samples of a file, the rest is held out, so that every
    (instrument, pitch, amplitude) is trained and none is evaluated on its training data.
    `conditioning` float32 [N, C], 0..1; `classes` int64 [N] numbers the distinct values of
    the parameters with role "class".
    """

    codes: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    train_lengths: np.ndarray
    conditioning: np.ndarray
    classes: np.ndarray
    levels: int
    added: int = 0  # of them, at their end, what came while it was trained: see `more`

    @property
    def scored(self) -> int:
        """How many, from the first on, have a held-out part."""
        return len(self.starts) - self.added

    def held_out(self, length: int) -> np.ndarray:
        """The last `length` held-out codes (fewer in short files) of every file, int64 [T, N]."""
        count = self.scored
        size = min(length, int((self.lengths - self.train_lengths)[:count].min()))
        ends = (self.starts + self.lengths)[:count]
        return self.codes[ends[None, :] - size + np.arange(size)[:, None]].astype(np.int64)


def normalise(
    conditioning: list[ConditioningConfig], values: list[float], label: str
) -> list[float]:
    """Engineering values -> what the network sees; InputError when out of range."""
    out = []
    for parameter, value in zip(conditioning, values, strict=True):
        if not parameter.minimum <= value <= parameter.maximum:
            raise InputError(
                f"{label}: {parameter.column} is {value:g}, outside"
                f" {parameter.minimum:g}..{parameter.maximum:g} (widen the range of"
                f" {parameter.name!r} in the recipe, or take the file out)"
            )
        low, high = parameter.network_range
        out.append((value - low) / (high - low))
    return out


def load_recordings(
    folder: Path,
    data: GruDataConfig,
    conditioning: list[ConditioningConfig],
    shortest: int,
    say: Say = warn,
) -> Recordings:
    """Read every recording under `folder`, in the order of their names.

    `shortest` is the fewest samples that a training or held-out part may have.
    A file that cannot be used, or whose pitch or loudness cannot be measured, is left out, as long
    as nine in ten can be. Raises InputError naming the file; `rtsynth prepare --check` lists all
    problems at once.
    """
    paths = find_audio(folder, say=say)
    said = [each for each in conditioning if each.source != "measured"]
    for path, row in zip(paths, rows_of(folder, paths, said, data.rate_hz), strict=True):
        normalise(said, row, path.name)  # what does not fit is refused before anything is read
    values = Values(folder, conditioning, data.rate_hz, data)
    reader = Reader(Coding(data.rate_hz, CODEC, data.levels), data, say)
    # One array that grows: lists of pieces would lie in memory twice when they are put together.
    codes = bytearray()
    fewest = ceil(shortest / data.held_out) + 1

    def read(path: Path) -> tuple[int, list[float]]:
        found = [values.of(path, each) for each in conditioning]
        row = normalise(conditioning, found, path.name)
        made = before_silence(reader.codes(path), reader.coding, data, fewest)
        held = int(len(made) * data.held_out)
        if min(held, len(made) - held) < shortest:
            raise InputError(
                f"{path}: {len(made)} samples are too few: the held-out part"
                f" ({data.held_out:g} of it) and the rest need {shortest} each"
            )
        codes.extend(made.tobytes())
        return len(made), row

    usable = read_usable(folder, paths, read, say)
    reader.report(folder, len(paths))
    lengths = np.array([length for _, (length, _) in usable], np.int64)
    matrix = np.array([row for _, (_, row) in usable], np.float32)
    columns = [i for i, parameter in enumerate(conditioning) if parameter.role == "class"]
    _, classes = np.unique(matrix[:, columns], axis=0, return_inverse=True)
    return Recordings(
        codes=np.frombuffer(codes, np.uint8),
        starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
        lengths=lengths,
        train_lengths=lengths - (lengths * data.held_out).astype(np.int64),
        conditioning=matrix,
        classes=classes.reshape(-1) if columns else np.zeros(len(usable), np.int64),
        levels=data.levels,
    )
