"""Recordings in memory as codes, with their conditioning, and the held-out end of each."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rtsynth.common.audiofile import find_audio, mono_blocks
from rtsynth.common.audiofile.levels import Finding, check_levels, say_findings
from rtsynth.common.audiofile.opened import Recording
from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, keep_quiet, tell
from rtsynth.plugin import codec
from rtsynth_train.core.config import ConditioningConfig, DataConfig
from rtsynth_train.core.filenames import values_for

CODEC = "mu_law_round"


@dataclass(frozen=True)
class Recordings:
    """N files, end to end.

    `codes` uint8 [sum of lengths]; `starts`, `lengths`, `train_lengths` int64 [N]: training
    uses the first `train_lengths` samples of a file, the rest is held out, so that every
    (instrument, pitch, amplitude) is trained and none is scored on what it heard.
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

    def held_out(self, length: int) -> np.ndarray:
        """The last `length` held-out codes (fewer in short files) of every file, int64 [T, N]."""
        size = min(length, int((self.lengths - self.train_lengths).min()))
        ends = self.starts + self.lengths
        return self.codes[ends[None, :] - size + np.arange(size)[:, None]].astype(np.int64)


def normalise(
    conditioning: list[ConditioningConfig], values: list[float], label: str
) -> list[float]:
    """Engineering values -> what the network sees; InputError when out of range."""
    out = []
    for parameter, value in zip(conditioning, values, strict=True):
        if not parameter.minimum <= value <= parameter.maximum:
            raise InputError(
                f"{label}: {parameter.field} is {value:g}, outside"
                f" {parameter.minimum:g}..{parameter.maximum:g} (widen the range of"
                f" {parameter.name!r} in the configuration, or take the file out)"
            )
        low, high = parameter.network_range
        out.append((value - low) / (high - low))
    return out


def check_plain(path: Path, rate_hz: int) -> None:
    """InputError where a file is not mono at `rate_hz`."""
    with Recording(path, keep_quiet) as recording:
        said_hz, channels = recording.rate_hz, recording.channels
    if said_hz != rate_hz:
        raise InputError(f"{path}: {said_hz} Hz, the configuration says {rate_hz} Hz; resample it")
    if channels != 1:
        raise InputError(f"{path}: {channels} channels; mix it to mono")


def read_codes(
    path: Path, rate_hz: int, rule: str, levels: int, findings: list[Finding], say: Say = tell
) -> np.ndarray:
    """Codes uint8 [T] of one mono file, encoded by the codec `rule` as it is read.

    What is wrong with its level is added to `findings`. Raises InputError when it does not fit.
    """
    check_plain(path, rate_hz)
    blocks = mono_blocks(path, say=say, findings=findings)
    codes = [codec.encode(rule, levels, block).astype(np.uint8) for block in blocks]
    return np.concatenate(codes)


def load_recordings(
    folder: Path,
    data: DataConfig,
    conditioning: list[ConditioningConfig],
    shortest: int,
    say: Say = tell,
) -> Recordings:
    """Read every recording under `folder`, in the order of their names.

    `shortest` is the fewest samples that a training or held-out part may have.
    Raises InputError naming the file; `rtsynth prepare --check` lists all problems at once.
    """
    paths = find_audio(folder, say=say)
    fields = [parameter.field for parameter in conditioning]
    codes, rows, findings = [], [], list[Finding]()
    for path in paths:
        rows.append(normalise(conditioning, values_for(path, fields), path.name))
        codes.append(read_codes(path, data.rate_hz, CODEC, data.levels, findings, say))
        held = int(len(codes[-1]) * data.held_out)
        if min(held, len(codes[-1]) - held) < shortest:
            raise InputError(
                f"{path}: {len(codes[-1])} samples are too few: the held-out part"
                f" ({data.held_out:g} of it) and the rest need {shortest} each"
            )
        check_levels(findings)
    say_findings(findings, say)
    lengths = np.array([len(c) for c in codes], np.int64)
    matrix = np.array(rows, np.float32)
    columns = [i for i, parameter in enumerate(conditioning) if parameter.role == "class"]
    _, classes = np.unique(matrix[:, columns], axis=0, return_inverse=True)
    return Recordings(
        codes=np.concatenate(codes),
        starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
        lengths=lengths,
        train_lengths=lengths - (lengths * data.held_out).astype(np.int64),
        conditioning=matrix,
        classes=classes.reshape(-1) if columns else np.zeros(len(paths), np.int64),
        levels=data.levels,
    )
