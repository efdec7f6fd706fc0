"""Files are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from rtsynth.errors import InputError
from rtsynth.files import atomic_write


def test_the_file_appears_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("old")
    with atomic_write(path) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".wav"
        assert temporary.name.startswith(".")
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.wav"]


def test_it_has_the_permissions_of_a_new_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    with atomic_write(tmp_path / "a") as temporary:
        temporary.write_text("x")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.wav"
    path.write_text("old")
    with pytest.raises(error), atomic_write(path) as temporary:
        temporary.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.wav"]


def test_folders_that_cannot_be_written_to(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"/no: .*|the folder .*/no does not exist"),
        atomic_write(tmp_path / "no" / "a.wav"),
    ):
        pass
    with (
        pytest.raises(InputError, match="/proc/a.wav: cannot write there"),
        atomic_write("/proc/a.wav"),
    ):
        pass


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(InputError, match=r"a\.wav: is a folder"), atomic_write(tmp_path / "a.wav"):
        pytest.fail("refused before any work is done")
    assert os.listdir(tmp_path) == ["a.wav"]
