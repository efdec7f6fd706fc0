"""Lengths come from the data: headers that say less, more or nothing; MP3s without a length."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.audiofile import frames_of, read_mono, read_part
from rtsynth.common.errors import InputError

RATE_HZ = 8000
LENGTH = 3 * RATE_HZ
CONTAINERS = ("wav", "aiff", "caf", "au", "w64", "rf64")


def song(length: int = LENGTH) -> np.ndarray:
    times = np.arange(length) / RATE_HZ
    return 0.5 * np.sin(2 * np.pi * 300 * times) * (0.6 + 0.4 * np.cos(9 * times))


def heard(path: Path) -> tuple[np.ndarray, list[str]]:
    lines: list[str] = []
    return read_mono(path, say=lines.append), lines


def with_sizes(whole: bytes, riff: int, data: int) -> bytes:
    """A WAV of libsndfile (data at byte 44) with other sizes in its header."""
    assert whole[36:40] == b"data"
    sizes = struct.pack("<I", riff), struct.pack("<I", data)
    return whole[:4] + sizes[0] + whole[8:40] + sizes[1] + whole[44:]


SIZES = {
    "less": (lambda n: (36 + n // 4, n // 4), "its header says 0.750 s, but it holds 3.000 s"),
    "more": (lambda n: (36 + 2 * n, 2 * n), "its header says 6.000 s, but it holds 3.000 s"),
    "nothing": (lambda n: (0, 0), "its header gives no length; read to the end, 3.000 s"),
    "a pipe's": (lambda n: (0xFFFFFFFF, 0xFFFFFFFF), "its header gives no length"),
    "a pipe's less its head": (lambda n: (0xFFFFFFFF, 0xFFFFFFFF - 44), "its header says"),
    "RIFF less 44": (lambda n: (n + 36, n - 8), "its header says"),
    "RIFF alone wrong": (lambda n: (0, n), None),
}


@pytest.mark.parametrize("kind", SIZES)
def test_a_wav_is_read_to_the_end_of_its_data(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, song(), RATE_HZ)
    expected, lines = heard(path)
    assert lines == []
    sizes, said = SIZES[kind]
    path.write_bytes(with_sizes(path.read_bytes(), *sizes(2 * LENGTH)))
    audio, lines = heard(path)
    np.testing.assert_array_equal(audio, expected)
    assert [line.startswith(f"{path}: {said}") for line in lines] == [True] * bool(said)


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


REST = {
    "one chunk": chunk(b"LIST", b"INFOISFT" + bytes(7)),
    "chunks": chunk(b"cue ", bytes(28)) + chunk(b"xyz1", b"odd"),
    "a chunk that is cut": chunk(b"LIST", bytes(5000))[:100],
    "an ID3 tag": b"TAG" + bytes(125),
    "room taken ahead": bytes(6000),
}


@pytest.mark.parametrize("kind", REST)
def test_what_stands_behind_the_sound_is_none(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, song(), RATE_HZ)
    whole = path.read_bytes()
    path.write_bytes(with_sizes(whole + REST[kind], len(whole) + len(REST[kind]) - 8, 2 * LENGTH))
    audio, lines = heard(path)
    assert (len(audio), lines) == (LENGTH, [])


def test_an_empty_wav_with_chunks_behind_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, song(0), RATE_HZ)
    path.write_bytes(path.read_bytes() + REST["chunks"])
    with pytest.raises(InputError, match="has no samples"):
        heard(path)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_every_container(tmp_path: Path, container: str, subtype: str) -> None:
    """Whole; cut in the middle; and going on behind what the header says, as after a crash."""
    path = tmp_path / f"a.{container}"
    width = 2 if subtype == "PCM_16" else 4
    sf.write(path, song(), RATE_HZ, subtype=subtype)
    whole = path.read_bytes()
    expected, lines = heard(path)
    assert (len(expected), lines) == (LENGTH, [])
    path.write_bytes(whole[: len(whole) - width * LENGTH // 2])
    audio, lines = heard(path)
    assert abs(len(audio) - LENGTH / 2) < 40
    np.testing.assert_array_equal(audio, expected[: len(audio)])
    assert len(lines) == 1
    assert "its header says" in lines[0]
    assert "what is there is read" in lines[0]
    sf.write(path, song(LENGTH // 4), RATE_HZ, subtype=subtype)
    path.write_bytes(path.read_bytes() + whole[len(whole) - width * 3 * LENGTH // 4 :])
    audio, lines = heard(path)
    np.testing.assert_array_equal(audio, expected)
    assert lines == [f"{path}: its header says 0.750 s, but it holds 3.000 s: all of it is read"]


def test_flac_of_unknown_length(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    sf.write(path, song(), RATE_HZ)
    expected, lines = heard(path)
    assert lines == []
    whole = bytearray(path.read_bytes())
    whole[21] &= 0xF0
    whole[22:26] = bytes(4)
    path.write_bytes(whole)
    audio, lines = heard(path)
    np.testing.assert_array_equal(audio, expected)
    assert lines == [f"{path}: its header gives no length; read to the end, 3.000 s"]
    whole[24:26] = (8000).to_bytes(2, "big")
    path.write_bytes(whole)
    audio, lines = heard(path)
    assert len(audio) == LENGTH
    assert lines == [f"{path}: its header says 1.000 s, but it holds 3.000 s: all of it is read"]


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
    assert abs(frames_of(path)[0] - length) < 3 * 1152  # what the coder pads is no longer told
    told = whole[: place + 8] + (9).to_bytes(4, "big") + whole[place + 12 :]
    path.write_bytes(told)
    audio, lines = heard(path)
    assert abs(len(audio) - length) < 3 * 1152
    assert len(lines) == 1
    assert "all of it is read" in lines[0]


@pytest.mark.parametrize("name", ["a.flac", "a.wav", "a.mp3", "a.ogg"])
def test_a_part_is_that_part_of_the_whole(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    sf.write(path, song(), RATE_HZ)
    whole = read_mono(path)
    np.testing.assert_array_equal(read_part(path, RATE_HZ, 0.5, 1.0), whole[4000:12_000])
    np.testing.assert_array_equal(read_part(path, RATE_HZ, 0.0, 9.0), whole)
    np.testing.assert_array_equal(read_part(path, RATE_HZ, 2.5, 1.0), whole[20_000:])
    resampled = read_mono(path, 16_000)
    part = read_part(path, 16_000, 0.5, 1.0)
    np.testing.assert_allclose(part, resampled[8000:24_000], atol=1e-4)
    assert read_part(path, RATE_HZ, 4.0, 1.0).size == 0
