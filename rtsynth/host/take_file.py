"""Files that a recording goes to: under their own name, and readable at every moment.

A *take* is one recording. Whatever ends it, a full disk or a killed process, what was written so
far is a file that any player opens: the header is brought up to date with every piece of sound. No
file that exists is ever written over: the take after `take.wav` is `take-2.wav`.

Sources: EBU Tech 3306 (RF64: WAV beyond 4 GiB), Audio Interchange File Format 1.3, RFC 9639 (FLAC).
"""

import os
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from rtsynth.common.audiofile.writing import container_of
from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.files.atomic import library_name, writing

SAMPLE_BYTES = 3  # 24 bits
FULL_SCALE = 2.0**23
LARGEST_UINT32 = 0xFFFF_FFFF
ENDLESS = 1 << 62
_UNNUMBERED = 0xFFFF_FFFF  # a size that is in the ds64 chunk
_DS64_BYTES = 28
_STREAMINFO_AT = 8  # behind "fLaC" and the header of the first metadata block
_TOTAL_BITS = 36


# ------------------------------------------------------------------------------------- headers


def wav_header(frames: int, rate_hz: int, channels: int) -> bytes:
    """The 80 bytes before `frames` of 24-bit sound; RF64 where WAV's sizes do not suffice.

    The room for RF64's sizes is there from the start, as a chunk that readers skip.
    """
    frame = channels * SAMPLE_BYTES
    data = frames * frame
    whole = 72 + data + data % 2
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * frame, frame, 24)
    if whole <= LARGEST_UINT32:
        start, sizes = (b"RIFF", whole), (b"JUNK", bytes(_DS64_BYTES))
    else:
        start = b"RF64", _UNNUMBERED
        sizes = b"ds64", struct.pack("<QQQI", whole, data, frames, 0)
        data = _UNNUMBERED
    return b"".join(
        (
            *(start[0], struct.pack("<I", start[1]), b"WAVE"),
            *(sizes[0], struct.pack("<I", _DS64_BYTES), sizes[1]),
            *(b"fmt ", struct.pack("<I", len(form)), form),
            *(b"data", struct.pack("<I", data)),
        )
    )


def aiff_header(frames: int, rate_hz: int, channels: int) -> bytes:
    """The 54 bytes before `frames` of 24-bit sound."""
    data = frames * channels * SAMPLE_BYTES
    exponent = rate_hz.bit_length() - 1
    rate = struct.pack(">HQ", 16383 + exponent, rate_hz << (63 - exponent))  # an 80-bit float
    return b"".join(
        (
            *(b"FORM", struct.pack(">I", 46 + data + data % 2), b"AIFF"),
            *(b"COMM", struct.pack(">IHIH", 18, channels, frames, 24), rate),
            *(b"SSND", struct.pack(">III", 8 + data, 0, 0)),
        )
    )


class _Plain(NamedTuple):
    """A format that takes plain samples: header of (frames, rate in Hz, channels), sample type, and
    how many samples fit in.
    """

    header: Callable[[int, int, int], bytes]
    sample: str
    most_samples: int


