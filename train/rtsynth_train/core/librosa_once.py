"""librosa, imported by one process at a time.

When it is first imported, librosa compiles its NumPy functions and keeps them in its own folder,
each in two files. Two processes that do so at once leave files of both behind, and from then on
every process that calls such a function crashes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from filelock import FileLock
from numba.core import config
from platformdirs import user_cache_path

from rtsynth.common.user_folders import cache_folder, is_writable

# The modules that compile when they are imported.
COMPILING = ("util.utils", "core.audio", "core.convert", "core.notation", "core.pitch", "beat")


@cache
def load_librosa() -> ModuleType:
    """librosa, with all that it compiles at import compiled and kept."""
    folder, _ = cache_folder()
    with FileLock(folder / "librosa.lock"), _place_for_code(folder):
        librosa = import_module("librosa")
        for name in COMPILING:
            import_module(f"librosa.{name}")
    return librosa


@contextmanager
def _place_for_code(folder: Path) -> Iterator[None]:
    """Give Numba a place below `folder` where it has none: without one it refuses the import."""
    before = config.CACHE_DIR
    if not before and not _numba_has_a_place():
        config.CACHE_DIR = str(folder / "numba")
    try:
        yield
    finally:
        config.CACHE_DIR = before


def _numba_has_a_place() -> bool:
    """Whether librosa's own folder, or Numba's in the user's cache, can be written to."""
    spec = find_spec("librosa")
    if spec is not None and spec.origin and is_writable(Path(spec.origin).parent / "__pycache__"):
        return True
    try:
        return is_writable(user_cache_path("numba", appauthor=False))
    except RuntimeError:  # no home
        return False
