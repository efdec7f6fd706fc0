"""Putting a plugin that was fetched into the user's plugin folder: checked first, then moved."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rtsynth.common.errors import InputError, PluginError
from rtsynth.common.files.atomic import make_folder, writing
from rtsynth.plugin.file import Plugin, load
from rtsynth.plugin.library import SUFFIX, find_plugins, plugin_folders
from rtsynth.plugin.naming import name_from_file
from rtsynth.plugin.sharing.address import Address
from rtsynth.plugin.sharing.fetch import fetch

SPACE = ".get-"  # what the folders begin with that plugins are fetched into
ABANDONED_S = 3600.0  # without a byte; whoever still fetches gives up long before


@dataclass(frozen=True)
class Installed:
    """`name` is what it is loaded by; not `new`: the same file was there already."""

    name: str
    path: Path
    sha256: str
    new: bool


def get_url(address: Address, name: str | None = None, *, force: bool = False) -> Installed:
    """Fetch a plugin into the user's plugin folder.

    It is named `name`; or by its address; or as it calls itself.

    Raises:
        InputError: it is not there, is no plugin, or another plugin has its name (`force`: that
            one is replaced).
        NetworkError, WriteError: see `fetch`.
    """
    return install(
        lambda target: fetch(address, target), address.shown, name or address.name, force
    )


def install(
    bring: Callable[[Path], str], origin: str, name: str = "", force: bool = False
) -> Installed:
    """Let `bring` write a file, and install it; `bring` returns the file's SHA-256.

    Raises:
        InputError: it is no plugin, or another plugin has its name; errors name the `origin`.
    """
    folder = plugin_folders()[0]
    make_folder(folder)
    _remove_abandoned(folder)
    # On the same disk, so that it is moved at once; under a name that no library lists.
    with writing(folder), tempfile.TemporaryDirectory(prefix=SPACE, dir=folder) as space:
        part = Path(space) / "fetched"
        sha256 = bring(part)
        plugin = _checked(part, origin)
        chosen = name or name_from_file(plugin.name.replace("/", "_").replace("\\", "_"))
        if not chosen:
            raise InputError(f"{origin}: has no name that a file can have; give one with --name")
        target = folder / f"{chosen}{SUFFIX}"
        if _is_same(target, sha256):
            return Installed(chosen, target, sha256, new=False)
        if not force and (other := find_plugins().get(chosen) or _there(target)):
            raise InputError(
                f"{other}: another plugin has the name {chosen!r}; --name gives this one another, "
                "--force takes it in the place of that one"
            )
        os.replace(part, target)
    return Installed(chosen, target, sha256, new=True)


def _remove_abandoned(folder: Path) -> None:
    """What was left by processes that were killed. Another one may be fetching just now."""
    oldest = time.time() - ABANDONED_S
    for space in folder.glob(f"{SPACE}*"):
        with suppress(OSError):  # it is removed by its own process, or is another user's
            newest = max(path.lstat().st_mtime for path in (space, *space.rglob("*")))
            if newest < oldest:
                shutil.rmtree(space)


def _checked(part: Path, origin: str) -> Plugin:
    try:
        return load(part)
    except PluginError as error:
        raise PluginError(str(error).replace(str(part), origin)) from error


def _there(path: Path) -> Path | None:
    return path if path.exists() else None


def _is_same(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
