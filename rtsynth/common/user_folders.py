"""Where this user's files are: caches and data. Also where nobody has a home.

A service, a container or a machine in a laboratory may run programs as a user without a home, with
one that cannot be written to, or with a number that no name belongs to.
"""

import os
import stat
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import platformdirs

APPLICATION = "rtsynth"


def data_folder() -> Path:
    """Where plugins and states of this user are; it need not exist.

    Where no home is known it is below the folder for caches.
    """
    own = _own(platformdirs.user_data_dir)
    return own or cache_folder()[0] / "data"


@cache
def cache_folder() -> tuple[Path, bool]:
    """(an existing folder for caches, whether it is there at the next start).

    The user's own; or, where that cannot be written to, one below the folder for temporary files
    that belongs to this user alone; or one that is new at every start.
    """
    own = _own(platformdirs.user_cache_dir)
    if own is not None and is_writable(own):
        return own, True
    shared = Path(tempfile.gettempdir()) / f"{APPLICATION}-{_user()}"
    if is_writable(shared) and _is_private(shared):
        return shared, True
    return Path(tempfile.mkdtemp(prefix=f"{APPLICATION}-")), False


def _own(find: Callable[..., str]) -> Path | None:
    """What platformdirs finds, or None if it lies below a home that nobody knows."""
    try:
        folder = Path(find(APPLICATION, appauthor=False))
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None  # older versions leave the "~"


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def is_writable(folder: Path) -> bool:
    """Whether we can write there; it is made if need be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _is_private(folder: Path) -> bool:
    """Whether it is ours, and nobody else can write there.

    Who made it first, under a name that can be guessed, could plant code in it.
    """
    about = folder.lstat()
    ours = stat.S_ISDIR(about.st_mode) and about.st_uid == _user()
    return ours and not about.st_mode & 0o022
