"""Recordings of every format, mixed down, at another rate; and those that cannot be used."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import soxr

from rtsynth.common.audiofile import frames_of, mono_blocks
from rtsynth.common.errors import InputError
from tests.train.samplernn.sets import RATE_HZ, tone

FORMATS = {
    "8 bit": ("a.wav", "PCM_U8", 2e-2),
    "16 bit": ("a.wav", "PCM_16", 1e-4),
    "24 bit": ("a.wav", "PCM_24", 1e-6),
    "32 bit": ("a.wav", "PCM_32", 1e-6),
    "float": ("a.wav", "FLOAT", 1e-6),
    "double": ("a.wav", "DOUBLE", 1e-6),
    "FLAC": ("a.flac", "PCM_16", 1e-4),
}


def read(path: Path, rate_hz: int = RATE_HZ) -> np.ndarray:
    return np.concatenate(list(mono_blocks(path, rate_hz)))


@pytest.mark.parametrize(("name", "subtype", "error"), FORMATS.values(), ids=FORMATS.keys())
def test_formats(tmp_path: Path, name: str, subtype: str, error: float) -> None:
    audio = tone(300, 0.3)
    sf.write(tmp_path / name, audio, RATE_HZ, subtype=subtype)
    np.testing.assert_allclose(read(tmp_path / name), audio, atol=error)


def test_mp3(tmp_path: Path) -> None:
    audio = tone(300, 0.6, 16000)
    sf.write(tmp_path / "a.mp3", audio, 16000)
    decoded = read(tmp_path / "a.mp3", 16000)
    assert abs(len(decoded) - len(audio)) <= 2500  # a lossy coder pads
    spectrum = np.abs(np.fft.rfft(decoded))
    assert np.argmax(spectrum) / len(decoded) * 16000 == pytest.approx(300, abs=5)


def test_stereo_is_averaged(tmp_path: Path) -> None:
    left, right = tone(300, 0.2), tone(500, 0.2)
    sf.write(tmp_path / "a.wav", np.column_stack([left, right]), RATE_HZ, subtype="FLOAT")
    np.testing.assert_allclose(read(tmp_path / "a.wav"), (left + right) / 2, atol=1e-6)


def test_other_rates_are_resampled_without_a_seam(tmp_path: Path) -> None:
    audio = tone(300, 5.0, 44100)  # several blocks
    sf.write(tmp_path / "a.wav", audio, 44100, subtype="FLOAT")
    expected = soxr.resample(audio, 44100, RATE_HZ)
    decoded = read(tmp_path / "a.wav")
    assert len(decoded) == len(expected)
    np.testing.assert_allclose(decoded, expected, atol=1e-3)


SUFFIXES = {"cut FLAC": "flac", "cut OGG": "ogg"}


def bad(folder: Path, kind: str) -> Path:
    path = folder / f"bad.{SUFFIXES.get(kind, 'wav')}"
    audio = tone(300, 60.0 if kind == "cut OGG" else 3.0)
    if kind == "loud":
        audio[20_000] = -2.0
    if kind == "NaN":
        audio[12_000] = np.nan
    if kind == "infinite":
        audio[12_000] = np.inf
    if kind == "empty":
        audio = audio[:0]
    coding = {"cut FLAC": "PCM_16", "cut OGG": "VORBIS"}.get(kind, "FLOAT")
    sf.write(path, audio, RATE_HZ, subtype=coding)
    if kind.startswith("cut"):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    if kind == "text":
        path.write_text("this is no audio")
    if kind == "no bytes":
        path.write_bytes(b"")
    return path


REFUSED = {
    "NaN": r"sample 12000 \(1.500 s\) is not a finite number",
    "infinite": "sample 12000",
    "empty": "has no samples",
    "cut FLAC": "not readable from [0-9.]+ s on",
    "text": "not a readable audio file",
    "no bytes": "not a readable audio file",
    "cut OGG": "is cut short: [0-9]+ of [0-9]+ bytes",
    "loud": r"reaches 2 at sample 20000 \(2.500 s\); scale it to -1..1",
}


@pytest.mark.parametrize(("kind", "said"), REFUSED.items(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_one_line_with_the_file(
    tmp_path: Path, kind: str, said: str
) -> None:
    path = bad(tmp_path, kind)
    with pytest.raises(InputError, match=said) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "container"), [("a.aiff", None), ("a.wav", "RF64"), ("a.ogg", None)]
)
def test_whole_files_of_those_formats(tmp_path: Path, name: str, container: str | None) -> None:
    audio = tone(300, 3.0)
    sf.write(tmp_path / name, audio, RATE_HZ, format=container)
    assert len(read(tmp_path / name)) == len(audio)


def test_a_little_too_loud_is_left_to_the_codec(tmp_path: Path) -> None:
    audio = 2.5 * tone(300, 0.3)  # up to 1.25
    sf.write(tmp_path / "a.wav", audio, RATE_HZ, subtype="FLOAT")
    np.testing.assert_allclose(read(tmp_path / "a.wav"), audio, atol=1e-6)
    sf.write(tmp_path / "b.wav", 2 * audio, RATE_HZ, subtype="FLOAT")
    assert len(np.concatenate(list(mono_blocks(tmp_path / "b.wav", RATE_HZ, 2.0)))) == len(audio)


def test_frames_and_rate(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", tone(300, 0.5), RATE_HZ)
    assert frames_of(tmp_path / "a.wav") == (RATE_HZ // 2, RATE_HZ)
