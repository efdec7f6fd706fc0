"""MP3s without a length."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.audiofile import frames_of
from tests.rtsynth.common.audiofile.songs import read_reported


def mp3(path: Path, rate_hz: int = 44_100) -> np.ndarray:
    """An MP3 of a variable bit rate: silence, then noise."""
    audio = np.random.default_rng(1).uniform(-0.5, 0.5, 4 * rate_hz)
    audio[: 2 * rate_hz] *= 0
    sf.write(path, audio, rate_hz, bitrate_mode="VARIABLE", compression_level=0.5)
    return audio


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_an_mp3_without_its_first_frame_is_read_to_its_end(tmp_path: Path, rate_hz: int) -> None:
    path = tmp_path / "a.mp3"
    length = len(mp3(path, rate_hz))
    assert frames_of(path) == (length, rate_hz)
    whole = path.read_bytes()
    place = max(whole.find(b"Xing"), whole.find(b"Info"))
    assert place > 0
    second = whole.find(whole[:2], place)
    path.write_bytes(whole[second:])
    assert abs(frames_of(path)[0] - length) < 3 * 1152  # what the coder pads is no longer recorded
    told = whole[: place + 8] + (9).to_bytes(4, "big") + whole[place + 12 :]
    path.write_bytes(told)
    audio, lines = read_reported(path)
    assert abs(len(audio) - length) < 3 * 1152
    assert len(lines) == 1
    assert "all of it is read" in lines[0]
