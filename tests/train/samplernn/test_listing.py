"""The .csv beside recordings: all of them have one, or none has."""

import re
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.samplernn.listing import find_csvs


def touched(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return paths


def test_none(tmp_path: Path) -> None:
    assert find_csvs(touched(tmp_path, "a.wav", "b.flac")) == []


def test_one_beside_each_in_their_order(tmp_path: Path) -> None:
    recordings = touched(tmp_path, "b.wav", "take 2/a.flac")
    beside = touched(tmp_path, "b.CSV", "take 2/a.csv")
    touched(tmp_path, "other.csv", "b.txt")
    assert find_csvs(recordings) == beside


def test_some_are_missing(tmp_path: Path) -> None:
    recordings = touched(tmp_path, "a.wav", "b.wav")
    touched(tmp_path, "a.csv")
    with pytest.raises(InputError, match=rf"{re.escape(str(tmp_path))}/b.csv: missing.*1 of 2"):
        find_csvs(recordings)


def test_two_for_one(tmp_path: Path) -> None:
    recordings = touched(tmp_path, "a.wav")
    touched(tmp_path, "a.csv", "a.CSV")
    if len(list(tmp_path.iterdir())) < 3:
        return  # a file system that does not tell them apart
    with pytest.raises(InputError, match=r"a.CSV is also there; remove one"):
        find_csvs(recordings)
