"""Plugin files with something changed in them, written unchecked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from rtsynth.plugin import Plugin

Edit = Callable[[dict[str, Any]], Any]


def write_file(path: Path, plugin: Plugin, manifest: Edit | None = None, **extra: Any) -> Path:
    """A file with an edited manifest and tensors (None removes one), written unchecked."""
    raw = plugin.manifest.model_dump()
    text = json.dumps(raw if manifest is None else edited(raw, manifest))
    tensors = {name: np.array(tensor) for name, tensor in plugin.tensors.items()}
    for name, tensor in extra.pop("tensors", {}).items():
        if tensor is None:
            del tensors[name]
        else:
            tensors[name] = tensor
    save_file(tensors, path, metadata={"rtsynth": extra.pop("text", text)})
    return path


def edited(raw: dict[str, Any], edit: Edit) -> Any:
    replaced = edit(raw)
    return raw if replaced is None else replaced


def setting(*keys: Any, to: Any) -> Edit:
    def edit(raw: dict[str, Any]) -> None:
        place = raw
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to

    return edit
