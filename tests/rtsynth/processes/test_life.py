"""Signs of life in memory that two processes share: here, two views of it."""

from pathlib import Path

import pytest

from rtsynth.processes.life import (
    BLOCK_FRAMES,
    ENDING,
    PLAYING,
    PROGRESS,
    RATE_HZ,
    STAGE,
    STARTING,
    WAITS,
    Life,
    private_folder,
)

COUNTER = 3


def test_what_the_engine_writes_is_read(tmp_path: Path) -> None:
    watching = Life(tmp_path, new=True)
    engine = Life(tmp_path)
    assert (watching[STAGE], watching.frames) == (STARTING, 0)
    engine.step()
    engine.step()
    assert watching[PROGRESS] == 2
    words = engine.engine_words(8)
    words[COUNTER] = 960
    assert watching.frames == 0  # it does not play yet
    engine.plays(COUNTER, 48_000, 128, waits=True)
    assert [watching[word] for word in (STAGE, RATE_HZ, BLOCK_FRAMES, WAITS)] == [
        PLAYING, 48_000, 128, 1,
    ]  # fmt: skip
    assert watching.frames == 960
    words[COUNTER] += 128
    assert watching.frames == 1088
    engine.ends()
    assert watching[STAGE] == ENDING


def test_a_new_engine_does_not_see_the_signs_of_the_one_before(tmp_path: Path) -> None:
    Life(tmp_path, new=True)
    old = Life(tmp_path)
    new = Life(tmp_path, new=True)
    old.step()
    assert new[PROGRESS] == 0


def test_there_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="life"):
        Life(tmp_path)


def test_folders_are_private() -> None:
    folder = private_folder()
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()
