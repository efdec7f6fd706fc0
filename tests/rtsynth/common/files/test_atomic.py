"""Files are written whole or not at all."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from safetensors.numpy import save_file

from rtsynth.common.errors import InputError, WriteError
from rtsynth.common.files.atomic import atomic_write, check_place, writing
from tests.small_files import small_files


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


def test_a_place_can_be_checked_before_there_is_anything_to_write(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    check_place(path)
    path.write_text("old")
    check_place(path)
    assert path.read_text() == "old"
    for wrong, match in (
        (tmp_path / "no" / "a.wav", "the folder .*/no does not exist"),
        (tmp_path, "is a folder"),
        ("/proc/a.wav", "/proc/a.wav: cannot write there"),
    ):
        with pytest.raises(InputError, match=match):
            check_place(wrong)
    assert os.listdir(tmp_path) == ["a.wav"]


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(InputError, match=r"a\.wav: is a folder"), atomic_write(tmp_path / "a.wav"):
        pytest.fail("refused before any work is done")
    assert os.listdir(tmp_path) == ["a.wav"]


def _by_python(path: Path) -> None:
    path.write_bytes(bytes(50_000))


def _by_numpy(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(50_000))


def _by_safetensors(path: Path) -> None:
    save_file({"a": np.zeros(50_000)}, path)


def _by_soundfile(path: Path) -> None:
    soundfile.write(path, np.zeros(50_000), 16_000, format="WAV", subtype="PCM_24")


@pytest.mark.parametrize("write", [_by_python, _by_numpy, _by_safetensors, _by_soundfile])
def test_a_full_disk_is_one_line_and_the_old_file_stays(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    path = tmp_path / "a.bin"
    path.write_text("old")
    with pytest.raises(WriteError) as caught, small_files(20_000), atomic_write(path) as temporary:
        write(temporary)
    assert str(caught.value) == f"{path}: cannot be written (File too large)"
    assert caught.value.exit_status == 1
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_full_disk_while_a_file_grows(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_bytes(bytes(20_000))
    with (
        pytest.raises(WriteError, match=r"losses\.csv: cannot be written \(File too large\)"),
        small_files(20_000),
        writing(path),
        path.open("a") as file,
    ):
        file.write("x" * 100)
    assert path.stat().st_size == 20_000


def test_a_mistake_of_ours_is_not_taken_for_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(RuntimeError, match="ours"), atomic_write(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError("ours")
    with pytest.raises(RuntimeError, match="ours"), writing(path):
        path.write_text("whole")
        raise RuntimeError("ours")
    assert path.read_text() == "whole"


def test_an_error_of_another_file_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, atomic_write(tmp_path / "a"):
        (tmp_path / "missing").read_text()
    assert caught.value.filename == str(tmp_path / "missing")


def test_names_that_are_none(tmp_path: Path) -> None:
    for name in ("x" * 300, "a\0b"):
        with pytest.raises(InputError), atomic_write(tmp_path / name):
            pytest.fail("refused before any work is done")
