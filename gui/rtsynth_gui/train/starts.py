"""Plugins at hand that a training may start from: those with the network of its kind."""

from pathlib import Path

from rtsynth.common.errors import RtsynthError
from rtsynth.plugin.file import load_manifest
from rtsynth.plugin.library import find_plugins

FAMILIES = {"note": "gru", "texture": "samplernn", "voice": "samplernn", "loop": "samplernn"}

Starts = list[tuple[str, str, Path]]


def find_starts() -> Starts:
    """(name, family, file) of every plugin of one network that makes sound. Reads all of them: it
    is for a thread beside the window.
    """
    found = Starts()
    for name, path in sorted(find_plugins().items()):
        try:
            manifest = load_manifest(path)
        except RtsynthError:
            continue  # the browser says what is wrong with it
        if len(manifest.tiers) == 1 and manifest.codec is not None:
            found.append((name, manifest.tiers[0].family, path))
    return found
