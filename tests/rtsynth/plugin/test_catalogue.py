"""What plugins say about themselves, without reading what is heavy."""

import os
import shutil
from pathlib import Path

import pytest

import rtsynth
from rtsynth.plugin import catalogue, library
from rtsynth.plugin.catalogue import LONGEST_TEXT, Entry, entry_of
from rtsynth.plugin.file import load_manifest, save
from rtsynth.plugin.library import DEFAULT_PLUGIN, find_plugins


def test_the_plugins_that_ship() -> None:
    entries = {entry.name: entry for entry in catalogue.catalogue()}
    assert set(entries) == set(find_plugins())
    plugin = rtsynth.load(DEFAULT_PLUGIN)
    entry, manifest = entries[DEFAULT_PLUGIN], plugin.manifest
    assert entry.problem == ""
    assert entry.description == manifest.description
    assert entry.sample_rate_hz == plugin.sample_rate_hz
    assert list(entry.parameters) == [each.name for each in plugin.parameters]
    assert entry.generated == 0
    assert entry.tags == tuple(manifest.tags)
    assert "clarinet" in entry.tags
    assert entry.licence == manifest.licence
    assert entry.dataset == manifest.provenance.dataset
    assert entry.size_bytes == find_plugins()[DEFAULT_PLUGIN].stat().st_size
    tiered = entries["vessel"]
    made = rtsynth.load("vessel").manifest.generated
    assert tiered.generated == len(made) > 0
    assert not set(tiered.parameters) & set(made)


def test_a_damaged_file_is_listed_with_its_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "plugin_folders", lambda: [tmp_path])
    (tmp_path / "zither.safetensors").write_bytes(b"no plugin")
    (entry,) = catalogue.catalogue()
    assert entry.name == "zither"
    assert "zither.safetensors: not a readable" in entry.problem
    assert entry.description == ""
    assert entry_of("gone", tmp_path / "gone").problem.startswith(str(tmp_path / "gone"))


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    shutil.copy(find_plugins()[DEFAULT_PLUGIN], path)
    before = entry_of("a", path)
    plugin = rtsynth.load(path)
    long = plugin.manifest.model_copy(update={"description": "x" * 2 * LONGEST_TEXT})
    save(path, long, plugin.tensors)
    os.utime(path, ns=(1, 1))
    after = entry_of("a", path)
    assert before.description == plugin.manifest.description
    assert len(after.description) == LONGEST_TEXT
    assert after.description.endswith("…")
    assert isinstance(after, Entry)


def test_the_manifest_alone_is_the_same() -> None:
    path = find_plugins()[DEFAULT_PLUGIN]
    assert load_manifest(path) == rtsynth.load(path).manifest
