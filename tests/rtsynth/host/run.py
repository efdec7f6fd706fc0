"""A folder as a training run fills it: a network that is written over and over."""

from pathlib import Path

import numpy as np

from rtsynth.plugin import Plugin, Provenance, save


def new_run(folder: Path) -> Path:
    """Without a network yet."""
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def write_network(run: Path, plugin: Plugin, step: int, share: float = 0.02) -> Plugin:
    """The run's network at a step: that of `plugin` with a little noise."""
    random = np.random.default_rng(step)
    tensors = {
        name: tensor + (share * tensor.std() * random.normal(size=tensor.shape)).astype(np.float32)
        if np.issubdtype(tensor.dtype, np.floating) and not name.startswith("golden.")
        else tensor
        for name, tensor in plugin.tensors.items()
        if not name.startswith("golden.")
    }
    manifest = plugin.manifest.model_copy(update={"provenance": Provenance(steps=step)})
    return save(run / f"{plugin.name}.safetensors", manifest, tensors)
