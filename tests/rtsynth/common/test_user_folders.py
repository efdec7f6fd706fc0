"""Folders of users with a home, without one, and of users that nobody knows."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth.common.user_folders import cache_folder, data_folder


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    cache_folder.cache_clear()
    yield
    cache_folder.cache_clear()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this test alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_users_own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert cache_folder() == (tmp_path / "cache" / "rtsynth", True)
    assert data_folder() == tmp_path / "data" / "rtsynth"


def test_a_home_that_cannot_be_written_to(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    folder, kept = cache_folder()
    assert folder == temporary / f"rtsynth-{os.getuid()}"
    assert kept
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    cache_folder.cache_clear()
    assert cache_folder() == (folder, True)  # the next start finds what this one compiled


@pytest.mark.parametrize("trap", ["open to others", "a link"])
def test_a_folder_that_others_may_have_made_is_not_used(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trap: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    planted = temporary / f"rtsynth-{os.getuid()}"
    if trap == "a link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        planted.symlink_to(tmp_path / "elsewhere")
    else:
        planted.mkdir()
        planted.chmod(0o777)
    folder, kept = cache_folder()
    assert folder != planted
    assert not kept
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_user_that_nobody_knows(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as it does then
    folder, _ = cache_folder()
    assert folder.parent == temporary
    assert data_folder() == folder / "data"
