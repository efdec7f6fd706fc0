"""WAVs whose header says less, more or nothing, and what may stand behind the sound."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from tests.rtsynth.common.audiofile.songs import LENGTH, RATE_HZ, read_reported, song


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
    expected, lines = read_reported(path)
    assert lines == []
    sizes, said = SIZES[kind]
    path.write_bytes(with_sizes(path.read_bytes(), *sizes(2 * LENGTH)))
    audio, lines = read_reported(path)
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
    audio, lines = read_reported(path)
    assert (len(audio), lines) == (LENGTH, [])


def test_an_empty_wav_with_chunks_behind_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sf.write(path, song(0), RATE_HZ)
    path.write_bytes(path.read_bytes() + REST["chunks"])
    with pytest.raises(InputError, match="has no samples"):
        read_reported(path)
