"""A cache is whole or not there: its index, its files, what killed builds leave behind."""

import errno
import json
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.errors import InputError, WriteError
from rtsynth_train.samplernn.cache import (
    CACHE,
    CODES,
    CONDITIONING,
    INDEX,
    LOCK,
    PAD,
    Column,
    Index,
    is_whole,
    locked,
    new_cache,
    read_index,
    remove_leftovers,
)

WHOLE = Index(
    made_of={"codec": {"levels": 256}}, names=["a", "b"], lengths=[100, 50], classes=0,
    columns=[Column("x", 0.0, 1.0)],
)  # fmt: skip
ROWS = 150 + 2 * PAD


def write_index(folder: Path, **changes: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / INDEX).write_text(json.dumps(asdict(WHOLE) | changes))
    return folder


def test_an_index_is_read_back(tmp_path: Path) -> None:
    assert read_index(write_index(tmp_path / CACHE)) == WHOLE


@pytest.mark.parametrize(
    "changes",
    [
        {"lengths": [100]}, {"lengths": [100, 0]}, {"lengths": [100, 5.0]}, {"lengths": 7},
        {"made_of": []}, {"classes": -1}, {"columns": [{"name": "x"}]}, {"more": 1},
    ],
)  # fmt: skip
def test_a_damaged_index_is_none(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert read_index(write_index(tmp_path / CACHE, **changes)) is None


@pytest.mark.parametrize("text", ["", "[" * 100_000, "[]", "\x00"])
def test_another_text_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / INDEX).write_text(text)
    assert read_index(tmp_path) is None
    assert read_index(tmp_path / "nowhere") is None


def test_files_are_as_long_as_the_index_says(tmp_path: Path) -> None:
    (tmp_path / CODES).write_bytes(bytes(ROWS))
    assert not is_whole(tmp_path, WHOLE)
    (tmp_path / CONDITIONING).write_bytes(bytes(4 * ROWS))
    assert is_whole(tmp_path, WHOLE)
    (tmp_path / CODES).write_bytes(bytes(ROWS - 1))
    assert not is_whole(tmp_path, WHOLE)
    many = Index({"codec": {"levels": 257}}, ["a"], [10], 0, [])
    (tmp_path / CODES).write_bytes(bytes(2 * (10 + PAD)))
    assert is_whole(tmp_path, many)


def test_a_new_cache_replaces_the_old_one(tmp_path: Path) -> None:
    cache = tmp_path / "run" / CACHE
    cache.mkdir(parents=True)
    (cache / "old").touch()
    with new_cache(cache) as part:
        (part / CODES).touch()
        assert (cache / "old").exists()
    assert [path.name for path in cache.iterdir()] == [CODES]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_who_comes_second_waits(tmp_path: Path) -> None:
    cache, order = tmp_path / "run" / CACHE, list[str]()

    def build(name: str, inside: threading.Event | None = None) -> None:
        with locked(cache):
            order.append(f"{name} begins")
            if inside is not None:
                inside.set()
                asked.wait(10)
            with new_cache(cache) as part:
                (part / name).touch()
            order.append(f"{name} ends")

    inside, asked = threading.Event(), threading.Event()
    first = threading.Thread(target=build, args=("first", inside))
    first.start()
    assert inside.wait(10)
    second = threading.Thread(target=build, args=("second",))
    second.start()
    second.join(0.2)
    assert order == ["first begins"]
    asked.set()
    first.join()
    second.join()
    assert order == ["first begins", "first ends", "second begins", "second ends"]
    assert [path.name for path in cache.iterdir()] == ["second"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_build_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    cache = tmp_path / "run" / CACHE
    cache.mkdir(parents=True)
    (cache / "old").touch()
    with pytest.raises(WriteError, match="cannot be written"), new_cache(cache):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(InputError, match="cannot be written"), new_cache(cache):
        raise OSError(errno.EACCES, "Permission denied")
    assert [path.name for path in cache.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_leftovers_of_this_run_alone_are_removed(tmp_path: Path) -> None:
    cache = tmp_path / "run" / CACHE
    folders = {
        ".run.killed": [CODES, LOCK], ".run.mine": [CODES, "notes.txt"], ".run.empty": [],
        ".other.killed": [CODES, LOCK],
    }  # fmt: skip
    for folder, names in folders.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).touch()
    remove_leftovers(cache)
    assert {path.name for path in tmp_path.iterdir()} == set(folders) - {".run.killed"}
