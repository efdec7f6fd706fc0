"""Where takes are, for undo: a key stands for a take, numbers for its names and for the trash."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFile

from rtsynth.common.errors import InputError
from rtsynth_gui.edit.numbers import Numbers
from rtsynth_gui.takes.listing import check_free, rename_take

KEY = "take:"  # no slash: the engine knows nothing of it
TRASH = 0.0
MOST_KNOWN = 400  # more than there are steps
INFO, SUFFIX = "info", ".trashinfo"  # what a desktop's trash has beside a file


@dataclass
class _Take:
    path: Path  # as it is called, or was before it was deleted
    trashed: Path | None = None


class Whereabouts:
    """Of the takes that were renamed or deleted by this window."""

    def __init__(self) -> None:
        self._takes: dict[str, _Take] = {}
        self._names: Numbers[str] = Numbers()
        self._count = 0

    def key(self, path: Path) -> str:
        """What stands for the take that is there."""
        for key, take in self._takes.items():
            if take.path == path and take.trashed is None:
                return key
        self._count += 1
        key = f"{KEY}{self._count}"
        self._takes[key] = _Take(path)
        while len(self._takes) > MOST_KNOWN:
            self._takes.pop(next(iter(self._takes)))
        return key

    def now(self, key: str) -> float | None:
        """Where a take is; None if it is nowhere any more."""
        take = self._takes.get(key)
        if take is None or not (take.trashed or take.path).exists():
            return None
        name = take.path.stem
        return TRASH if take.trashed is not None else self._names.of(name, name)

    def all_now(self) -> dict[str, float]:
        """Where all of them are that are anywhere."""
        now = {key: self.now(key) for key in self._takes}
        return {key: place for key, place in now.items() if place is not None}

    def path(self, key: str) -> Path | None:
        """As a take is called, or was before it was deleted."""
        take = self._takes.get(key)
        return None if take is None else take.path

    def put(self, key: str, place: float) -> None:
        """Let a take be where it was.

        Raises:
            InputError: it cannot be.
        """
        take = self._takes.get(key)
        if take is None:
            raise InputError(
                QCoreApplication.translate("TakesPage", "that take is no longer known")
            )
        if place == TRASH:
            self.delete(key)
            return
        if take.trashed is not None:
            _take_out(take.trashed, take.path)
            take.trashed = None
        name = self._names[place]
        if name != take.path.stem:
            self.rename(key, name)

    def rename(self, key: str, name: str) -> None:
        """Call a take `name`.

        Raises:
            InputError: as `rename_take`.
        """
        take = self._takes[key]
        take.path = rename_take(take.path, name)

    def delete(self, key: str) -> bool:
        """Move a take to the trash; whether it is known where it is there, to be taken out again.

        Raises:
            InputError: there is no trash, or the folder does not let it go.
        """
        take = self._takes[key]
        file = QFile(str(take.path))
        if not file.moveToTrash():
            text = QCoreApplication.translate("TakesPage", "{} could not be moved to the trash")
            raise InputError(text.format(take.path))
        there = Path(file.fileName()) if file.fileName() else take.path
        take.trashed = there if there != take.path and there.exists() else None
        if take.trashed is None:
            del self._takes[key]
        return take.trashed is not None


def _take_out(trashed: Path, path: Path) -> None:
    check_free(path)
    try:
        trashed.rename(path)
        (trashed.parent.parent / INFO / f"{trashed.name}{SUFFIX}").unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
