"""Containers whose header gives another length, or none."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from tests.rtsynth.common.audiofile.songs import LENGTH, RATE_HZ, read_reported, song

CONTAINERS = ("wav", "aiff", "caf", "au", "w64", "rf64")


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_every_container(tmp_path: Path, container: str, subtype: str) -> None:
    """Whole; cut in the middle; and going on behind what the header says, as after a crash."""
    path = tmp_path / f"a.{container}"
    width = 2 if subtype == "PCM_16" else 4
    sf.write(path, song(), RATE_HZ, subtype=subtype)
    whole = path.read_bytes()
    expected, lines = read_reported(path)
    assert (len(expected), lines) == (LENGTH, [])
    path.write_bytes(whole[: len(whole) - width * LENGTH // 2])
    audio, lines = read_reported(path)
    assert abs(len(audio) - LENGTH / 2) < 40
    np.testing.assert_array_equal(audio, expected[: len(audio)])
    assert len(lines) == 1
    assert "its header says" in lines[0]
    assert "what is there is read" in lines[0]
    sf.write(path, song(LENGTH // 4), RATE_HZ, subtype=subtype)
    path.write_bytes(path.read_bytes() + whole[len(whole) - width * 3 * LENGTH // 4 :])
    audio, lines = read_reported(path)
    np.testing.assert_array_equal(audio, expected)
    assert lines == [f"{path}: its header says 0.750 s, but it holds 3.000 s: all of it is read"]


def test_flac_of_unknown_length(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    sf.write(path, song(), RATE_HZ)
    expected, lines = read_reported(path)
    assert lines == []
    whole = bytearray(path.read_bytes())
    whole[21] &= 0xF0
    whole[22:26] = bytes(4)
    path.write_bytes(whole)
    audio, lines = read_reported(path)
    np.testing.assert_array_equal(audio, expected)
    assert lines == [f"{path}: its header gives no length; read to the end, 3.000 s"]
    whole[24:26] = (8000).to_bytes(2, "big")
    path.write_bytes(whole)
    audio, lines = read_reported(path)
    assert len(audio) == LENGTH
    assert lines == [f"{path}: its header says 1.000 s, but it holds 3.000 s: all of it is read"]
