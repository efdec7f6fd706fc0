"""`rtsynth render --index`: an output for every conditioning file that an index lists.

An index is a .csv with one path a line, relative to the index; empty lines and those that start
with # are left out. Outputs lie in one folder and have the names of their conditioning files.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from rtsynth.cli.render_moves import Moves, read_moves
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import check_place, make_folder
from rtsynth.common.files.csv_dialect import (
    Cells,
    declared_separator,
    numbered_lines,
    separators_in,
)
from rtsynth.common.files.text import opened_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rtsynth.compiler.modulation import Depths
    from rtsynth.plugin import Plugin

MOST_ENTRIES = 100_000
LONGEST_SHOWN = 200  # characters of a path that is none
HEADERS = ("file", "path", "name", "csv", "conditioning")  # what a first line may say


@dataclass(frozen=True)
class Entry:
    """A conditioning file that an index names: `where` is the index and the line."""

    where: str
    file: str

    @property
    def name(self) -> str:
        """Of its output, without the ending."""
        return Path(self.file).stem


@dataclass(frozen=True)
class Output:
    """One file to render: what moves, from which seed, to where."""

    entry: Entry
    number: int  # in the batch of its entry
    seed: int
    path: Path


@dataclass(frozen=True)
class Settings:
    """What all outputs of an index share; as the flags of `rtsynth render`.

    `threads` None: as many outputs at once as there are cores, each by one thread.
    """

    seconds: float | None
    held: dict[str, float]
    modulation: "Depths"
    seed: int
    batch: int
    precision: str
    threads: int | None
    voices: int
    block_frames: int
    primer: "NDArray[np.float64] | None"
    prime_seed: int | None


def read_index(path: Path) -> list[Entry]:
    """The files that an index lists, in its order.

    Raises:
        InputError: not readable, several columns, nothing in it, a file that is missing, or two
            whose outputs would have the same name; with the line.
    """
    entries: dict[str, Entry] = {}
    with opened_text(path) as file:
        for number, line in numbered_lines(path, file):
            name = _path_in(f"{path}:{number}", path.parent, line)
            if name is None or (not entries and name.lower() in HEADERS):
                continue
            entry = _entry(f"{path}:{number}", path.parent, name)
            twin = entries.setdefault(entry.name, entry)
            if twin is not entry:
                at = twin.where.rpartition(":")[2]
                raise InputError(
                    f"{entry.where}: {name}: its output would be {entry.name}.wav, as that of line "
                    f"{at}"
                )
            if len(entries) > MOST_ENTRIES:
                raise InputError(f"{path}: lists more than {MOST_ENTRIES} files")
    if not entries:
        raise InputError(f"{path}: lists no files; write the path of a conditioning .csv a line")
    return list(entries.values())


def _path_in(where: str, folder: Path, line: str) -> str | None:
    """The path that a line gives; None if it is empty, a comment, or for a spreadsheet."""
    text = line.strip()
    if not text or text.startswith("#") or declared_separator(text) is not None:
        return None
    if _is_there(folder / text):
        return text
    try:
        cells = Cells(separators_in(text)[:1]).split(text)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from error
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > 1:
        raise InputError(f"{where}: has {len(cells)} columns; write one path a line")
    return cells[0] if cells and not cells[0].startswith("#") else None


def _entry(where: str, folder: Path, name: str) -> Entry:
    file = folder / name
    if not _is_there(file):
        if len(name) > LONGEST_SHOWN:
            raise InputError(f"{where}: {name[:LONGEST_SHOWN]}...: no such file")
        raise InputError(f"{where}: {name}: no such file ({file})")
    return Entry(where, str(file))


def _is_there(file: Path) -> bool:
    """Whether there is such a file; too long a name is none. A .npy has its rate behind a colon."""
    try:
        return any(each.is_file() for each in (file, Path(str(file).rpartition(":")[0])))
    except (OSError, ValueError):
        return False


def render_index(
    plugin: "Plugin",
    index: Path,
    folder: Path,
    settings: Settings,
    write: "Callable[[Path, NDArray[np.float32], int], None]",
    say: Callable[[str], None],
    report: Callable[[float], None],
) -> None:
    """Render what `index` lists into `folder`; all of it is checked before the first one starts.

    Output k, of `settings.batch` for every entry, has the seed `settings.seed` + k, and is what
    `rtsynth render` renders from it alone, to the bit. `report` gets the share done, 0..1.

    Raises:
        InputError: what `read_index` and `read_moves` say, with the line of the index.
    """
    from rtsynth.common.computing import usable_threads
    from rtsynth.compiler.compile import Compiled, compile_plugin
    from rtsynth.offline.conditioning_file import without_smoothing
    from rtsynth.offline.render import render

    entries = read_index(index)
    outputs = list[Output]()
    lengths, exact = dict[Output, float](), dict[Output, tuple[str, ...]]()
    for entry in entries:
        for number, moves in enumerate(_moves(plugin, entry, settings)):
            name = entry.name if settings.batch == 1 else f"{entry.name}-{number + 1}"
            seed = settings.seed + len(outputs)
            output = Output(entry, number, seed, folder / f"{name}.wav")
            with _at(entry):
                lengths[output] = moves.length_s(
                    settings.seconds, plugin.sample_rate_hz, settings.held
                )
            exact[output] = moves.exact
            outputs.append(output)
    alone = len(outputs) == 1 or (settings.threads or 1) > 1
    threads = settings.threads or (usable_threads() if alone else 1)
    make_folder(folder)
    check_place(outputs[0].path)
    compiled: dict[tuple[str, ...], Compiled] = {
        names: compile_plugin(without_smoothing(plugin, names), settings.precision, threads)
        for names in dict.fromkeys(exact.values())
    }
    stop, lock = Event(), Lock()
    done, total = dict.fromkeys(outputs, 0), sum(lengths.values()) * plugin.sample_rate_hz

    def make(output: Output) -> Output:
        def progress(samples: int) -> None:
            if stop.is_set():
                raise InterruptedError
            with lock:
                done[output] = samples
                report(sum(done.values()) / total)

        # Read again: all of them together may be large.
        moves = _moves(plugin, output.entry, settings)[output.number]
        audio = render(
            compiled[moves.exact], lengths[output], settings.held | dict(moves.first),
            output.seed, modulation=settings.modulation, events=moves.events, prime=settings.primer,
            prime_seed=settings.prime_seed, block_frames=settings.block_frames,
            voices=settings.voices, progress=progress,
        )  # fmt: skip
        write(output.path, audio, plugin.sample_rate_hz)
        return output

    with ThreadPoolExecutor(1 if alone else usable_threads()) as pool:
        futures = [pool.submit(make, output) for output in outputs]
        try:
            for future in as_completed(futures):
                output = future.result()
                say(f"wrote {output.path} ({lengths[output]:g} s)")
        finally:
            # After an error or Ctrl-C: what is complete stays, what is incomplete is given up.
            stop.set()
            pool.shutdown(cancel_futures=True)


def _moves(plugin: "Plugin", entry: Entry, settings: Settings) -> list[Moves]:
    """What moves in each rendering of an entry."""
    with _at(entry):
        return read_moves(entry.file, plugin, settings.batch, settings.voices)


@contextmanager
def _at(entry: Entry) -> Iterator[None]:
    """Put the line of the index before what is wrong with an entry."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{entry.where}: {error}") from error
