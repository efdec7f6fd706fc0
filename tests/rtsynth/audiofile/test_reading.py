"""Reading recordings: channels, rates, and what is no recording."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.audiofile import read_mono
from rtsynth.errors import InputError


def test_channels_are_averaged(tmp_path: Path) -> None:
    left, right = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 1000))
    soundfile.write(tmp_path / "a.wav", np.stack([left, right], axis=1), 16_000, subtype="DOUBLE")
    np.testing.assert_allclose(
        read_mono(tmp_path / "a.wav", 16_000), (left + right) / 2, atol=1e-15
    )


@pytest.mark.parametrize("file_hz", [8000, 22_050, 44_100, 48_000])
def test_other_rates_are_converted(tmp_path: Path, file_hz: int) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(file_hz) / file_hz)
    soundfile.write(tmp_path / "a.flac", 0.5 * tone, file_hz, subtype="PCM_24")
    audio = read_mono(tmp_path / "a.flac", 16_000)
    assert audio.size == 16_000
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    np.testing.assert_allclose(audio[1000:-1000], expected[1000:-1000], atol=1e-4)


def test_what_is_no_recording(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 16_000)
    soundfile.write(tmp_path / "nan.wav", np.array([0, np.nan]), 16_000, subtype="FLOAT")
    (tmp_path / "text.wav").write_text("no audio")
    cases = {
        "absent.wav": "no such audio file",
        ".": "no such audio file",
        "empty.wav": "no samples",
        "nan.wav": "not a finite number",
        "text.wav": "not a readable audio file",
    }
    for name, says in cases.items():
        with pytest.raises(InputError, match=says) as info:
            read_mono(tmp_path / name, 16_000)
        assert str(tmp_path / name) in str(info.value)
        assert "\n" not in str(info.value)
