"""Files in snapshots: what is there, what differs and still stands, what is put back."""

from pathlib import Path

import pytest

from rtsynth.common.errors import ControlError, InputError
from rtsynth.host.named_files import LARGEST_BYTES
from rtsynth.host.presets.kept_files import (
    FOLDERS,
    KeptFile,
    put_back,
    size_of,
    take_files,
    undone_files,
)

DARK, LIVE = "preset/1/dark", "set/live"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path / "presets"))
    monkeypatch.setenv("RTSYNTH_SETS", str(tmp_path / "sets"))
    monkeypatch.setenv("RTSYNTH_LIBRARY", str(tmp_path / "library.json"))
    return tmp_path


def plugin_in(slot: int) -> str:
    if slot != 1:
        raise ControlError(f"slot {slot} is empty")
    return "reed"


def take(*parts: str) -> dict[str, KeptFile]:
    return take_files(parts, plugin_in)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_where_files_are(folder: Path) -> None:
    dark = write(folder / "presets" / "reed" / "dark.json", "1")
    found = take(DARK, LIVE, FOLDERS)
    assert found == {
        DARK: KeptFile(dark, b"1"),
        LIVE: KeptFile(folder / "sets" / "live.json", None),
        FOLDERS: KeptFile(folder / "library.json", None),
    }
    assert size_of(found) == 1


def test_what_is_no_file(folder: Path) -> None:
    """What no file can be called has been, and will be, nowhere."""
    assert take("preset/1/../../x", "set/../x", "set/", "preset/1/a/b", "set/a/b") == {}
    for part, text in (
        ("preset/2/dark", "slot 2 is empty"),
        ("preset/x/dark", "files are preset/SLOT/NAME"),
        ("preset/1", "files are"),
        ("etc/passwd", "files are"),
    ):
        with pytest.raises(ControlError, match=text):
            take(part)
    write(folder / "sets" / "live.json", "x" * (LARGEST_BYTES + 1))
    with pytest.raises(InputError, match=r"live\.json: larger than 8 MB"):
        take(LIVE)
    (folder / "library.json").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        take(FOLDERS)


def test_a_file_goes_back_as_far_as_it_still_stands(folder: Path) -> None:
    """Renamed by one, and the new name saved over by another."""
    old, new = (folder / "sets" / f"{name}.json" for name in ("old", "new"))
    write(old, "1")
    before = take("set/old", "set/new")
    old.rename(new)
    after = take("set/old", "set/new")
    assert undone_files(before, after) == before
    assert put_back(undone_files(before, after)) == []
    assert (old.read_text(), new.exists()) == ("1", False)
    assert undone_files(before, after) == {}
    assert put_back(undone_files(after, before)) == []
    assert (old.exists(), new.read_text()) == (False, "1")
    new.write_text("2")
    assert list(undone_files(before, after)) == ["set/old"]
    assert put_back(undone_files(before, after)) == []
    assert (old.read_text(), new.read_text()) == ("1", "2")


def test_what_did_not_change_is_left_alone(folder: Path) -> None:
    write(folder / "sets" / "live.json", "1")
    assert undone_files(take(LIVE), take(LIVE)) == {}
    assert undone_files(take(LIVE), {}) == {}


def test_what_cannot_be_put_back_is_said(folder: Path) -> None:
    write(folder / "sets", "in the way")
    (problem,) = put_back({LIVE: KeptFile(folder / "sets" / "live.json", b"1")})
    assert "sets" in problem
    (folder / "library.json").mkdir()
    (problem,) = put_back({FOLDERS: KeptFile(folder / "library.json", None)})
    assert "cannot be removed" in problem
