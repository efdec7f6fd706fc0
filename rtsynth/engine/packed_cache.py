"""Rounded weights are kept in the user's cache, because finding them takes seconds."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.cpu import PATH
from rtsynth.engine.jit import CACHE_FOLDER
from rtsynth.errors import InputError
from rtsynth.files import atomic_write
from rtsynth.plugin import Plugin

F32 = NDArray[np.float32]


class PackedCache:
    """The packed weights of one plugin at one precision, as one version of the engine lays them."""

    def __init__(self, plugin: Plugin, precision: str) -> None:
        digest = hashlib.sha256()
        digest.update(f"{precision} {PATH.name} {CACHE_FOLDER.name}".encode())
        digest.update(plugin.manifest.model_dump_json().encode())
        for name in sorted(plugin.tensors):
            tensor = np.ascontiguousarray(plugin.tensors[name])
            digest.update(f"{name} {tensor.dtype.str} {tensor.shape}".encode())
            digest.update(tensor.tobytes())
        self.path = CACHE_FOLDER.parent / "packed" / f"{digest.hexdigest()[:32]}.npy"

    def read(self) -> F32 | None:
        """The weights, or None if they were not kept (or are damaged)."""
        try:
            with self.path.open("rb") as file:
                weights = np.lib.format.read_array(file, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return weights if weights.dtype == np.float32 and weights.ndim == 1 else None

    def write(self, weights: F32) -> None:
        """Keep them. A cache that cannot be written to is no cache, and no error."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self.path) as temporary, temporary.open("wb") as file:
                np.save(file, weights, allow_pickle=False)
        except (OSError, InputError):
            return
