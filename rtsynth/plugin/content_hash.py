"""What identifies a plugin: a hash of its content, whatever file it is in."""

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from rtsynth.plugin.manifest import Manifest

HASH_BYTES = 16
# What it is found by says nothing about how it sounds; an opened plugin is the same one.
NOT_COUNTED = {"tags", "hidden"}


def content_hash(manifest: Manifest, tensors: Mapping[str, NDArray[np.generic]]) -> str:
    """32 hexadecimal digits, the same for the same manifest and tensors.

    Fields of the manifest at their defaults do not count, so that a version of rtsynth with more
    fields finds the same hash; nor do tags.
    """
    digest = blake2b(digest_size=HASH_BYTES)
    digest.update(manifest.model_dump_json(exclude_defaults=True, exclude=NOT_COUNTED).encode())
    for name in sorted(tensors):
        tensor = np.ascontiguousarray(tensors[name])
        digest.update(f"\n{name} {tensor.dtype.str} {tensor.shape}\n".encode())
        digest.update(tensor.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
