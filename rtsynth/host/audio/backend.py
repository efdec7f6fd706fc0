"""Audio backends: what takes an engine's sound.

A backend is a function that an installed package names in the entry-point group `rtsynth.audio`;
`--device NAME`, or `--device NAME:TEXT` with a text that is its own affair, plays through it.
Whatever names no backend is a device of PortAudio's.
"""

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError

GROUP = "rtsynth.audio"


class StreamRequest(NamedTuple):
    """What a stream is opened for. A rate or block of None is the backend's choice."""

    words: NDArray[np.int64]  # the engine's, for `rtsynth.host.audio.block.Block`
    channels: int
    rate_hz: int | None
    block_frames: int | None


class Stream(Protocol):
    """Calls the engine back for every block, from `start` to `stop`, on a thread of its own."""

    name: str
    api: str | None  # the sound system, such as "ALSA"; None for one without deadlines
    rate_hz: int
    block_frames: int  # 0: the device decides
    latency_s: float  # from a callback to its sound

    def start(self) -> None:
        """Begin calling back.

        Raises:
            EngineError: it does not start.
        """

    def stop(self) -> None:
        """Stop calling back; return after the last callback. It may be started again."""

    def close(self) -> None:
        """Stop for good."""


# Opens a stream, of what is behind NAME: in the name of the device ("" without it); raises
# InputError for a text that makes no sense, EngineError for what does not open.
Backend = Callable[[StreamRequest, str], Stream]


def find_backend(device: str | None) -> tuple[Backend, str] | None:
    """The backend that a device is of and what it is opened with; None for one of PortAudio's.

    Raises:
        InputError: it is installed, and cannot be imported.
    """
    name, _, text = (device or "").partition(":")
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            try:
                backend: Backend = entry.load()
            except (ImportError, AttributeError) as error:
                raise InputError(
                    f"--device {name} cannot be imported from {entry.value}: {error}"
                ) from error
            return backend, text
    return None
