"""The networks that a training run writes, and those of them that a slot has gone on with.

A run writes its newest network over the one before: RUN/NAME.safetensors. What a slot goes on with
is copied to RUN/followed, where it stays as it is: for going back, sets, sessions and event logs.
The newest stay there, as many as fit into MOST_BYTES.
"""

import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import make_folder
from rtsynth.plugin import Plugin, load, save

FOLLOWED = "followed"
FEWEST = 40  # networks that are kept, however large: more than can be gone back to
MOST_BYTES = 1 << 30  # that more of them take; the oldest go first
_COPY = re.compile(r"step\d{7,}-[0-9a-f]{8}\.safetensors")
# Each is there from the beginning of a run on.
OF_RUNS = ("config.json", "progress.jsonl")


class Written(NamedTuple):
    """A file as it was once: any other content is another."""

    path: Path
    inode: int
    mtime_ns: int
    size: int


class Network(NamedTuple):
    """One that a slot has played: where it is, or what, if it is not to be found there again."""

    step: int
    path: Path
    plugin: Plugin | None = None


def check_run(run: Path) -> None:
    """Refuse what is no folder of a training run.

    Raises:
        InputError: what it is instead.
    """
    if not run.is_dir():
        kind = "is a file" if run.is_file() else "no such folder"
        raise InputError(f"{run}: {kind}; give the folder of a training run")
    if not any((run / name).is_file() for name in OF_RUNS) and newest(run) is None:
        raise InputError(f"{run}: no training run (it has neither {OF_RUNS[0]} nor a network)")


def newest(run: Path) -> Written | None:
    """The network that a run wrote last; None: there is none yet."""
    found = []
    try:
        for path in run.glob("*.safetensors"):
            if not path.name.startswith("."):  # half-written ones
                stat = path.stat()
                found.append(Written(path, stat.st_ino, stat.st_mtime_ns, stat.st_size))
    except OSError as error:
        raise InputError(f"{run}: cannot be read ({error.strerror})") from error
    return max(found, key=lambda each: each.mtime_ns, default=None)


def keep(written: Written) -> Plugin:
    """Read a network; its path is that of a copy, which is kept.

    Raises:
        PluginError: it is no plugin that can be used.
        InputError, WriteError: the copy cannot be written.
    """
    plugin = load(written.path)
    folder = written.path.parent / FOLLOWED
    place = folder / f"step{steps_of(plugin):07d}-{plugin.content_hash[:8]}.safetensors"
    make_folder(folder)
    return save(place, plugin.manifest, plugin.tensors)


def prune(run: Path, needed: Collection[Path]) -> None:
    """Delete the oldest copies that `keep` made, where they take too much; none that is needed.

    Raises:
        InputError: they cannot be deleted.
    """
    folder, taken = run / FOLLOWED, 0
    try:
        copies = [path for path in folder.glob("*.safetensors") if _COPY.fullmatch(path.name)]
        found = sorted(((path.stat(), path) for path in copies), key=lambda each: -each[0].st_mtime)
        for number, (stat, path) in enumerate(found):
            taken += stat.st_size
            if number >= FEWEST and taken > MOST_BYTES and path not in needed:
                path.unlink()
    except OSError as error:
        raise InputError(f"{folder}: its oldest networks stay ({error.strerror})") from error


def steps_of(plugin: Plugin) -> int:
    """How many steps it was trained for; 0 where it does not say."""
    return plugin.manifest.provenance.steps or 0
