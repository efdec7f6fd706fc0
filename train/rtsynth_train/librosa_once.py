"""librosa, imported by one process at a time.

When it is first imported, librosa compiles its NumPy functions and keeps them in its own folder,
each in two files. Two processes that do so at once leave files of both behind, and from then on
every process that calls such a function crashes.
"""

from functools import cache
from importlib import import_module
from types import ModuleType

from filelock import FileLock

from rtsynth.user_folders import cache_folder

# The modules that compile when they are imported.
COMPILING = ("util.utils", "core.audio", "core.convert", "core.notation", "core.pitch", "beat")


@cache
def load_librosa() -> ModuleType:
    """librosa, with all that it compiles at import compiled and kept."""
    folder, _ = cache_folder()
    with FileLock(folder / "librosa.lock"):
        librosa = import_module("librosa")
        for name in COMPILING:
            import_module(f"librosa.{name}")
    return librosa
