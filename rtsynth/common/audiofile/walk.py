"""Every recording of a folder, whatever the depth; what is left out is reported in one line."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, warn

AUDIO_SUFFIXES = (
    ".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".aifc", ".w64", ".rf64",
    ".caf", ".au", ".snd",
)  # fmt: skip
# Sound that cannot be read here.
_FOREIGN = (".m4a", ".aac", ".mp4", ".wma", ".ape", ".wv", ".alac", ".amr", ".webm", ".mka", ".dsf")
_PACKED = ".zip"
_NAMED_AT_MOST = 3


def find_audio(
    source: Path, *, run: Path | None = None, alone: bool = True, say: Say = warn
) -> list[Path]:
    """Every recording under `source`, sorted; `source` itself where it is a file.

    Left out are hidden files and folders, and what training runs have left, `run` among them.
    With `alone` no two may differ in their suffix only: they would share what lies beside them.

    Raises:
        InputError: nothing there, nothing in it, or two of the same name.
    """
    refuse_zip(source)
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise InputError(f"{source}: no such file or folder of recordings")
    if run is not None and run.resolve() == source.resolve():
        raise InputError(f"--out {run}: is the folder of recordings; name another one")
    found, left_out = list[Path](), _LeftOut(source)
    for path in walk(source, run, left_out):
        suffix = path.suffix.lower()
        if suffix in AUDIO_SUFFIXES and path.name.startswith("."):
            left_out.add("hidden", path)
        elif suffix in AUDIO_SUFFIXES:
            found.append(path)
        elif suffix in _FOREIGN:
            left_out.add("of a format that cannot be read", path)
    left_out.report(say)
    if not found:
        raise InputError(f"{source}: no audio files in it ({', '.join(AUDIO_SUFFIXES)})")
    found.sort()
    if alone:
        seen: dict[Path, Path] = {}
        for path in found:
            other = seen.setdefault(path.with_suffix(""), path)
            if other != path:
                raise InputError(f"{path}: {other.name} has the same name; rename one of them")
    return found


def refuse_zip(folder: Path) -> None:
    """InputError where a .zip is given for the folder that is in it."""
    if folder.suffix.lower() == _PACKED and folder.is_file():
        raise InputError(f"{folder}: a packed set; unpack it first: unzip {folder}")


class _LeftOut:
    """What was met and not taken."""

    def __init__(self, source: Path) -> None:
        self._source, self._names = source, dict[str, list[str]]()

    def add(self, why: str, path: Path) -> None:
        self._names.setdefault(why, []).append(path.relative_to(self._source).as_posix())

    def report(self, say: Say) -> None:
        parts = []
        for why, names in sorted(self._names.items()):
            names.sort()
            more = len(names) - _NAMED_AT_MOST
            named = ", ".join(names[:_NAMED_AT_MOST]) + (f", {more} more" if more > 0 else "")
            parts.append(f"{len(names)} {why} ({named})")
        if parts:
            say(f"{self._source}: left out: {'; '.join(parts)}")


def walk(source: Path, run: Path | None = None, left_out: _LeftOut | None = None) -> Iterator[Path]:
    """Every file under the folder `source`, links to folders followed, each folder once."""
    own = None if run is None else run.resolve()
    seen = {_identity(source)}
    left_out = left_out or _LeftOut(source)

    def unreadable(error: OSError) -> None:
        left_out.add("in a folder that cannot be read", Path(error.filename))

    for name, folders, files in os.walk(source, onerror=unreadable, followlinks=True):
        folder, kept = Path(name), []
        for inner in sorted(folders):
            path = folder / inner
            if inner.startswith(".") or path.resolve() == own:
                continue
            if _is_run(path):
                left_out.add("of a training run", path)
                continue
            identity = _identity(path)
            if identity in seen:  # a link to what is walked already, or a loop of them
                left_out.add("met already", path)
                continue
            seen.add(identity)
            kept.append(inner)
        folders[:] = kept
        for file in files:
            if (folder / file).is_file():
                yield folder / file


def _identity(folder: Path) -> tuple[int, int]:
    state = folder.stat()
    return state.st_dev, state.st_ino


def _is_run(folder: Path) -> bool:
    # A run that was ended before its first checkpoint has the others.
    there = Counter(
        name for name in ("checkpoint.pt", "config.json", "args.json", "losses.csv")
        if (folder / name).is_file()
    )  # fmt: skip
    return bool(
        there["checkpoint.pt"]
        or (there["config.json"] and (there["args.json"] or there["losses.csv"]))
    )
