"""One recording, read by blocks to the end of its data; what decoders raise becomes InputError."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from rtsynth.common.audiofile.container import look_into
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import library_name
from rtsynth.common.remarks import Say, warn

RATES_HZ = (1000, 1_000_000)  # what recordings have; others would unpack without bound
# Speech at the lowest rates has 64 samples a byte. What has many more, and is long, holds nothing,
# or was made to keep readers busy.
_SAMPLES_PER_BYTE = 200
_LONG_FRAMES = 1 << 25
_BLOCK_SAMPLES = 1 << 15  # of all channels
_LARGEST_SAMPLE = float(np.finfo(np.float32).max)  # beyond it, squares of float64 are infinite
# What soundfile raises besides its own, which is a RuntimeError: for .raw, names, sizes.
_OF_DECODERS = (RuntimeError, TypeError, ValueError, OSError, MemoryError, OverflowError)

F64 = NDArray[np.float64]


class _InOrder(soundfile.SoundFile):
    """Read from its start to its end, without asking where that is.

    soundfile seeks after every read, which some streams cannot.
    """

    def seekable(self) -> bool:
        return False


@contextmanager
def _one_line(path: Path, problem: str) -> Iterator[None]:
    """Whatever a decoder raises, as one line."""
    try:
        yield
    except _OF_DECODERS as error:
        said = getattr(error, "error_string", None) or getattr(error, "strerror", None)
        said = said or str(error) or "the decoder gives no reason"
        reason = " ".join(str(said).split()).rstrip(".")[:200]
        raise InputError(f"{path}: {problem} ({reason})") from error


class Recording:
    """An open file of `channels` channels at `rate_hz`. Use it in a `with`.

    Raises:
        InputError: not there, or no audio that can be read.
    """

    def __init__(self, path: str | Path, say: Say = warn) -> None:
        self.path, self._say = Path(path), say
        self.frames_read = 0
        with _one_line(self.path, "cannot be read"):
            if not self.path.exists():
                raise InputError(f"{self.path}: no such audio file")
            if not self.path.is_file():
                raise InputError(f"{self.path}: no such audio file (it is a folder or a device)")
        with ExitStack() as stack:
            with _one_line(self.path, "cannot be read"):
                file = stack.enter_context(self.path.open("rb"))
                size = os.fstat(file.fileno()).st_size
                self._container = look_into(file, size)
            name: Any = library_name(self.path)
            with _one_line(self.path, "not a readable audio file"):
                if self.path.suffix.lower() == ".raw":
                    raise ValueError("samples without a header: save it as .wav")
                self._file: Any = stack.enter_context(_InOrder(self._container.source or name))
            self._check()
            self._stack = stack.pop_all()
        self.rate_hz: int = self._file.samplerate
        self.channels: int = self._file.channels
        self.byte_size = size

    def _check(self) -> None:
        if self._container.missing is not None:
            there, wanted = self._container.missing
            raise InputError(f"{self.path}: is cut short: {there} of {wanted} bytes are there")
        low, high = RATES_HZ
        if not low <= self._file.samplerate <= high:
            raise InputError(
                f"{self.path}: its sample rate is {self._file.samplerate} Hz, outside "
                f"{low}..{high}; export it again"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def length_s(self) -> float:
        """What was read so far, in seconds."""
        return self.frames_read / self.rate_hz

    def blocks(self) -> Iterator[F64]:
        """Blocks float64 [n, channels] to the end of the data.

        Where the header says otherwise, one line reports it, once the end is known.

        Raises:
            InputError: damaged, cut short, empty, or with samples that are not finite.
        """
        self._check_worth(self._container.said or 0)  # before hours are unpacked
        while len(block := self._read(max(1, _BLOCK_SAMPLES // self.channels))):
            yield block
        self._say_what_differs()

    def skip(self, frames: int) -> int:
        """Read over `frames` frames; how many there were."""
        left = frames
        while left > 0:
            got = len(self._read(min(left, max(1, _BLOCK_SAMPLES // self.channels))))
            if not got:
                break
            left -= got
        return frames - left

    def read(self, frames: int) -> F64:
        """The next frames, float64 [n, channels]; fewer at the end."""
        pieces = [np.zeros((0, self.channels))]
        left = frames
        while left > 0:
            block = self._read(min(left, max(1, _BLOCK_SAMPLES // self.channels)))
            if not len(block):
                break
            pieces.append(block)
            left -= len(block)
        return np.concatenate(pieces)

    def _read(self, frames: int) -> F64:
        out = np.empty((frames, self.channels))
        with _one_line(self.path, f"not readable from {self.length_s:.3f} s on"):
            block: F64 = self._file.read(out=out)
            source = self._container.source
            if source is not None and source.error is not None:
                raise source.error
        wrong = np.flatnonzero(~(np.abs(block) <= _LARGEST_SAMPLE).all(axis=1))
        if wrong.size:
            at = self.frames_read + int(wrong[0])
            raise InputError(
                f"{self.path}: sample {at} ({at / self.rate_hz:.3f} s) is not a finite number;"
                " repair it in a sound editor"
            )
        self.frames_read += len(block)
        self._check_worth(self.frames_read)
        return block

    def _check_worth(self, frames: int) -> None:
        """InputError where so few bytes can only hold that many frames of near silence."""
        if frames > max(_LONG_FRAMES, _SAMPLES_PER_BYTE * self.byte_size // self.channels):
            raise InputError(
                f"{self.path}: its {self.byte_size / 1e6:.1f} MB unpack to"
                f" {frames / self.rate_hz / 60:.0f} min or more of next to nothing; cut it"
            )

    def _say_what_differs(self) -> None:
        container, held_s = self._container, self.length_s
        if not self.frames_read:
            raise InputError(f"{self.path}: has no samples")
        said_s: float | None = None
        if container.said is not None:
            if container.said > self.frames_read and self._file.format == "FLAC":
                raise InputError(
                    f"{self.path}: is cut short: {self.frames_read} of {container.said} samples are"
                    " there"
                )
            said_s = container.said / self.rate_hz
        elif container.said_bytes is not None:
            said, there = container.said_bytes
            said_s = held_s * said / there
        elif not container.silent_header and self._file.frames != self.frames_read:
            said_s = self._file.frames / self.rate_hz
        if container.silent_header:
            self._say(f"{self.path}: its header gives no length; read to the end, {held_s:.3f} s")
        elif said_s is not None and round((said_s - held_s) * self.rate_hz):
            more = "all of it" if said_s < held_s else "what is there"
            digits = 3 if abs(said_s - held_s) >= 0.001 else 6
            header, held = (f"{length:.{digits}f} s" for length in (said_s, held_s))
            self._say(f"{self.path}: its header says {header}, but it holds {held}: {more} is read")


def rate_of(path: str | Path) -> int:
    """The rate of a recording in Hz.

    Raises:
        InputError: as `Recording`.
    """
    with Recording(path) as recording:
        return recording.rate_hz


def frames_of(path: str | Path, say: Say = warn) -> tuple[int, int]:
    """(frames, rate in Hz) of a recording, which is read to its end.

    Raises:
        InputError: not readable to its end, empty, cut short, or not finite.
    """
    with Recording(path, say) as recording:
        for _ in recording.blocks():
            pass
        return recording.frames_read, recording.rate_hz
