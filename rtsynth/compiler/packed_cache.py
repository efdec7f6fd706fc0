"""Rounded weights are kept in the user's cache, because finding them takes seconds."""

import hashlib
import inspect
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.engine.kernels.cpu import PATH
from rtsynth.engine.kernels.jit import CACHE_FOLDER
from rtsynth.plugin import Plugin
from rtsynth.plugin.family import find_family

F32 = NDArray[np.float32]
# They decide what the matrices are, and what they are multiplied with while they are rounded.
# (CACHE_FOLDER's name stands for the engine's sources.)
_PACKAGE = Path(__file__).parents[1]
SOURCES = (_PACKAGE / "compiler", _PACKAGE / "families", _PACKAGE / "plugin" / "codec.py")
_DIGEST_BYTES = 32


class PackedCache:
    """The packed weights of one plugin at one precision, as one version of the engine lays them."""

    def __init__(self, plugin: Plugin, precision: str) -> None:
        digest = hashlib.sha256()
        digest.update(f"{precision} {PATH.name} {CACHE_FOLDER.name}".encode())
        for source in _sources({tier.family for tier in plugin.manifest.tiers}):
            content = source.read_bytes()
            digest.update(f"{source.name} {len(content)}\n".encode())
            digest.update(content)
        digest.update(plugin.manifest.model_dump_json().encode())
        for name in sorted(plugin.tensors):
            tensor = np.ascontiguousarray(plugin.tensors[name])
            digest.update(f"{name} {tensor.dtype.str} {tensor.shape}".encode())
            digest.update(tensor.tobytes())
        self.path = CACHE_FOLDER.parent / "packed" / f"{digest.hexdigest()[:32]}.weights"

    def read(self) -> F32 | None:
        """The weights, or None if they were not kept (or are damaged)."""
        try:
            raw = self.path.read_bytes()
        except OSError:
            return None
        # Kernels follow offsets that are among the weights: nothing but what was written will do.
        digest, data = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if hashlib.sha256(data).digest() != digest or len(data) % 4:
            return None
        return np.frombuffer(data, np.float32)

    def write(self, weights: F32) -> None:
        """Keep them. A cache that cannot be written to is no cache, and no error."""
        try:
            make_folder(self.path.parent)
            data = weights.tobytes()
            with atomic_write(self.path) as temporary:
                temporary.write_bytes(hashlib.sha256(data).digest() + data)
        except RtsynthError:
            return


def _sources(families: Iterable[str]) -> list[Path]:
    """The files that decide what a plugin of these families is compiled to."""
    places = {*SOURCES, *map(_home, families)}
    found = {f for place in places for f in (place.rglob("*.py") if place.is_dir() else [place])}
    return sorted(found)


def _home(family: str) -> Path:
    """The folder of the package that a family is in; its file where it is a module of its own."""
    found = find_family(family)
    file = Path(inspect.getfile(found if inspect.ismodule(found) else type(found)))
    return file.parent if (file.parent / "__init__.py").is_file() else file
