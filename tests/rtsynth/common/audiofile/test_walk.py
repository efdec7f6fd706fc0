"""One walker for folders of recordings: depth, formats, hidden files, links; what is left out."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.audiofile import AUDIO_SUFFIXES, find_audio
from rtsynth.common.errors import InputError


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def names(folder: Path) -> tuple[list[str], list[str]]:
    lines: list[str] = []
    found = find_audio(folder, say=lines.append)
    return [path.relative_to(folder).as_posix() for path in found], lines


def test_any_depth_and_any_format_in_the_order_of_names(tmp_path: Path) -> None:
    written = [f"{number:02}{suffix}" for number, suffix in enumerate(AUDIO_SUFFIXES)]
    deep = [f"s/{'d/' * 20}{name.upper()}" for name in written]
    touch(tmp_path, *written, *deep, "notes.txt", "a.csv", "a.params", "wav")
    assert names(tmp_path) == (sorted([*written, *deep]), [])


def test_what_is_left_out_is_said_in_one_line(tmp_path: Path) -> None:
    touch(tmp_path, "a.wav", "._a.wav", ".b.flac", "s/c.m4a", ".hidden/d.wav")
    touch(tmp_path, "run/checkpoint.pt", "run/previews/e.wav", "r/config.json", "r/losses.csv")
    touch(tmp_path, "mine/config.json", "mine/f.wav")
    found, lines = names(tmp_path)
    assert found == ["a.wav", "mine/f.wav"]
    assert lines == [
        f"{tmp_path}: left out: 2 hidden (._a.wav, .b.flac); 1 of a format that cannot be read"
        " (s/c.m4a); 2 of a training run (r, run)"
    ]


def test_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    touch(tmp_path, "set/a.wav", "elsewhere/b.wav")
    (tmp_path / "set" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "set" / "loop").symlink_to(tmp_path / "set")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "set")
    (tmp_path / "set" / "gone.wav").symlink_to(tmp_path / "nowhere.wav")
    found, lines = names(tmp_path / "set")
    assert found == ["a.wav", "more/b.wav"]
    assert len(lines) == 1
    assert "2 met already (loop, more/back)" in lines[0]


def test_one_recording(tmp_path: Path) -> None:
    touch(tmp_path, "a.wav")
    assert find_audio(tmp_path / "a.wav") == [tmp_path / "a.wav"]


def test_what_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "s/a.wav", "s/a.flac", "t/.a.wav", "u.zip")
    cases = {
        "s": "a.wav: a.flac has the same name; rename one of them",
        "t": "no audio files in it",
        "none": "no such file or folder",
        "u.zip": "a packed set; unpack it first: unzip",
    }
    for name, says in cases.items():
        with pytest.raises(InputError, match=says):
            find_audio(tmp_path / name, say=lambda text: None)
    assert len(find_audio(tmp_path / "s", alone=False)) == 2


def test_names_that_are_not_utf_8_are_read(tmp_path: Path) -> None:
    from rtsynth.common.audiofile import frames_of

    path = tmp_path / "caf\udce9.wav"
    sf.write(tmp_path / "a.wav", np.full(100, 0.1), 8000)
    (tmp_path / "a.wav").rename(path)
    assert frames_of(path) == (100, 8000)
