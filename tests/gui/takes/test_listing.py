"""Takes in a folder: the newest first, their length, and their names."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.common.errors import InputError
from rtsynth_gui.takes.listing import list_takes, names_of, rename_take


def sound(path: Path, seconds: float, age_s: int = 0) -> Path:
    soundfile.write(path, np.zeros(round(8000 * seconds)), 8000)
    os.utime(path, (1_000_000 - age_s, 1_000_000 - age_s))
    return path


def test_takes_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    paths = [
        sound(tmp_path / name, 0.1)
        for name in ("a.wav", "b.wav", "b.flac", "c.wav", "more/c.wav", "more/c.flac")
    ]
    takes = list_takes(tmp_path, paths)
    assert names_of(takes) == {
        paths[0]: "a",
        paths[1]: "b.wav",
        paths[2]: "b.flac",
        paths[3]: f"c.wav  ·  {tmp_path.name}",
        paths[4]: "c.wav  ·  more",
        paths[5]: "c.flac",
    }


def test_what_is_listed(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    old = sound(tmp_path / "old.flac", 2.0, age_s=9)
    new = sound(tmp_path / "new.wav", 61.0, age_s=3)
    other = sound(tmp_path / "more" / "other.wav", 1.0, age_s=6)
    (tmp_path / "notes.txt").write_text("")
    takes = list_takes(tmp_path, [other, tmp_path / "gone.wav"])
    assert [take.path for take in takes] == [new, other, old]
    assert [take.seconds for take in takes] == [61.0, 1.0, 2.0]
    assert takes[0].about.startswith("1:01  ·  WAV  ·  ")
    assert takes[2].about.startswith("0:02  ·  FLAC  ·  ")
    new.write_bytes(b"no sound")
    assert list_takes(tmp_path, [])[0].about == "not readable"
    assert list_takes(tmp_path / "none", []) == []


def test_renaming(tmp_path: Path) -> None:
    take = sound(tmp_path / "a.wav", 0.1)
    taken = sound(tmp_path / "b.wav", 0.2)
    assert rename_take(take, " first try.wav ") == tmp_path / "first try.wav"
    assert not take.exists()
    for name in ("", " ", "b", "x/y", "..", ".x", "a\nb", "y" * 200, "c:d"):
        with pytest.raises(InputError):
            rename_take(tmp_path / "first try.wav", name)
    assert soundfile.info(str(taken)).duration == pytest.approx(0.2)
    with pytest.raises(InputError, match=r"a\.wav"):
        rename_take(take, "z")
    assert rename_take(taken, "Übung é 漢") == tmp_path / "Übung é 漢.wav"
