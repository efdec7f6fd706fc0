"""The recordings of a run as codes on disk, whatever their format and however long they are.

Every recording is read once, by blocks: mixed down, resampled, quantised, and written to a cache in
the run folder, a byte per sample (two above 256 levels), with its classes or values beside it. The
trainer maps the files into memory, so that only what it touches is read. A cache is used again as
long as the recordings and the settings stay the same (`rtsynth_train.samplernn.cache`).
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.audiofile import find_audio, frames_of
from rtsynth.common.control_names import plugin_name
from rtsynth.common.errors import InputError
from rtsynth.common.files.csv_rows import CsvFile, open_csv
from rtsynth.common.remarks import keep_quiet
from rtsynth.plugin import codec
from rtsynth_train.core.converted import Coding
from rtsynth_train.core.recordings import Reader, read_usable
from rtsynth_train.samplernn.cache import (
    CACHE,
    CODES,
    CONDITIONING,
    INDEX,
    PAD,
    VERSION,
    Column,
    Index,
    code_type,
    is_whole,
    locked,
    new_cache,
    read_index,
    remove_leftovers,
)
from rtsynth_train.samplernn.config import SoundConfig
from rtsynth_train.samplernn.listing import find_csvs

LONGEST_NAME = 64  # characters, of a parameter


@dataclass(frozen=True)
class Material:
    """N recordings. `starts` int64 [N] is where each one's first sample is, after its PAD.

    `codes` uint8 or uint16, mapped from disk; `conditioning` uint8 classes, or float32 [., C]
    values before they are normalised; None without conditioning.
    """

    index: Index
    codes: NDArray[np.unsignedinteger]
    conditioning: NDArray[np.generic] | None
    starts: NDArray[np.int64]
    silence: int

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Samples of every recording, int64 [N]."""
        return np.array(self.index.lengths, np.int64)

    @property
    def width(self) -> int:
        """C', numbers of the conditioning vector."""
        return self.index.classes or len(self.index.columns)

    def conditioning_at(self, first: int, count: int) -> NDArray[np.float32]:
        """Conditioning vectors [count, C'] from index `first` on, classes as one-hot."""
        assert self.conditioning is not None
        rows = self.conditioning[first : first + count]
        if self.index.classes:
            return (rows[:, None] == np.arange(self.index.classes)).astype(np.float32)
        return self._normalise(rows)

    def knobs_at(self, first: int, count: int) -> NDArray[np.float32]:
        """The same [count, C] as knobs are normalised: class k of N is k / (N - 1)."""
        assert self.conditioning is not None
        rows = self.conditioning[first : first + count]
        if self.index.classes:
            return (rows.astype(np.float32) / np.float32(self.index.classes - 1))[:, None]
        return self._normalise(rows)

    def _normalise(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        low = np.array([column.minimum for column in self.index.columns])
        high = np.array([column.maximum for column in self.index.columns])
        return ((rows - low) / (high - low)).astype(np.float32)


def load_material(run: Path, data: SoundConfig, lengths: list[int] | None = None) -> Material:
    """The recordings that `data` names, through the cache in the run folder `run`.

    A run that is resumed gives its first `lengths`: the recordings may have moved, but
    have to be the same.

    Raises:
        InputError: naming the recording or .csv that cannot be used, or that the set is another
            one; the run folder is then as it was.
    """
    paths = find_audio(Path(data.folder), run=run)
    csvs = [] if data.conditioning == "none" else find_csvs(paths)
    made_of = {
        "version": VERSION,
        "files": [_stamp(path) for path in (*paths, *csvs)],
        "rate_hz": data.rate_hz,
        "codec": data.rule.model_dump(),
        "class_name": data.class_name,
    }
    if data.rules():
        made_of["rules"] = data.rules()
    if data.trim and csvs:
        raise InputError(
            f"{csvs[0]}: its rows are samples of the whole recording, and data.trim would cut some"
            " of them off; set data.trim = false"
        )
    cache = run / CACHE
    with locked(cache):
        remove_leftovers(cache)
        before = read_index(cache)
        index = before
        if index is None or index.made_of != made_of or not is_whole(cache, index):
            if lengths is not None:
                _check_settings(run, before, made_of)
                if not isinstance(lengths, list) or len(paths) < len(lengths):
                    raise _other_set(run, data)
            with new_cache(cache) as part:
                index = _build(part, data, paths, csvs, made_of)
                if lengths is not None and not _is_same(index, lengths, before):
                    raise _other_set(run, data)
        elif lengths is not None and index.lengths != lengths:
            raise _other_set(run, data)
        return _opened(cache, index, data)


def _is_same(index: Index, lengths: list[int], before: Index | None) -> bool:
    same = before is None or (before.classes, before.columns) == (index.classes, index.columns)
    return same and index.lengths == lengths


def _other_set(run: Path, data: SoundConfig) -> InputError:
    return InputError(
        f"{data.folder}: its recordings have changed since {run} was started; put them back, or"
        " start a new run"
    )


def _check_settings(run: Path, before: Index | None, made_of: dict[str, Any]) -> None:
    """InputError where a resumed run asks for other codes than it was started with."""
    for name in ("rate_hz", "codec"):
        if before is not None and before.made_of.get(name) != made_of[name]:
            raise InputError(
                f"{run / 'config.json'}: data.{name} has changed since {run} was started; put it"
                " back, or start a new run"
            )


def _stamp(path: Path) -> list[Any]:
    state = path.stat()
    return [str(path.resolve()), state.st_size, state.st_mtime_ns]


def _opened(cache: Path, index: Index, data: SoundConfig) -> Material:
    codes = np.memmap(cache / CODES, code_type(data.levels), "r")
    conditioning: NDArray[np.generic] | None = None
    if index.classes:
        conditioning = np.memmap(cache / CONDITIONING, np.uint8, "r")
    elif index.columns:
        conditioning = np.memmap(cache / CONDITIONING, np.float32, "r").reshape(
            -1, len(index.columns)
        )
    ends = np.cumsum(np.array(index.lengths, np.int64) + PAD)
    starts = ends - np.array(index.lengths, np.int64)
    return Material(index, codes, conditioning, starts, _silence(data))


def _silence(data: SoundConfig) -> int:
    return codec.silence(data.codec, data.levels, data.rule.limits)


def _build(
    part: Path, data: SoundConfig, paths: list[Path], csvs: list[Path], made_of: dict[str, Any]
) -> Index:
    """Write what a cache holds into `part`."""
    source = Path(data.folder)
    tables = [open_csv(path) for path in csvs]
    coding = Coding(data.rate_hz, data.codec, data.levels, data.rule.limits)
    reader = Reader(coding, data)
    with (part / CODES).open("wb") as file:
        usable = dict(
            read_usable(source, paths, lambda path: _write_codes(file, path, reader, data))
        )
    reader.report(source, len(paths))
    lengths = list(usable.values())
    summary = _Summary(data.class_name)
    if tables:
        _check_alike(tables)
        with (part / CONDITIONING).open("wb") as file:
            for path, table in zip(paths, tables, strict=True):
                if path in usable:
                    _write_conditioning(file, path, table, usable[path], summary)
    classes, columns = summary.result(source)
    index = Index(made_of, [path.name for path in usable], lengths, classes, columns)
    (part / INDEX).write_text(json.dumps(asdict(index), indent=1), encoding="utf-8")
    return index


def _write_codes(file: BinaryIO, path: Path, reader: Reader, data: SoundConfig) -> int:
    """Append one recording; its length in samples."""
    begin, silence = file.tell(), _silence(data)
    file.write(np.full(PAD, silence, code_type(data.levels)).tobytes())
    try:
        return reader.write(path, file, silence)
    except InputError:
        file.seek(begin)
        file.truncate()
        raise


def _check_alike(tables: list[CsvFile]) -> None:
    for table in tables:
        if table.names != tables[0].names:
            first = ", ".join(tables[0].names) or "classes, without a line of names"
            raise InputError(
                f"{table.path}: holds {', '.join(table.names) or 'classes'}, but"
                f" {tables[0].path.name} holds {first}"
            )


class _Summary:
    """What the .csv files of a set hold altogether."""

    def __init__(self, class_name: str) -> None:
        self._names: tuple[str, ...] = ()
        self._class_name = class_name
        self._first_seen: dict[int, Path] = {}
        self._low, self._high = np.array(np.inf), np.array(-np.inf)

    def add(self, table: CsvFile, block: NDArray[np.float64]) -> None:
        """Take in rows [n, C]."""
        self._names = table.names
        if table.names:
            self._low = np.minimum(self._low, block.min(axis=0))
            self._high = np.maximum(self._high, block.max(axis=0))
            return
        there = np.bincount(block.ravel().astype(np.int64))
        for value in np.flatnonzero(there).tolist():
            self._first_seen.setdefault(value, table.path)

    def result(self, source: Path) -> tuple[int, list[Column]]:
        """(number of classes, columns); one class alone is no conditioning."""
        if self._names:
            tidy = [plugin_name(name) for name in self._names]
            for name, low, high in zip(self._names, self._low, self._high, strict=True):
                if not low < high:
                    raise InputError(f"{source}: {name!r} is {low:g} in every .csv: take it out")
                if len(plugin_name(name)) > LONGEST_NAME:
                    raise InputError(
                        f"{source}: a column of its .csv is called {name[:40]!r}...: at most"
                        f" {LONGEST_NAME} characters; shorten it"
                    )
            if len(set(tidy)) < len(tidy):
                raise InputError(f"{source}: two columns of its .csv have the same name")
            return 0, [
                Column(name, float(low), float(high))
                for name, low, high in zip(tidy, self._low, self._high, strict=True)
            ]
        if not self._first_seen:
            return 0, []
        highest = max(self._first_seen)
        for number in range(highest):
            if number not in self._first_seen:
                raise InputError(
                    f"{self._first_seen[highest]}: has class {highest}, but no .csv has class"
                    f" {number}: classes start at 0, without gaps over the set"
                )
        return (highest + 1 if highest else 0), []


def _write_conditioning(
    file: BinaryIO, path: Path, table: CsvFile, length: int, summary: _Summary
) -> None:
    """Append what belongs to one recording: a row per sample at the rate trained at."""
    frames, _ = frames_of(path, keep_quiet)  # its remarks were made before
    kind = np.float32 if table.names else np.uint8
    given = 0
    made = 0
    pad: NDArray[np.generic] | None = None
    for block in _limited(table, frames, path):
        summary.add(table, block)
        if pad is None:
            pad = np.repeat(block[:1], PAD, axis=0).astype(kind)
            file.write(pad.tobytes())
        # Sample n at the new rate belongs to row n frames / length of the file.
        until = min(length, -(-(given + len(block)) * length // frames))
        at = np.arange(made, until) * frames // length - given
        file.write(block[np.clip(at, 0, len(block) - 1)].astype(kind).tobytes())
        given, made = given + len(block), until
    if given != frames:
        raise InputError(f"{table.path}: has {given} rows, but {path.name} {frames} samples")


def _limited(table: CsvFile, frames: int, path: Path) -> Iterator[NDArray[np.float64]]:
    """The rows of a .csv, given up once there are too many."""
    count = 0
    for block in table.rows():
        count += len(block)
        if count > frames:
            raise InputError(f"{table.path}: has more rows than {path.name} samples ({frames})")
        yield block
