"""What is done to the files of takes, beside the window: a disk may be slow."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rtsynth.common.errors import InputError
from rtsynth_gui.takes.folder import takes_folder
from rtsynth_gui.takes.listing import Take, list_takes
from rtsynth_gui.takes.whereabouts import Whereabouts


class Look(NamedTuple):
    """The folder of takes, whether it is there, the takes, and where those are that were moved."""

    folder: Path
    there: bool
    takes: list[Take]
    places: dict[str, float]


class Moved(NamedTuple):
    """A take, by its key; where it was and is, as `Whereabouts` says; or why it was not moved."""

    key: str
    old: Path
    new: Path
    before: float | None
    now: float | None
    problem: str = ""


class TakeFiles:
    """Used by one thread, one act after the other."""

    def __init__(self) -> None:
        self._places = Whereabouts()

    def look(self, others: Sequence[Path]) -> Look:
        """What is in the folder, and which of `others` there are."""
        folder = takes_folder()
        takes = list_takes(folder, list(others))
        return Look(folder, folder.is_dir(), takes, self._places.all_now())

    def rename(self, take: Path, name: str) -> Moved:
        """Give a take another name."""
        key = self._places.key(take)
        return self._move(key, partial(self._places.rename, key, name))

    def delete(self, take: Path) -> Moved:
        """Move a take to the trash; `now` is None where nobody knows where it is there."""
        key = self._places.key(take)
        return self._move(key, partial(self._places.delete, key))

    def put(self, key: str, place: float) -> Moved:
        """Let a take be where it was."""
        return self._move(key, partial(self._places.put, key, place))

    def _move(self, key: str, act: Callable[[], object]) -> Moved:
        places, problem = self._places, ""
        old, before = places.path(key) or Path(), places.now(key)
        try:
            act()
        except InputError as error:
            problem = str(error)
        return Moved(key, old, places.path(key) or old, before, places.now(key), problem)
