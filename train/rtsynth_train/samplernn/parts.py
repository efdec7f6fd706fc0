"""Parts of the recordings: to train on, to choose the best network (validation), to test it."""

from dataclasses import dataclass

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth_train.core.converted import Coding
from rtsynth_train.core.recordings import before_silence
from rtsynth_train.samplernn.config import SoundConfig
from rtsynth_train.samplernn.material import Material

_BLOCK_SAMPLES = 1 << 20
FEWEST_FILES = 3  # with fewer the ends of the files are held out


@dataclass(frozen=True)
class Span:
    """Samples `first` .. `first + length` of the material, all of one recording."""

    first: int
    length: int
    file: int


@dataclass(frozen=True)
class Parts:
    """Spans of each part; `test` may be empty."""

    train: list[Span]
    validation: list[Span]
    test: list[Span]

    @property
    def train_samples(self) -> int:
        """Samples there are to train on."""
        return sum(span.length for span in self.train)


def make_parts(material: Material, data: SoundConfig, chunk: int) -> Parts:
    """Cut the material; every span has at least `chunk` samples.

    Raises:
        InputError: a recording is too short for that, or a class is only held out.
    """
    by_file = len(material.lengths) >= FEWEST_FILES
    parts = _by_file(material, data) if by_file else _by_time(material, data)
    for span in (*parts.train, *parts.validation, *parts.test):
        if span.length < chunk:
            length = int(material.lengths[span.file])
            why = "a chunk" if by_file else "every part, the held-out ones too,"
            raise InputError(
                f"{data.folder}: {material.index.names[span.file]}: {length} samples are too few:"
                f" {why} needs {chunk} (batches.num_frames decides)"
            )
    _check_classes(material, parts, data)
    return parts


def _whole(material: Material, file: int) -> Span:
    return Span(int(material.starts[file]), int(material.lengths[file]), file)


def _by_file(material: Material, data: SoundConfig) -> Parts:
    count = len(material.lengths)
    validation = max(1, round(count * data.validation))
    test = max(1, round(count * data.test)) if data.test else 0
    held = min(validation + test, count - 1)
    if data.split == "last":
        chosen = list(range(count - held, count))
        tested = chosen[held - test :] if test else []
    else:
        chosen = [int((place + 0.5) * count / held) for place in range(held)]
        tested = [chosen[int((place + 0.5) * held / test)] for place in range(test)]
    files = range(count)
    return Parts(
        [_whole(material, file) for file in files if file not in chosen],
        [_whole(material, file) for file in chosen if file not in tested],
        [_whole(material, file) for file in tested],
    )


def _by_time(material: Material, data: SoundConfig) -> Parts:
    parts = Parts([], [], [])
    coding = Coding(data.rate_hz, data.codec, data.levels, data.rule.limits)
    for file, whole in enumerate(material.lengths.tolist()):
        first = int(material.starts[file])
        length = len(before_silence(material.codes[first : first + whole], coding, data))
        test = int(length * data.test)
        validation = int(length * data.validation)
        train = length - validation - test
        parts.train.append(Span(first, train, file))
        parts.validation.append(Span(first + train, validation, file))
        if test:
            parts.test.append(Span(first + train + validation, test, file))
    return parts


def _check_classes(material: Material, parts: Parts, data: SoundConfig) -> None:
    if not material.index.classes:
        return
    assert material.conditioning is not None
    samples = np.zeros(material.index.classes, np.int64)
    for span in parts.train:
        for first in range(span.first, span.first + span.length, _BLOCK_SAMPLES):
            last = min(first + _BLOCK_SAMPLES, span.first + span.length)
            samples += np.bincount(material.conditioning[first:last], minlength=len(samples))
    missing = np.flatnonzero(samples == 0)
    if missing.size:
        raise InputError(
            f"{data.folder}: class {missing[0]} is only in the held-out part; record more of it,"
            " or change data.split, data.validation or data.test"
        )


def held_out_words(data: SoundConfig, count: int) -> str:
    """What of `count` recordings is not trained on, for the start of a training."""
    if count >= FEWEST_FILES:
        where = "the last of them" if data.split == "last" else "spread over the set"
        return f"{data.validation + data.test:.0%} of the recordings, {where}"
    where = ", before the silence at its end" if data.held_out_from == "sound" else ""
    return f"the last {data.validation + data.test:.0%} of each{where}"
