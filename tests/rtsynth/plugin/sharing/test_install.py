"""Plugins are checked before they are in the folder, and replace none unasked."""

import os
import time
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError, PluginError
from rtsynth.plugin import library, load
from rtsynth.plugin.sharing.address import read_address
from rtsynth.plugin.sharing.install import ABANDONED_S, get_url
from tests.rtsynth.plugins import random_plugin


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's plugin folder, which is not there yet; beside it one with what ships."""
    own, shipped = tmp_path / "data" / "plugins", tmp_path / "shipped"
    shipped.mkdir()
    random_plugin(shipped / "flute.safetensors", seed=9)
    monkeypatch.setattr(library, "plugin_folders", lambda: [own, shipped])
    monkeypatch.setattr("rtsynth.plugin.sharing.install.plugin_folders", lambda: [own, shipped])
    return own


def test_it_is_in_the_folder_then(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "horn.safetensors"
    random_plugin(source, seed=1)
    got = get_url(read_address(source.as_uri()))
    assert (got.name, got.path, got.new) == ("horn", folder / "horn.safetensors", True)
    assert got.path.read_bytes() == source.read_bytes()
    assert load(library.resolve("horn")).content_hash == load(source).content_hash
    assert list(folder.iterdir()) == [got.path]
    again = get_url(read_address(source.as_uri(), got.sha256))
    assert (again.path, again.new) == (got.path, False)


def test_names(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "download"
    random_plugin(source, seed=1, name="a/b")
    assert get_url(read_address(source.as_uri())).path == folder / "a_b.safetensors"
    assert get_url(read_address(source.as_uri()), "horn").path == folder / "horn.safetensors"


@pytest.mark.parametrize("name", ["flute", "horn"])
def test_another_of_that_name_stays(folder: Path, tmp_path: Path, name: str) -> None:
    """One of the user's, and one that ships."""
    first, second = tmp_path / "first", tmp_path / "second"
    random_plugin(first, seed=1)
    random_plugin(second, seed=2)
    get_url(read_address(first.as_uri()), "horn")
    with pytest.raises(InputError, match=f"another plugin has the name '{name}'.*--force"):
        get_url(read_address(second.as_uri()), name)
    assert (folder / "horn.safetensors").read_bytes() == first.read_bytes()
    got = get_url(read_address(second.as_uri()), name, force=True)
    assert got.path.read_bytes() == second.read_bytes()


def test_what_is_no_plugin_is_not_kept(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "horn.safetensors"
    source.write_bytes(b"<html>Not found</html>")
    with pytest.raises(PluginError) as refusal:
        get_url(read_address(source.as_uri()))
    assert str(refusal.value).startswith(f"{source.as_uri()}: not a readable .safetensors file")
    assert "\n" not in str(refusal.value)
    assert list(folder.iterdir()) == []


def test_one_that_was_cut_is_not_kept(folder: Path, tmp_path: Path) -> None:
    whole, source = tmp_path / "whole", tmp_path / "horn.safetensors"
    random_plugin(whole)
    source.write_bytes(whole.read_bytes()[:-4])
    with pytest.raises(PluginError, match="not a readable"):
        get_url(read_address(source.as_uri()))
    assert list(folder.iterdir()) == []


def test_what_a_killed_one_left_is_removed(folder: Path, tmp_path: Path) -> None:
    """Not what another one may be fetching into just now."""
    source = tmp_path / "horn.safetensors"
    random_plugin(source)
    long_ago = time.time() - ABANDONED_S - 60
    for name in (".get-left", ".get-begun", ".get-now"):
        (folder / name / "hub").mkdir(parents=True)
        (folder / name / "hub" / "fetched").write_bytes(b"a piece")
        os.utime(folder / name / "hub", (long_ago, long_ago))
        os.utime(folder / name, (long_ago, long_ago))
    old = folder / ".get-left" / "hub" / "fetched"
    os.utime(old, (long_ago, long_ago))
    os.utime(folder / ".get-now")
    got = get_url(read_address(source.as_uri()))
    left = sorted(path.name for path in folder.iterdir())
    assert left == [".get-begun", ".get-now", got.path.name]
