"""How many frames an MP3 file holds, counted, and a first frame that says so.

An MP3 has no length of its own. Encoders put a silent frame in front that states it (Xing,
Info); without one, decoders guess by the bit rate of the first frame, which is wrong for a
variable one.
"""

import mmap
from dataclasses import dataclass
from typing import BinaryIO

_RATES_HZ = (44_100, 48_000, 32_000)
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_LONGEST_GAP = 1 << 16  # bytes without a frame, until a file counts as over
_NO_CRC = 1


@dataclass(frozen=True)
class Frame:
    """What a frame header says: bytes, samples, and where its main data begin."""

    size: int
    samples: int
    side: int
    version: int


@dataclass(frozen=True)
class Mp3Data:
    """`start`: the first byte behind `head`, which states the `frames` that were counted.

    `said` is what the file's own first frame states; None where it has none.
    """

    start: int
    head: bytes
    frames: int
    said: int | None
    samples: int  # of a frame


def frame_at(data: "bytes | mmap.mmap", at: int) -> Frame | None:
    """The frame whose header stands at byte `at`; None where none does."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3  # 3: MPEG 1, 2: 2, 0: 2.5; layer 1: III
    kbits, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or kbits in (0, 15) or rate == 3:
        return None
    first = version == 3
    rate_hz = _RATES_HZ[rate] // (1 if first else 2 if version == 2 else 4)
    bits = 1000 * (_KBITS_1 if first else _KBITS_2)[kbits]
    size = (144 if first else 72) * bits // rate_hz + (head[2] >> 1 & 1)
    mono = head[3] >> 6 == 3
    side = (17 if mono else 32) if first else (9 if mono else 17)
    return Frame(size, 1152 if first else 576, side, version)


def mp3_data(file: BinaryIO, size: int) -> Mp3Data | None:
    """What an open file of `size` bytes holds; None where it is no MP3."""
    if size < 4:
        return None
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = _first_frame(data, behind_tags(file))
        if at is None:
            return None
        first = frame_at(data, at)
        if first is None:
            return None
        said, tag = _told(data, at, first)
        start = at + first.size if tag else at
        frames = _count(data, start)
        if not frames:
            return None
        if tag and said is not None:
            own = bytearray(data[at:start])
            own[tag : tag + 4] = frames.to_bytes(4, "big")
            head = bytes(own)
        else:
            head = _telling(bytes(data[at : at + 4]), frames)
        return Mp3Data(start, head, frames, said, first.samples)


def behind_tags(file: BinaryIO) -> int:
    """The first byte of an open file that is in none of the ID3 tags in front."""
    at = 0
    while True:
        file.seek(at)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3":
            return at
        at += 10 + sum((byte & 127) << 7 * (3 - i) for i, byte in enumerate(head[6:]))


def _first_frame(data: mmap.mmap, at: int) -> int | None:
    """Where the first of two frames in a row stands, from byte `at` on; None: nowhere near."""
    end = min(len(data), at + _LONGEST_GAP)
    while (at := data.find(b"\xff", at, end)) >= 0:
        frame = frame_at(data, at)
        if frame is not None and frame_at(data, at + frame.size) is not None:
            return at
        at += 1
    return None


def _told(data: mmap.mmap, at: int, first: Frame) -> tuple[int | None, int]:
    """(frames, place of that number in the frame) by a first frame without sound.

    Frames is None where it does not state them, the place 0 where it is a frame of sound.
    """
    place = 4 + first.side
    name = data[at + place : at + place + 4]
    if name in (b"Xing", b"Info"):
        flags = data[at + place + 7]
        number = int.from_bytes(data[at + place + 8 : at + place + 12], "big")
        return (number if flags & 1 else None), place + 8
    return None, (36 if data[at + 36 : at + 40] == b"VBRI" else 0)


def _count(data: mmap.mmap, at: int) -> int:
    count, size = 0, len(data)
    while at < size:
        frame = frame_at(data, at)
        if frame is not None:
            count += at + frame.size <= size
            at += frame.size
            continue
        if data[at : at + 3] == b"TAG" or data[at : at + 8] == b"APETAGEX":
            break
        end = min(size, at + _LONGEST_GAP)
        while (at := data.find(b"\xff", at + 1, end)) >= 0:
            frame = frame_at(data, at)
            if frame is not None and (
                at + frame.size >= size or frame_at(data, at + frame.size) is not None
            ):
                break
        if at < 0:
            break
    return count


def _telling(header: bytes, frames: int) -> bytes:
    """A silent frame, like those of `header`, that states `frames`."""
    for kbits in range(1, 15):
        bits = (header[2] & 0x0D) | kbits << 4  # no padding
        candidate = bytes([header[0], header[1] | _NO_CRC, bits, header[3]])
        frame = frame_at(candidate, 0)
        assert frame is not None  # it differs in its bit rate only
        body = bytes(frame.side) + b"Xing" + (1).to_bytes(4, "big") + frames.to_bytes(4, "big")
        if 4 + len(body) <= frame.size:
            return candidate + body + bytes(frame.size - 4 - len(body))
    raise AssertionError("an MP3 frame cannot be that small")
