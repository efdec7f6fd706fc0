"""The takes in a folder, and what may be done to their files."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import soundfile
from PySide6.QtCore import QCoreApplication

from rtsynth.common.errors import InputError
from rtsynth.common.names import composed
from rtsynth_gui.edit.name_rule import name_problem
from rtsynth_gui.takes.folder import FORMATS

MOST_TAKES = 500


@dataclass(frozen=True)
class Take:
    """A file; `seconds` is None where it is no sound file."""

    path: Path
    seconds: float | None
    size_bytes: int
    changed_ns: int

    @property
    def about(self) -> str:
        """Its length and size."""
        if self.seconds is None:
            return QCoreApplication.translate("TakesPage", "not readable")
        minutes, seconds = divmod(round(self.seconds), 60)
        size = f"{self.size_bytes / 1e6:.1f} MB"
        return f"{minutes}:{seconds:02d}  ·  {self.path.suffix[1:].upper()}  ·  {size}"


def list_takes(folder: Path, others: list[Path]) -> list[Take]:
    """Those in the folder and `others` that still exist, the newest first."""
    paths = {path for form in FORMATS for path in folder.glob(f"*.{form}")} | set(others)
    takes = []
    for path in paths:
        try:
            about = path.stat()
        except OSError:
            continue  # it is gone
        seconds = _seconds(path, about.st_size, about.st_mtime_ns)
        takes.append(Take(path, seconds, about.st_size, about.st_mtime_ns))
    takes.sort(key=lambda take: (-take.changed_ns, take.path.name))
    return takes[:MOST_TAKES]


@lru_cache(maxsize=MOST_TAKES)
def _seconds(path: Path, size_bytes: int, changed_ns: int) -> float | None:
    try:
        return float(soundfile.info(str(path)).duration)
    except (soundfile.LibsndfileError, OSError):
        return None


def names_of(takes: Sequence[Take]) -> dict[Path, str]:
    """What each is called in a list: no more than it takes to tell them apart, which may be the
    ending, then the folder."""
    paths = [take.path for take in takes]
    names = {path: path.stem for path in paths}
    ways: tuple[Callable[[Path], str], ...] = (
        lambda path: path.name,
        lambda path: f"{path.name}  ·  {path.parent.name}",
        str,
    )
    for told in ways:
        several = Counter(names.values())
        names = {path: told(path) if several[name] > 1 else name for path, name in names.items()}
    return names


def rename_take(path: Path, name: str) -> Path:
    """Give a take another name in its folder; its ending stays. Returns its new file.

    Raises:
        InputError: the name is none, or taken, or the folder does not let it.
    """
    stem = composed(name.strip().removesuffix(path.suffix).strip())
    if problem := name_problem(stem):
        raise InputError(problem)
    new = path.with_name(stem + path.suffix)
    check_free(new)
    try:
        return path.rename(new)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error


def check_free(path: Path) -> None:
    """Refuse what is there already.

    Raises:
        InputError: it is.
    """
    if path.exists():
        text = QCoreApplication.translate(
            "TakesPage", "{}: there is one already; choose another name"
        )
        raise InputError(text.format(path))
