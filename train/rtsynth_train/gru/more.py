"""What a training is given while it runs: sounds in RUN/more, taken up at its checkpoints.

An item is NAME.json, written when NAME.wav beside it is complete:

    {"format": 1, "values": {"pitch": 69.0, ...}}    the values of all parameters, in their units

The checkpoint lists the items that were taken up, with a hash of each sound: resumed from it, the
training has them again, in the same order, or refuses to go on.
"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.common.more import FOLDER, FORMAT, MOST
from rtsynth.common.remarks import keep_quiet, warn
from rtsynth_models.networks.gru_names import CODEC
from rtsynth_train.core.converted import Coding
from rtsynth_train.core.recordings import Reader
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.gru.dataset import Recordings, normalise

SHORTEST_S = 0.25
LARGEST_BYTES = 1 << 16  # of the JSON


class Item(NamedTuple):
    """A sound with what its network sees of the parameters, `row` float32 [C]."""

    name: str
    digest: str
    codes: np.ndarray  # uint8 [T]
    row: np.ndarray


class More:
    """The items of one run folder."""

    def __init__(self, run: Path, config: GruTrainConfig) -> None:
        self.folder = run / FOLDER
        self._config = config
        self._refused: set[str] = set()
        self._is_full = False  # and it was said

    def new(self, known: set[str]) -> list[Item]:
        """Those that came since, by name; one that cannot be used is left out, and named once."""
        items = list[Item]()
        for path in sorted(self.folder.glob("*.json")):
            if path.stem in known | self._refused:
                continue
            if len(known) + len(items) >= MOST:
                if not self._is_full:
                    warn(f"{self.folder}: a training takes {MOST} sounds; it goes on without more")
                self._is_full = True
                break
            try:
                items.append(self.read(path.stem))
            except InputError as error:
                self._refused.add(path.stem)
                warn(f"{error}; the training goes on without it")
        return items

    def read(self, name: str, digest: str | None = None) -> Item:
        """One item.

        Raises:
            InputError: it cannot be used, or is another than the one of that hash.
        """
        about, sound = self.folder / f"{name}.json", self.folder / f"{name}.wav"
        row = np.array(self._row(about), np.float32)
        data, found = self._config.data, _digest(sound)
        if digest is not None and found != digest:
            raise InputError(f"{sound}: is not what was learned from; put it back as it was")
        codes = Reader(Coding(data.rate_hz, CODEC, data.levels), data, keep_quiet).codes(sound)
        if len(codes) < SHORTEST_S * data.rate_hz:
            raise InputError(f"{sound}: shorter than {SHORTEST_S:g} s")
        return Item(name, found, codes, row)

    def _row(self, about: Path) -> list[float]:
        try:
            with about.open("rb") as file:
                raw = json.loads(file.read(LARGEST_BYTES))
            if raw["format"] != FORMAT:
                raise ValueError(f"format {raw['format']}")
            values = [float(raw["values"][each.name]) for each in self._config.conditioning]
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            said = " ".join(str(error).split())[:100]
            raise InputError(f"{about}: does not describe a sound ({said})") from error
        return normalise(self._config.conditioning, values, about.name)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def with_items(recordings: Recordings, items: list[Item], class_columns: list[int]) -> Recordings:
    """Recordings with more at their end: all of those is trained on, and nothing of it scored."""
    lengths = np.array([len(item.codes) for item in items], np.int64)
    ends = len(recordings.codes) + np.cumsum(lengths)
    rows = np.concatenate([recordings.conditioning, [item.row for item in items]])
    classes = recordings.classes.tolist()
    for number in range(len(classes), len(rows)):
        same = (rows[:number, class_columns] == rows[number, class_columns]).all(axis=1)
        like = np.flatnonzero(same)
        classes.append(classes[like[0]] if like.size else max(classes) + 1)
    return replace(
        recordings,
        codes=np.concatenate([recordings.codes, *(item.codes for item in items)]),
        starts=np.concatenate([recordings.starts, ends - lengths]),
        lengths=np.concatenate([recordings.lengths, lengths]),
        train_lengths=np.concatenate([recordings.train_lengths, lengths]),
        conditioning=rows.astype(np.float32),
        classes=np.array(classes, np.int64),
        added=recordings.added + len(items),
    )
