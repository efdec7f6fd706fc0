"""The file of learned mappings, by itself."""

import logging
import threading
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.mapping import learned_file as module
from rtsynth.host.mapping.binding import CC, Binding, Physical
from rtsynth.host.mapping.file import load_midi_map
from rtsynth.host.mapping.learned_file import BEFORE_SET_FILE, LearnedFile, learned_file
from rtsynth.host.mapping.table import MidiMap

PITCH = MidiMap((Binding("pitch", Physical(CC, 21), 1),))
GAIN = MidiMap((Binding("gain", Physical(CC, 22), 1),))


def targets(path: Path) -> list[str]:
    return [each.target for each in load_midi_map(path).bindings]


def refuse(address: str, problem: str) -> None:
    pytest.fail(f"{address}: {problem}")


def test_it_is_read_as_it_was_written_last(tmp_path: Path) -> None:
    path = tmp_path / "mappings" / "learned.toml"
    file = LearnedFile(path, refuse)
    assert file.read() == MidiMap()
    for learned in (PITCH, GAIN):
        file.write(learned, "/midi/learn")
    assert file.settle()
    assert targets(path) == ["gain"]
    assert [each.target for each in LearnedFile(path, refuse).read().bindings] == ["gain"]


def test_what_it_had_is_set_aside_once(tmp_path: Path) -> None:
    path, copy = tmp_path / "learned.toml", tmp_path / BEFORE_SET_FILE
    file = LearnedFile(path, refuse)
    file.write(PITCH, "/midi/learn")
    assert file.settle()
    assert not copy.exists()
    file.set_aside()
    for _ in range(2):
        file.write(GAIN, "/midi/learn")
        assert file.settle()
        assert targets(copy) == ["pitch"]


def test_a_damaged_file_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "learned.toml"
    path.write_text("[[map]]\ncc = 200\n")
    said: list[tuple[str, str]] = []
    file = LearnedFile(path, lambda *line: said.append(line))
    with pytest.raises(InputError, match="cc: 200 is not a controller number"):
        file.read()
    file.write(PITCH, "/midi/forget")
    assert path.read_text() == "[[map]]\ncc = 200\n"
    ((address, problem),) = said
    assert address == "/midi/forget"
    assert problem.startswith("not kept for the next start: ")


def test_a_place_that_cannot_be_written_to_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said: list[tuple[str, str]] = []
    file = LearnedFile(tmp_path / "file" / "learned.toml", lambda *line: said.append(line))
    for _ in range(2):  # and it tries again
        file.write(PITCH, "/midi/learn")
        assert file.settle()
    assert [address for address, _ in said] == 2 * ["/midi/learn"]


def test_a_file_that_cannot_be_read_is_reported_and_left_alone(tmp_path: Path) -> None:
    """What it has cannot be set aside: it is not written over, and writing goes on later."""
    path = tmp_path / "learned.toml"
    said: list[tuple[str, str]] = []
    file = LearnedFile(path, lambda *line: said.append(line))
    file.set_aside()
    path.mkdir()  # a folder cannot be read as a file, not even by root
    file.write(PITCH, "/midi/learn")
    assert file.settle()
    assert said == [
        (
            "/midi/learn",
            f"not kept for the next start: {path}: cannot be read (Is a directory)",
        )
    ]
    path.rmdir()
    file.write(GAIN, "/midi/learn")
    assert file.settle()
    assert targets(path) == ["gain"]
    assert len(said) == 1


def test_a_mistake_of_ours_does_not_end_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "learned.toml"
    file = LearnedFile(path, refuse)

    def fail(path: Path, learned: MidiMap) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(module, "write_map", fail)
        file.write(PITCH, "/midi/learn")
        assert file.settle()
    assert "RuntimeError: a bug" in caplog.text
    file.write(GAIN, "/midi/learn")
    assert file.settle()
    assert targets(path) == ["gain"]


def test_a_disk_that_hangs_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(module, "write_map", lambda path, learned: goes_on.wait())
    file = LearnedFile(tmp_path / "learned.toml", refuse)
    file.write(PITCH, "/midi/learn")
    assert not file.settle(0.02)
    (writes,) = [thread for thread in threading.enumerate() if thread.name == "mappings"]
    assert writes.daemon  # the interpreter does not wait for it, either
    goes_on.set()
    assert file.settle()


def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RTSYNTH_MAPPINGS", str(tmp_path))
    assert learned_file() == tmp_path / "learned.toml"
    monkeypatch.delenv("RTSYNTH_MAPPINGS")
    monkeypatch.setattr(module, "data_folder", lambda: tmp_path / "data")
    assert learned_file() == tmp_path / "data" / "mappings" / "learned.toml"