_PLAIN = {
    "WAV": _Plain(wav_header, "<i4", ENDLESS),
    "AIFF": _Plain(aiff_header, ">i4", (LARGEST_UINT32 - 47) // SAMPLE_BYTES),
}


# --------------------------------------------------------------------------------------- names


COUNT = re.compile("[1-9][0-9]{0,2}")


def next_take(path: Path) -> Path:
    """take.wav -> take-2.wav -> take-3.wav: the first that does not exist.

    A time of day at the end, as of take-2026-11-30-093807, is no number to count on from.
    """
    stem, _, number = path.stem.rpartition("-")
    if not (stem and COUNT.fullmatch(number)):
        stem, number = path.stem, "1"
    candidate, count = path, int(number)
    while candidate.exists() or candidate == path:
        count += 1
        candidate = path.with_stem(f"{stem}-{count}")
    return candidate


def create_file(path: Path) -> tuple[Path, int]:
    """A new file at the path, or at the next name that is free; open for writing."""
    with writing(path):  # a name may be too long to be looked for
        if not path.parent.is_dir():
            raise InputError(f"{path}: the folder {path.parent} does not exist; create it first")
        if path.is_dir():
            raise InputError(f"{path}: is a folder; give the name of a file")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        try:
            with writing(path):
                return path, os.open(path, flags, 0o666)
        except InputError as error:
            if not isinstance(error.__cause__, FileExistsError):
                raise
            path = next_take(path)


# ----------------------------------------------------------------------------------------- files


class Take(Protocol):
    """A file being recorded to; `frames` of it are safe."""

    path: Path
    channels: int
    frames: int
    room: int  # frames that still fit in

    def write(self, samples: NDArray[np.float32]) -> None:
        """Add samples [channels, n], -1 to 1.

        Raises:
            OSError: the disk refused; the file holds `frames`, whole.
        """

    def close(self) -> None:
        """End the file.

        Raises:
            OSError: the disk refused; the file holds `frames`, whole.
        """


def new_take(path: Path, rate_hz: int, channels: int = 1) -> Take:
    """A take at the path, or where a file is already, at the next name that is free.

    Raises:
        InputError: an unknown ending, no such folder, or a rate that the format cannot hold.
    """
    plain = _PLAIN.get(container_of(path))
    path, handle = create_file(path)
    if plain is not None:
        return _PlainTake(path, handle, rate_hz, channels, plain)
    try:
        return _FlacTake(path, handle, rate_hz, channels)
    except soundfile.LibsndfileError as error:
        os.close(handle)
        path.unlink()
        raise InputError(f"{path}: {error.error_string.rstrip('.')}") from error


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


class _PlainTake:
    """Samples as they are, behind a header of fixed length."""

    def __init__(self, path: Path, handle: int, rate_hz: int, channels: int, plain: _Plain) -> None:
        self.path, self.channels = path, channels
        self.frames, self.room = 0, plain.most_samples // channels
        self._handle, self._rate_hz = handle, rate_hz
        self._header, self._sample = plain.header, plain.sample
        empty = self._header(0, rate_hz, channels)
        self._start = len(empty)
        try:
            with writing(path):
                _write_all(handle, empty)
        except RtsynthError:
            os.close(handle)
            path.unlink()
            raise

    def write(self, samples: NDArray[np.float32]) -> None:
        scaled = np.rint(samples.T.astype(np.float64, order="C") * FULL_SCALE)
        words = np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(self._sample)
        parts = words.view(np.uint8).reshape(-1, 4)
        kept = parts[:, :SAMPLE_BYTES] if self._sample[0] == "<" else parts[:, 1:]
        try:
            _write_all(self._handle, kept.tobytes())
        except OSError:
            self._cut()
            raise
        self.frames += samples.shape[1]
        self.room -= samples.shape[1]
        self._number()

    def close(self) -> None:
        try:
            if self.frames * self.channels % 2:  # a chunk has an even number of bytes
                _write_all(self._handle, b"\0")
        except OSError:
            self._cut()
            raise
        finally:
            os.close(self._handle)
            self._handle = -1

    def _cut(self) -> None:
        """Without a torn piece at the end."""
        os.ftruncate(self._handle, self._start + self.frames * self.channels * SAMPLE_BYTES)

    def _number(self) -> None:
        """Bring the header up to date: it takes no more room on the disk than it has."""
        os.lseek(self._handle, 0, os.SEEK_SET)
        _write_all(self._handle, self._header(self.frames, self._rate_hz, self.channels))
        os.lseek(self._handle, 0, os.SEEK_END)


class _FlacTake:
    """libsndfile's encoder, and the length in the file's first block that it would write last."""

    def __init__(self, path: Path, handle: int, rate_hz: int, channels: int) -> None:
        self._file = soundfile.SoundFile(
            library_name(path), "w", rate_hz, channels=channels, subtype="PCM_24"
        )
        self.path, self.channels = path, channels
        self.frames, self.room = 0, (1 << _TOTAL_BITS) - 1
        self._handle, self._block = handle, 0
        self._given = 0

    def write(self, samples: NDArray[np.float32]) -> None:
        try:
            self._file.write(samples.T)
        except soundfile.LibsndfileError as error:
            raise OSError(0, error.error_string.rstrip(".")) from error
        self._given += samples.shape[1]
        self.room -= samples.shape[1]
        self._number()

    def close(self) -> None:
        try:
            self._file.close()
            whole = _flac_frames(self._handle)
            if whole < self._given:
                raise OSError(0, "the end of the file was not taken")
            self.frames = whole
        except soundfile.LibsndfileError as error:
            raise OSError(0, error.error_string.rstrip(".")) from error
        finally:
            if self.frames < self._given:
                _set_flac_frames(self._handle, self.frames)
            os.close(self._handle)
            self._handle = -1

    def _number(self) -> None:
        """Only blocks that are whole count; the encoder holds one until it has a sample more."""
        if not self._block:
            self._block = int.from_bytes(os.pread(self._handle, 2, _STREAMINFO_AT + 2), "big")
        if self._block:
            self.frames = max(self._given - 1, 0) // self._block * self._block
            _set_flac_frames(self._handle, self.frames)


def _flac_frames(handle: int) -> int:
    word = int.from_bytes(os.pread(handle, 8, _STREAMINFO_AT + 10), "big")
    return word & ((1 << _TOTAL_BITS) - 1)


def _set_flac_frames(handle: int, frames: int) -> None:
    """Put the length where STREAMINFO has it, and take the checksum of the whole away."""
    word = int.from_bytes(os.pread(handle, 8, _STREAMINFO_AT + 10), "big")
    word = word >> _TOTAL_BITS << _TOTAL_BITS | frames
    os.pwrite(handle, word.to_bytes(8, "big") + bytes(16), _STREAMINFO_AT + 10)


# ---------------------------------------------------------------------------------------- repair


def repaired_frames(path: Path) -> int:
    """Frames of a take that was interrupted, after its header has been made to say so.

    Sound behind what the header counts is taken in; a torn piece at the end is not.

    Raises:
        InputError, WriteError: no such file, not one of ours, or it cannot be written to.
    """
    plain = _PLAIN.get(container_of(path))
    with writing(path):
        handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            if plain is None:
                return _flac_frames(handle)
            try:
                info = soundfile.info(library_name(path))
            except soundfile.LibsndfileError as error:
                raise InputError(f"{path}: {error.error_string.rstrip('.')}") from error
            channels = int(info.channels)
            form = int(info.samplerate), channels
            length, frame = len(plain.header(0, *form)), channels * SAMPLE_BYTES
            if os.read(handle, length) != plain.header(info.frames, *form):
                raise InputError(f"{path}: not a take recorded by rtsynth")
            frames = max(os.fstat(handle).st_size - length, 0) // frame
            frames = min(frames, plain.most_samples // channels)
            os.lseek(handle, 0, os.SEEK_SET)
            _write_all(handle, plain.header(frames, *form))
            os.ftruncate(handle, length + frames * frame)
            if frames * channels % 2:
                os.lseek(handle, 0, os.SEEK_END)
                _write_all(handle, b"\0")
            return frames
        finally:
            os.close(handle)
