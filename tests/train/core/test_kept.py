"""What is made of recordings is made once, and anew where it is damaged."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth_train.core import kept as kept_module
from rtsynth_train.core.converted import Coding
from rtsynth_train.core.recordings import (
    Reader,
)
from rtsynth_train.core.sound_rules import SoundRules
from tests.train.sines import CODING, HZ, kept_entries, sine


def test_a_conversion_is_kept_and_made_anew_when_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, 0.001 + sine(1.0, 44_100, level=0.005), 44_100, subtype="FLOAT")
    said, again = list[str](), list[str]()
    first = Reader(CODING, say=said.append)
    codes = np.array(first.codes(path))
    first.report(tmp_path, 1)
    (entry,) = kept_entries()
    whole = entry.read_bytes()

    def fail(*_: object) -> None:
        raise AssertionError("was converted again")

    with monkeypatch.context() as patch:
        patch.setattr("rtsynth_train.core.converted._planned", fail)
        second = Reader(CODING, say=again.append)
        kept = second.codes(path)
        second.report(tmp_path, 1)
    np.testing.assert_array_equal(kept, codes)
    assert said == again
    assert any("very quiet" in line for line in said)
    flipped = bytearray(whole)
    flipped[1000] ^= 1
    in_header = whole.replace(b'"channels": 1', b'"channels": 2')
    assert in_header != whole
    for damaged in (whole[:-100], whole[:20], b"", bytes(flipped), in_header):
        entry.write_bytes(damaged)
        np.testing.assert_array_equal(Reader(CODING, say=again.append).codes(path), codes)
        assert entry.read_bytes() == whole
    Reader(Coding(HZ, "mu_law", 1000)).codes(path)
    Reader(CODING, SoundRules(level="peak")).codes(path)
    assert len(kept_entries()) == 3


def test_without_a_place_to_keep_them_they_are_converted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, sine(1.0, 44_100), 44_100)
    expected = np.array(Reader(CODING).codes(path))
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(kept_module, "cache_folder", lambda: (tmp_path / "file", True))
    np.testing.assert_array_equal(Reader(CODING).codes(path), expected)


def test_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    for number in range(4):
        path = tmp_path / f"{number}.wav"
        sf.write(path, sine(0.5, 44_100, 200 + number), 44_100)
        Reader(CODING).codes(path)
    paths = kept_entries()
    for age, path in enumerate(paths):
        os.utime(path, (1000 - age, 1000 - age))
    kept_module.prune(20_000)
    assert kept_entries() == paths[:2]


def test_that_nothing_can_be_kept_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "a.wav", tmp_path / "b.wav"]
    for number, path in enumerate(paths):
        sf.write(path, sine(0.5, 44_100, 200 + number), 44_100)
    expected = [np.array(Reader(CODING).codes(path)) for path in paths]
    for entry in kept_entries():
        entry.unlink()
        entry.mkdir()  # each is refused by its own name
    folder = entry.parent
    for path, codes in zip(paths, expected, strict=True):
        np.testing.assert_array_equal(Reader(CODING).codes(path), codes)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"rtsynth: {folder}: ")
    assert line.endswith("converted recordings are not kept, and are made again at the next start")
