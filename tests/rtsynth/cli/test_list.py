"""`rtsynth list`."""

import json
import re
from pathlib import Path

import pytest

from rtsynth.cli.list import _shortly
from rtsynth.plugin.library import plugin_folders
from tests.rtsynth.cli.run import succeeds

pytestmark = pytest.mark.system


def test_list(plugin_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "rtsynth" / "plugins"
    folder.mkdir(parents=True)
    (folder / "mine.safetensors").write_bytes(plugin_path.read_bytes())
    (folder / "broken.safetensors").write_bytes(b"?")
    environment = {"XDG_DATA_HOME": str(tmp_path)}
    if "rtsynth-tests" not in str(plugin_folders()[0]):
        pytest.skip("XDG_DATA_HOME has no meaning on this system")
    rows = {row["name"]: row for row in json.loads(succeeds("list", "--json", **environment))}
    assert rows["mine"]["parameters"] == ["instrument", "amplitude", "pitch"]
    assert "not a readable" in rows["broken"]["error"]
    text = succeeds("list", **environment)
    assert "mine" in text
    assert re.search(r"^mine .* instrument, amplitude, pitch ", text, re.MULTILINE)
    assert len(rows["vessel"]["parameters"]) == 17
    assert re.search(r"^vessel .* fill and 16 generated ", text, re.MULTILINE)
    assert max(len(line.rstrip()) for line in text.splitlines() if "readable" not in line) < 140
    assert str(folder) in text


def test_not_all_of_many_parameters_are_named() -> None:
    assert _shortly(list("abcd"), set()) == "a, b, c, d"
    assert _shortly(list("abcde"), set()) == "a, b, c, 2 more"
    assert _shortly(list("abcdef"), {"f"}) == "a, b, c, 2 more and 1 generated"
