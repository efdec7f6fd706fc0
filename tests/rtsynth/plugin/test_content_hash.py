"""The hash of a plugin: the same for the same content, another for any other."""

from pathlib import Path

import numpy as np

from rtsynth import load, save
from rtsynth.plugin.content_hash import HASH_BYTES, content_hash
from tests.rtsynth.plugins import tiers_plugin


def test_the_same_content_in_another_file_has_the_same_hash(tmp_path: Path) -> None:
    made = tiers_plugin()
    assert len(bytes.fromhex(made.content_hash)) == HASH_BYTES
    for name in ("one", "two"):
        path = tmp_path / f"{name}.safetensors"
        save(path, made.manifest, made.tensors)
        assert load(path).content_hash == made.content_hash


def test_any_other_content_has_another_hash() -> None:
    made = tiers_plugin()
    name, tensor = next((n, t) for n, t in made.tensors.items() if t.dtype == np.float32)
    other = tensor.copy()
    other.reshape(-1)[-1] += 1.0
    renamed = made.manifest.model_copy(update={"name": "other"})
    hashes = {
        made.content_hash,
        content_hash(made.manifest, {**made.tensors, name: other}),
        content_hash(made.manifest, {**made.tensors, name: tensor.reshape(1, *tensor.shape)}),
        content_hash(made.manifest, {**made.tensors, name: tensor.astype(np.float64)}),
        content_hash(renamed, made.tensors),
    }
    assert len(hashes) == 5


def test_the_order_of_the_tensors_does_not_count() -> None:
    made = tiers_plugin()
    backwards = dict(reversed(made.tensors.items()))
    assert content_hash(made.manifest, backwards) == made.content_hash


def test_tags_do_not_count() -> None:
    made = tiers_plugin()
    tagged = made.manifest.model_copy(update={"tags": ["water"]})
    assert content_hash(tagged, made.tensors) == made.content_hash
