"""How much sound a WAV file holds: what its header says, and what there is.

A recorder that was stopped, a pipe, or 4 GiB leave a header with another length than the file's.
Behind the data there may be further chunks (names, markers). So the header is right where the
bytes behind its data are chunks up to the end of the file, or empty; otherwise they are sound.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

_UNKNOWN = (0, 0xFFFFFFFF)  # what is written for a length that is not known yet
_LARGEST_HEAD = 1 << 24  # bytes before the data
_MOST_CHUNKS = 1000
_LARGEST_RIFF = (1 << 32) - 1
_ZEROS = 1 << 20
# Chunks that may be cut off at the end of a file.
_KNOWN = (
    b"LIST", b"id3 ", b"ID3 ", b"bext", b"cue ", b"smpl", b"inst", b"fact", b"PEAK", b"iXML",
    b"JUNK", b"junk", b"PAD ", b"FLLR", b"acid", b"afsp", b"_PMX", b"cart", b"plst", b"levl",
)  # fmt: skip


@dataclass(frozen=True)
class WavData:
    """Where the sound lies: bytes `start` to `end`; the header says `said` bytes, None: nothing.

    `head` is the file up to `start`, with the right lengths in it. `frame_bytes` is 0 for what is
    compressed.
    """

    start: int
    end: int
    said: int | None
    head: bytes
    frame_bytes: int

    @property
    def differs(self) -> bool:
        """Whether the header is wrong by a frame or more."""
        return self.said is None or abs(self.end - self.start - self.said) >= max(
            self.frame_bytes, 1
        )


def wav_data(file: BinaryIO, size: int) -> WavData | None:
    """The data of an open file of `size` bytes; None where it is no WAV, or a damaged one."""
    head = file.read(12)
    if len(head) < 12 or head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
        return None
    at, large, frame_bytes = 12, None, 0
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        chunk = file.read(8)
        if len(chunk) < 8:
            return None
        name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
        if name == b"data":
            break
        body = file.read(min(length, 32))
        if name == b"ds64" and len(body) >= 16:
            (large,) = struct.unpack("<Q", body[8:16])
        if name == b"fmt " and len(body) >= 16:
            kind, align = (int.from_bytes(body[i : i + 2], "little") for i in (0, 12))
            frame_bytes = align if kind in (1, 3, 6, 7, 0xFFFE) else 0
        at += 8 + length + length % 2
        if at > min(size, _LARGEST_HEAD):
            return None
    else:
        return None
    start = at + 8
    if head[:4] == b"RF64" and large is not None and length in _UNKNOWN:
        length = large
    said = None if length in (*_UNKNOWN, _LARGEST_RIFF - 8) or length >= 1 << 62 else length
    end = size if said is None or start + said > size else start + said
    if said is None and length == 0 and _is_rest(file, start, size):
        said, end = 0, start  # nothing but chunks: it is empty
    elif end < size and not _is_rest(file, end, size):
        end = size
    if frame_bytes:
        end -= (end - start) % frame_bytes
    file.seek(0)
    return WavData(start, end, said, _header(file.read(at), end - start), frame_bytes)


def _is_rest(file: BinaryIO, at: int, size: int) -> bool:
    """Whether the bytes from `at` on are chunks, a tag, or empty: no sound."""
    file.seek(at)
    begin = file.read(3)
    if begin in (b"TAG", b"ID3"):
        return True
    return _are_chunks(file, at + at % 2, size) or _are_chunks(file, at, size) or _empty(file, at)


def _are_chunks(file: BinaryIO, at: int, size: int) -> bool:
    for _ in range(_MOST_CHUNKS):
        if at >= size:
            return at <= size + 1  # some leave out the last padding
        file.seek(at)
        chunk = file.read(8)
        if not all(32 <= byte < 127 for byte in chunk[:4]):
            return False
        length = int.from_bytes(chunk[4:], "little")
        if at + 8 + length > size:
            return chunk[:4] in _KNOWN
        at += 8 + length + length % 2
    return False


def _empty(file: BinaryIO, at: int) -> bool:
    """Whether only zeros follow: room that was taken ahead."""
    file.seek(at)
    while block := file.read(_ZEROS):
        if block.strip(b"\0"):
            return False
    return True


def _header(before: bytes, length: int) -> bytes:
    """What stands before the data, for `length` bytes of it."""
    chunks = before[12:]
    if chunks[:4] == b"ds64":
        chunks = chunks[8 + int.from_bytes(chunks[4:8], "little") :]
    riff = 4 + len(chunks) + 8 + length
    if riff <= _LARGEST_RIFF:
        sizes = struct.pack("<I", riff), struct.pack("<I", length)
        return b"RIFF" + sizes[0] + b"WAVE" + chunks + b"data" + sizes[1]
    large = struct.pack("<4sIQQQI", b"ds64", 28, riff + 36, length, 0, 0)
    unknown = b"\xff" * 4
    return b"RF64" + unknown + b"WAVE" + large + chunks + b"data" + unknown
