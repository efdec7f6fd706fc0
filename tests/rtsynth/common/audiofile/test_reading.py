"""Reading recordings: channels, rates, what is no recording, and what would fill the memory."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.common.audiofile import last_part, limits_of, read_end, read_mono, read_part
from rtsynth.common.errors import InputError


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


def test_what_is_no_recording(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 16_000)
    soundfile.write(tmp_path / "nan.wav", np.array([0, np.nan]), 16_000, subtype="FLOAT")
    soundfile.write(tmp_path / "huge.wav", np.array([0, 1e300]), 16_000, subtype="DOUBLE")
    (tmp_path / "text.wav").write_text("no audio")
    (tmp_path / "tags.mp3").write_bytes(b"ID3\x03\0\0\0\0\0\0" * 1000)
    cases = {
        "absent.wav": "no such audio file",
        ".": "no such audio file",
        "empty.wav": "no samples",
        "nan.wav": "not a finite number",
        "huge.wav": "not a finite number",
        "text.wav": "not a readable audio file",
        "tags.mp3": "not a readable audio file",
    }
    for name, says in cases.items():
        with pytest.raises(InputError, match=says) as info:
            read_mono(tmp_path / name, 16_000)
        assert str(tmp_path / name) in str(info.value)
        assert "\n" not in str(info.value)
    assert capfd.readouterr().err == ""  # decoders say nothing of their own


def test_a_tag_in_front_is_no_sound(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", 0.5 * np.sin(np.arange(1000)), 16_000)
    whole = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "b.flac").write_bytes(b"ID3\x03\0\0\0\0\0\x05title" + whole)
    np.testing.assert_array_equal(read_mono(tmp_path / "b.flac"), read_mono(tmp_path / "a.flac"))


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_a_file_that_unpacks_without_end_takes_little_memory(tmp_path: Path, rate_hz: int) -> None:
    """100 kB that are half an hour: 250 MB as float64."""
    path = tmp_path / "a.flac"
    with soundfile.SoundFile(path, "w", 16_000, 1, "PCM_16") as file:
        for number in range(60):
            file.write(np.full(1 << 19, 1000 + number, np.int16))
    assert path.stat().st_size < 200_000
    read_part(path, rate_hz, 0.0, 0.1)  # what is set up once is not counted
    tracemalloc.start()
    part = read_part(path, rate_hz, 1800.0, 1.0)
    low, high = limits_of(path, 16_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert part.size == rate_hz
    assert (round(low * 32_768), round(high * 32_768)) == (1000, 1059)
    assert peak < 5_000_000
    with pytest.raises(InputError, match="unpacks to more than 1[23] million samples"):
        read_mono(path, rate_hz, full_scale=None)


@pytest.mark.parametrize("file_hz", [16_000, 44_100])
def test_the_end_of_a_recording(tmp_path: Path, file_hz: int) -> None:
    """By way of a whole one that is converted: they differ where that one goes on, only."""
    noise = np.random.default_rng(2).uniform(-0.5, 0.5, (3 * file_hz, 2))
    soundfile.write(tmp_path / "a.wav", noise, file_hz, subtype="DOUBLE")
    whole = read_mono(tmp_path / "a.wav", 16_000)
    end = read_end(tmp_path / "a.wav", 16_000, 0.5)
    assert len(end) == 8000
    np.testing.assert_allclose(end, whole[-8000:], atol=1e-3)
    np.testing.assert_array_equal(read_end(tmp_path / "a.wav", 16_000, 10.0), whole)
    np.testing.assert_array_equal(last_part(whole, 16_000, 16_000, 0.5), whole[-8000:])


def test_hours_of_nothing_are_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    with soundfile.SoundFile(path, "w", 16_000, 1, "PCM_16") as file:
        for _ in range(70):
            file.write(np.zeros(1 << 19, np.int16))
    with pytest.raises(InputError, match=r"its 0\.1 MB unpack to 38 min or more of next to"):
        limits_of(path, 16_000)


@pytest.mark.parametrize("file_hz", [1, 999, 2_000_000])
def test_rates_that_no_recording_has(tmp_path: Path, file_hz: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(100, 0.1), file_hz)
    with pytest.raises(InputError, match=f"its sample rate is {file_hz} Hz, outside"):
        read_mono(tmp_path / "a.wav", 16_000)


def test_samples_without_a_header(tmp_path: Path) -> None:
    (tmp_path / "a.raw").write_bytes(bytes(1000))
    with pytest.raises(InputError, match=r"a\.raw: not a readable audio file \(samples without"):
        read_mono(tmp_path / "a.raw", 16_000)
