"""A .zip as a set: what is taken out of it, and what is refused."""

import shutil
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.own.unpacked import unpacked


def pack(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, name.encode())
    return path


def test_a_folder_is_itself(tmp_path: Path) -> None:
    with unpacked(tmp_path, tmp_path / "out") as folder:
        assert folder == tmp_path
    (tmp_path / "folder.zip").mkdir()
    with unpacked(tmp_path / "folder.zip", tmp_path / "out") as folder:
        assert folder == tmp_path / "folder.zip"


def test_what_is_wanted_is_there_until_the_end(tmp_path: Path) -> None:
    source = pack(
        tmp_path / "set.ZIP", "a/b/x.WAV", "a/b/x.params", "config_file.json", "run.py", "a/.x.wav",
        "__MACOSX/a/x.wav", "c\\y.flac",
    )  # fmt: skip
    out = tmp_path / "new" / "out"
    with unpacked(source, out) as folder:
        found = {path.relative_to(folder).as_posix(): path.read_text()
                 for path in folder.rglob("*") if path.is_file()}  # fmt: skip
        assert folder.parent == out.parent  # on the disk that the set is to be on
    assert not folder.exists()
    assert found == {
        "a/b/x.WAV": "a/b/x.WAV", "a/b/x.params": "a/b/x.params",
        "config_file.json": "config_file.json", "c/y.flac": "c\\y.flac",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["../x.wav", "a/../../x.wav", "/x.wav", "C:/x.wav", "..\\x.wav"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    source = pack(tmp_path / "set.zip", "a.wav", name)
    with (
        pytest.raises(InputError, match="leads out of the folder; do not trust it"),
        unpacked(source, tmp_path / "deep" / "out"),
    ):
        pass
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["deep", "set.zip"]


def test_what_cannot_be_unpacked_is_one_line(tmp_path: Path) -> None:
    source = tmp_path / "set.zip"
    source.write_bytes(b"PK but no more")
    with pytest.raises(InputError, match=r"set\.zip: cannot be unpacked \(File is not a zip file"):
        unpacked(source, tmp_path / "out").__enter__()
    pack(source, "a.wav")
    raw = bytearray(source.read_bytes())
    at = raw.index(b"a.wav") + len(b"a.wav")  # the first byte of what is packed
    raw[at] ^= 0xFF
    source.write_bytes(raw)
    with pytest.raises(InputError, match="cannot be unpacked"):
        unpacked(source, tmp_path / "out").__enter__()
    pack(source, "a.wav")
    raw = bytearray(source.read_bytes())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # flag 1: locked
        raw[raw.index(mark) + place] |= 1
    source.write_bytes(raw)
    with pytest.raises(InputError, match="cannot be unpacked .*encrypted.*; unpack it yourself"):
        unpacked(source, tmp_path / "out").__enter__()
    with pytest.raises(InputError, match=r"none\.zip: no such file"):
        unpacked(tmp_path / "none.zip", tmp_path / "out").__enter__()
    assert [path.name for path in tmp_path.iterdir()] == ["set.zip"]


def test_a_set_for_which_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10, 7, 3))
    source = pack(tmp_path / "set.zip", "a.wav")
    with pytest.raises(InputError, match=r"takes 0\.0 GB unpacked, and 0\.0 GB are free in"):
        unpacked(source, tmp_path / "out").__enter__()
