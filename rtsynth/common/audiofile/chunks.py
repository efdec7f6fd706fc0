"""How much sound AIFF, AU, CAF and Wave64 files hold, where their headers say otherwise.

As with WAV (`rtsynth.common.audiofile.wav`): a header is right where what follows the data are
chunks up to the end of the file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

_LARGEST_HEAD = 1 << 24  # bytes before the data
_MOST_CHUNKS = 1000
_UNKNOWN = (0, 0xFFFFFFFF, (1 << 64) - 1)
_PLAIN_AIFC = (b"NONE", b"sowt", b"twos", b"fl32", b"FL32", b"fl64", b"FL64", b"in24", b"in32")
_W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"


@dataclass(frozen=True)
class Held:
    """The sound is the bytes `start` to `end`, of which the header says `said`, None: nothing.

    `head` is the file up to `start` with the right lengths; None where it is as good as it is.
    """

    start: int
    end: int
    said: int | None
    head: bytes | None


@dataclass(frozen=True)
class _Chunk:
    name: bytes
    at: int  # of its name
    body: int
    size: int


@dataclass(frozen=True)
class _Rule:
    """How the chunks of a container are written."""

    first: int  # byte
    name_bytes: int
    size_bytes: int
    order: str
    includes_head: bool = False  # whether a size counts name and size, too
    multiple: int = 1  # of bytes, that chunks fill up


_AIFF = _Rule(12, 4, 4, "big", multiple=2)
_CAF = _Rule(8, 4, 8, "big")
_W64 = _Rule(40, 16, 8, "little", includes_head=True, multiple=8)


def held(file: BinaryIO, size: int) -> Held | None:
    """What an open file of `size` bytes holds; None where it is none of these, or damaged."""
    head = file.read(40)
    file.seek(0)
    for mark, look in _KINDS.items():
        if head.startswith(mark):
            return look(file, size, head)
    return None


def _aiff(file: BinaryIO, size: int, head: bytes) -> Held | None:
    chunks = _chunks(file, size, _AIFF, b"SSND")
    if not chunks or chunks[-1].name != b"SSND":
        return None
    common = next((chunk for chunk in chunks if chunk.name == b"COMM"), None)
    if common is None or common.size < 18:
        return None
    data = chunks[-1]
    start = data.body + 8
    end, said = _end(file, size, data, _AIFF)
    end = max(start, end)
    file.seek(0)
    fixed = bytearray(file.read(start))
    at = common.body
    frame = int.from_bytes(fixed[at : at + 2], "big") * -(
        -int.from_bytes(fixed[at + 6 : at + 8], "big") // 8
    )
    packed = head[8:12] == b"AIFC" and bytes(fixed[at + 18 : at + 22]) not in _PLAIN_AIFC
    if packed or not frame:
        return Held(start, end, said, None)
    count = (end - start) // frame
    for place, number in (
        (4, start - 8 + count * frame), (data.at + 4, 8 + count * frame), (at + 2, count),
    ):  # fmt: skip
        fixed[place : place + 4] = (number & 0xFFFFFFFF).to_bytes(4, "big")
    return Held(start, start + count * frame, None if said is None else said - 8, bytes(fixed))


def _caf(file: BinaryIO, size: int, head: bytes) -> Held | None:
    chunks = _chunks(file, size, _CAF, b"data")
    if not chunks or chunks[-1].name != b"data":
        return None
    plain = any(_format(file, chunk) == b"lpcm" for chunk in chunks if chunk.name == b"desc")
    data = chunks[-1]
    start = data.body + 4
    end, said = _end(file, size, data, _CAF)
    end = max(start, end)
    if not plain:
        return None
    file.seek(0)
    fixed = bytearray(file.read(start))
    fixed[data.at + 4 : data.at + 12] = (end - data.body).to_bytes(8, "big")
    return Held(start, end, None if said is None else said - 4, bytes(fixed))


def _format(file: BinaryIO, chunk: _Chunk) -> bytes:
    file.seek(chunk.body + 8)
    return file.read(4)


def _w64(file: BinaryIO, size: int, head: bytes) -> Held | None:
    chunks = _chunks(file, size, _W64, _W64_DATA)
    if not chunks or chunks[-1].name != _W64_DATA:
        return None
    data = chunks[-1]
    end, said = _end(file, size, data, _W64)
    file.seek(0)
    fixed = bytearray(file.read(data.body))
    fixed[16:24] = end.to_bytes(8, "little")
    fixed[data.at + 16 : data.at + 24] = (end - data.at).to_bytes(8, "little")
    return Held(data.body, end, said, bytes(fixed))


def _au(file: BinaryIO, size: int, head: bytes) -> Held | None:
    start, said = (int.from_bytes(head[at : at + 4], "big") for at in (4, 8))
    if not 24 <= start <= min(size, _LARGEST_HEAD):
        return None
    fixed = bytearray(file.read(start))
    fixed[8:12] = min(size - start, 0xFFFFFFFF).to_bytes(4, "big")
    return Held(start, size, None if said in _UNKNOWN else said, bytes(fixed))


_KINDS: dict[bytes, Callable[[BinaryIO, int, bytes], Held | None]] = {
    b"FORM": _aiff,
    b"caff": _caf,
    b"riff\x2e\x91\xcf\x11": _w64,
    b".snd": _au,
}


def _chunk(file: BinaryIO, at: int, rule: _Rule) -> _Chunk | None:
    file.seek(at)
    width = rule.name_bytes + rule.size_bytes
    head = file.read(width)
    if len(head) < width:
        return None
    size = int.from_bytes(head[rule.name_bytes :], "big" if rule.order == "big" else "little")
    size -= width if rule.includes_head else 0
    return _Chunk(head[: rule.name_bytes], at, at + width, size)


def _after(chunk: _Chunk, rule: _Rule) -> int:
    return chunk.body + -(-chunk.size // rule.multiple) * rule.multiple


def _chunks(file: BinaryIO, size: int, rule: _Rule, last: bytes) -> list[_Chunk]:
    """The chunks up to that of the name `last`; none where they do not reach it."""
    found, at = list[_Chunk](), rule.first
    while len(found) < _MOST_CHUNKS and at < min(size, _LARGEST_HEAD):
        chunk = _chunk(file, at, rule)
        if chunk is None:
            break
        found.append(chunk)
        if chunk.name == last:
            return found
        if chunk.size < 0:
            break
        at = _after(chunk, rule)
    return []


def _end(file: BinaryIO, size: int, data: _Chunk, rule: _Rule) -> tuple[int, int | None]:
    """(where the data end, how many bytes the header says)."""
    width = data.body - data.at
    unknown = data.size < 0 or data.size + (width if rule.includes_head else 0) in _UNKNOWN
    if unknown or data.body + data.size > size:
        return size, None if unknown else data.size
    end = data.body + data.size
    at = _after(data, rule)
    for _ in range(_MOST_CHUNKS):
        if at >= size:
            # A gap that is shorter than a chunk is one's filling up.
            return (end if size - end < rule.multiple + 1 else size), data.size
        chunk = _chunk(file, at, rule)
        if chunk is None or chunk.size < 0 or not all(32 <= b < 127 for b in chunk.name[:4]):
            break
        at = _after(chunk, rule)
        if at > size + rule.multiple:
            break
        if at >= size:
            return end, data.size
    return size, data.size
