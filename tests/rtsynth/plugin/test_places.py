"""Folders of the library that a user added."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.plugin import library
from rtsynth.plugin.catalogue import catalogue
from rtsynth.plugin.library import find_plugins
from rtsynth.plugin.places import MOST_PLACES, add_place, places_file, read_places, remove_place


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library without folders, and where it is kept."""
    path = tmp_path / "kept" / "library.json"
    monkeypatch.setenv("RTSYNTH_LIBRARY", str(path))
    monkeypatch.setattr(library, "plugin_folders", lambda: [tmp_path / "own"])
    return path


def test_plugins_of_a_folder_and_of_those_in_it_are_found_until_it_is_removed(
    tmp_path: Path, kept: Path
) -> None:
    folder = tmp_path / "brought"
    inner = folder / "inner"
    inner.mkdir(parents=True)
    for path in (folder / "brook", inner / "creek", inner / "notes"):
        path.with_suffix(".txt" if path.name == "notes" else ".safetensors").write_bytes(b"")
    assert find_plugins() == {}
    add_place(folder)
    add_place(folder)
    assert places_file() == kept
    assert read_places() == [folder]
    assert set(find_plugins()) == {"brook", "creek"}
    assert all("not a readable" in entry.problem for entry in catalogue())
    remove_place(folder)
    assert find_plugins() == {}
    assert (folder / "brook.safetensors").exists()


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path / "absent", Path("relative")):
        with pytest.raises(InputError, match="not a folder"):
            add_place(folder)
    with pytest.raises(InputError, match="added: none"):
        remove_place(tmp_path)


def test_there_are_not_too_many(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(MOST_PLACES + 1)]
    for folder in folders:
        folder.mkdir()
    for folder in folders[:-1]:
        add_place(folder)
    with pytest.raises(InputError, match="remove one first"):
        add_place(folders[-1])
    assert read_places() == folders[:-1]


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not JSON"), ("[]", "format"), ('{"format": 1, "folders": [1]}', "folders")],
)
def test_a_damaged_file_is_named_and_left_alone(
    kept: Path, tmp_path: Path, text: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept.parent.mkdir()
    kept.write_text(text)
    with pytest.raises(InputError, match=said) as info:
        add_place(tmp_path)
    assert str(kept) in str(info.value)
    assert kept.read_text() == text
    assert find_plugins() == find_plugins() == {}
    assert caplog.text.count(str(kept)) == 1
    assert said in caplog.text
