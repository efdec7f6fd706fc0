"""Presets from elsewhere are copied, and what is wrong with one is said in a line."""

import json
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.presets.importing import import_presets
from rtsynth.host.presets.preset import from_document, preset_files

DOCUMENT = {"format": 1, "plugin": "creek", "hash": "0", "values": {"fill": 0.5}, "seed": 3}


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path / "presets"))
    folder = tmp_path / "brought"
    (folder / "inner").mkdir(parents=True)
    (folder / "dark.json").write_text(json.dumps(DOCUMENT))
    (folder / "inner" / "bright.json").write_text(json.dumps(DOCUMENT | {"seed": 4}))
    return folder


def test_a_folder_and_those_in_it(brought: Path) -> None:
    assert import_presets(brought) == (2, [])
    assert preset_files("creek").names() == ["bright", "dark"]
    assert preset_files("creek").read("bright", from_document).seed == 4
    assert import_presets(brought) == (2, [])  # the same ones again
    assert import_presets(brought / "dark.json") == (1, [])


def test_one_that_is_kept_is_not_overwritten(brought: Path) -> None:
    import_presets(brought)
    (brought / "dark.json").write_text(json.dumps(DOCUMENT | {"seed": 9}))
    count, (line,) = import_presets(brought)
    assert count == 1
    assert line.startswith(f"{brought / 'dark.json'}: there is another preset of that name")
    assert preset_files("creek").read("dark", from_document).seed == 3


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", "{", "not JSON"),
        ("a.json", "[]", "format is not 1"),
        ("a.json", json.dumps({"format": 1}), "plugin, hash: not texts"),
        ("a?.json", json.dumps(DOCUMENT), "not the file of a preset"),
        ("a.txt", json.dumps(DOCUMENT), "not the file of a preset"),
    ],
)
def test_what_is_no_preset(brought: Path, name: str, text: str, said: str) -> None:
    path = brought / name
    path.write_text(text)
    count, problems = import_presets(path)
    assert count == 0
    assert len(problems) == 1
    assert str(path) in problems[0]
    assert said in problems[0]
    assert not preset_files("creek").folder.exists()


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        import_presets(tmp_path / "absent")
