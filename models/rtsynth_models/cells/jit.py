"""How the trainers' kernels are compiled, and where the compiled code is kept."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core import config

from rtsynth.engine.kernels.jit import CACHE_FOLDER, in_own_cache

JIT: dict[str, Any] = {
    "nogil": True,
    "fastmath": {"contract", "nsz", "arcp", "afn"},
    "cache": True,
    "error_model": "numpy",
}


def _cache_folder() -> Path:
    # Numba notices changes only in the file that defines a function, not in the functions it
    # calls: as in the engine, the folder's name stands for all the sources (the engine's included).
    digest = hashlib.sha256(CACHE_FOLDER.name.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return CACHE_FOLDER.with_name(f"cells-{digest.hexdigest()[:16]}")


CELLS_CACHE = _cache_folder()


def trainer_jit(**overrides: Any) -> Callable[[Callable[..., Any]], Any]:
    """`numba.njit` for training: rounding may differ from strict IEEE arithmetic, and the code is
    kept in a cache of our own, which works even where this package's folder is read-only.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        config.CACHE_DIR = str(CELLS_CACHE)  # `in_own_cache` restores it
        return numba.njit(**JIT | overrides)(function)

    return in_own_cache(decorate)
