"""Folders that a recipe names: beside the recipe, or else where `rtsynth` is called."""

import os
from pathlib import Path
from typing import Any

from rtsynth.common.remarks import Say, warn

KEYS = ("folder", "params_folder")  # of [data]


def with_folders(raw: dict[str, Any], recipe: Path, say: Say = warn) -> dict[str, Any]:
    """`raw`, unchecked, with the folders of [data] as they are reached from here: what is relative
    is looked for beside the recipe first. `say` gets a line where it is here, too.
    """
    data = raw.get("data")
    if not isinstance(data, dict):
        return raw
    found = {
        key: _reached(name, recipe, key, say)
        for key in KEYS
        if isinstance(name := data.get(key), str) and name
    }
    return raw | {"data": data | found}


def _reached(name: str, recipe: Path, key: str, say: Say) -> str:
    here, beside = Path(name), recipe.parent / name
    if here.is_absolute() or not beside.exists():
        return name
    if here.exists() and not here.samefile(beside):
        say(f"{recipe}: data.{key}: {name} is also here; taken is the one beside the recipe")
    return str(beside)


def seen_from(folder: Path, recipe: Path) -> str:
    """How a recipe names a folder: relative to itself, unless `folder` is absolute."""
    if folder.is_absolute():
        return str(folder)
    try:
        return os.path.relpath(folder, recipe.parent)
    except ValueError:  # on another drive
        return str(folder.absolute())
