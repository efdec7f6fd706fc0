"""Audio files are whole, in the format of their ending, or not there."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.common.audiofile import writing as audio_write
from rtsynth.common.audiofile.writing import container_of, write_audio
from rtsynth.common.errors import InputError, WriteError
from tests.small_files import small_files


@pytest.mark.parametrize("name", ["a.wav", "a.WAV", "a.flac", "a.aiff", "a.aif"])
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    audio = np.linspace(-0.9, 0.9, 1000)
    write_audio(tmp_path / name, audio, 16_000, "PCM_24")
    read, rate_hz = soundfile.read(tmp_path / name)
    assert rate_hz == 16_000
    np.testing.assert_allclose(read, audio, atol=2.0**-23)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.aiff"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, 60_000)
    refused = pytest.raises(WriteError, match=rf"^{tmp_path / name}: ")
    with refused, small_files(40_000):
        write_audio(tmp_path / name, noise, 16_000)
    assert os.listdir(tmp_path) == []


def test_beyond_4_gib_a_wav_becomes_rf64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert container_of(Path("a.wav"), 1 << 32) == "RF64"
    assert container_of(Path("a.flac"), 1 << 32) == "FLAC"
    with pytest.raises(InputError, match=r"a\.aiff: \.aiff files end at 4 GiB"):
        container_of(Path("a.aiff"), 1 << 32)
    monkeypatch.setattr(audio_write, "LARGEST_WAV_BYTES", 1000)
    write_audio(tmp_path / "a.wav", np.zeros(1000), 16_000)
    about = soundfile.info(tmp_path / "a.wav")
    assert (about.format, about.frames) == ("RF64", 1000)


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"fl\xf6te.wav")
    write_audio(path, np.zeros(10), 16_000)
    assert os.listdir(os.fsencode(tmp_path)) == [b"fl\xf6te.wav"]
