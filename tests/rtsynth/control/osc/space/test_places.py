"""Folders and presets of the library over OSC."""

import json
from pathlib import Path

import pytest

from rtsynth.host.presets.preset import preset_files
from rtsynth.plugin.library import DEFAULT_PLUGIN
from rtsynth.plugin.places import read_places
from tests.rtsynth.control.osc_client import OscClient


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_LIBRARY", str(tmp_path / "library.json"))
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path / "presets"))
    return tmp_path


def test_folders_are_added_listed_and_removed(client: OscClient, kept: Path) -> None:
    folder = kept / "brought"
    folder.mkdir()
    client.send("/plugins/folder/add", str(folder))
    assert client.expect("/done") == ("/plugins/folder/add", str(folder))
    assert read_places() == [folder]
    client.send("/plugins/folders")
    assert client.expect("/plugins/folder") == (1, 1, str(folder))
    assert client.expect("/done") == ("/plugins/folders", 1)
    client.send("/plugins/folder/remove", str(folder))
    assert client.expect("/done") == ("/plugins/folder/remove", str(folder))
    assert read_places() == []
    client.send("/plugins/folder/add", str(kept / "absent"))
    address, line = client.expect("/fail")
    assert address == "/plugins/folder/add"
    assert "not a folder" in str(line)


def test_presets_are_imported_and_listed(client: OscClient, kept: Path) -> None:
    folder = kept / "brought"
    folder.mkdir()
    document = {"format": 1, "plugin": DEFAULT_PLUGIN, "hash": "0", "values": {}}
    (folder / "bright.json").write_text(json.dumps(document))
    (folder / "broken.json").write_text("{")
    client.send("/plugins/presets/import", str(folder))
    path, line = client.expect("/plugins/problem")
    assert path == str(folder)
    assert line == f"{folder / 'broken.json'}: not JSON"
    assert client.expect("/done") == ("/plugins/presets/import", str(folder), 1)
    assert preset_files(DEFAULT_PLUGIN).names() == ["bright"]
    client.send("/plugins/presets")
    assert client.expect("/plugins/presets/names") == (DEFAULT_PLUGIN, 0, 1, "bright")
    assert client.expect("/done") == ("/plugins/presets", 1)
