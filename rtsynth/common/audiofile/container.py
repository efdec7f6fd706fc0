"""What a container says of its length, and bytes in front of its data that say the truth."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from rtsynth.common.audiofile.chunks import held
from rtsynth.common.audiofile.mp3 import behind_tags, mp3_data
from rtsynth.common.audiofile.splice import Splice
from rtsynth.common.audiofile.wav import wav_data

_LONGEST_PAGE = 27 + 255 + 255 * 255  # bytes of Ogg
_FLAC_HEAD = 26  # bytes up to the number of samples, its last five but 4 bits


@dataclass(frozen=True)
class Container:
    """How a file is to be opened.

    `source` stands for the file where its header is wrong. `said` is the number of
    frames that the header states, None: it states none (`silent_header`), or libsndfile's number is
    as good. `missing` bytes are not there.
    """

    source: Splice | None = None
    said: int | None = None
    silent_header: bool = False
    said_bytes: tuple[int, int] | None = None  # of the sound: said, and there
    missing: tuple[int, int] | None = None  # bytes of an Ogg: there, and that should be


def look_into(file: BinaryIO, size: int) -> Container:
    """What to know before libsndfile opens a file of `size` bytes."""
    head = file.read(32)
    file.seek(0)
    if head[:4] in (b"RIFF", b"RF64"):
        return _wav(file, size)
    if head[:4] == b"fLaC" and len(head) >= _FLAC_HEAD:
        return _flac(file, size, head[:_FLAC_HEAD])
    if head[:3] == b"ID3" or head[:1] == b"\xff":
        return _mp3(file, size)
    if head[:4] == b"OggS":
        return Container(missing=_missing(file, size))
    return _chunked(file, size)


def _wav(file: BinaryIO, size: int) -> Container:
    data = wav_data(file, size)
    if data is None or not data.differs:
        return Container()
    return _held(file, data.start, data.end, data.said, data.head)


def _chunked(file: BinaryIO, size: int) -> Container:
    data = held(file, size)
    if data is None or data.said == data.end - data.start:
        return Container()
    return _held(file, data.start, data.end, data.said, data.head)


def _held(file: BinaryIO, start: int, end: int, said: int | None, head: bytes | None) -> Container:
    return Container(
        None if head is None else Splice(file, head, start, end),
        silent_header=said is None,
        said_bytes=None if said is None or end <= start else (said, end - start),
    )


def _flac(file: BinaryIO, size: int, head: bytes) -> Container:
    """A FLAC is read to its end whatever its header says; that ends in 36 bits of the samples."""
    (packed,) = struct.unpack(">Q", head[-8:])
    said = packed & ((1 << 36) - 1)
    unknown = head[:-8] + struct.pack(">Q", packed & ~((1 << 36) - 1))
    return Container(
        Splice(file, unknown, _FLAC_HEAD, size), said=said or None, silent_header=said == 0
    )


def _mp3(file: BinaryIO, size: int) -> Container:
    data = mp3_data(file, size)
    if data is None:  # a decoder would say a line of its own for every tag
        start = behind_tags(file)
        return Container(Splice(file, b"", start, size) if start else None)
    if data.said == data.frames:
        return Container()
    said = None if data.said is None else data.said * data.samples
    return Container(Splice(file, data.head, data.start, size), said=said)


def _missing(file: BinaryIO, size: int) -> tuple[int, int] | None:
    file.seek(max(0, size - _LONGEST_PAGE))
    wanted = size + _missing_of_page(file.read())
    return (size, wanted) if wanted > size + 1 else None


def _missing_of_page(tail: bytes) -> int:
    """What is missing of the last page of an Ogg stream (RFC 3533) that ends with `tail`."""
    page = tail[tail.rfind(b"OggS") :]
    if len(page) < 27:
        return 27 - len(page)
    lengths = page[27 : 27 + page[26]]
    return 27 + page[26] + sum(lengths) - len(page)
