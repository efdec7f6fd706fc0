"""Records a JACK port together with the server's frame clock, through libjack itself.

PortAudio gives no frame times that can be compared between processes; libjack does: every block is
stamped with `jack_last_frame_time`, and `jack_frame_time` is "now" on the same clock.
"""

import ctypes
import ctypes.util
import errno
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tests.requirements import lacking
from tests.rtsynth.control.programs import wait_until

ENGINE_LEFT = "rtsynth:mix_left"
INPUT, OUTPUT = 1, 2  # JackPortIsInput, JackPortIsOutput
AUDIO = b"32 bit float mono audio"  # JACK_DEFAULT_AUDIO_TYPE
NO_START_SERVER = 1
PROCESS = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p)


def _library() -> ctypes.CDLL:
    name = ctypes.util.find_library("jack")
    if name is None:
        lacking("libjack is not installed (Debian: apt install jackd2)")
    jack = ctypes.CDLL(name)
    handle, text = ctypes.c_void_p, ctypes.c_char_p
    signatures = {
        "jack_client_open": (handle, [text, ctypes.c_int, ctypes.c_void_p]),
        "jack_client_close": (ctypes.c_int, [handle]),
        "jack_port_register": (handle, [handle, text, text, ctypes.c_ulong, ctypes.c_ulong]),
        "jack_port_get_buffer": (handle, [handle, ctypes.c_uint32]),
        "jack_port_name": (text, [handle]),
        "jack_set_process_callback": (ctypes.c_int, [handle, PROCESS, ctypes.c_void_p]),
        "jack_activate": (ctypes.c_int, [handle]),
        "jack_connect": (ctypes.c_int, [handle, text, text]),
        "jack_get_ports": (ctypes.POINTER(text), [handle, text, text, ctypes.c_ulong]),
        "jack_free": (None, [ctypes.c_void_p]),
        "jack_last_frame_time": (ctypes.c_uint32, [handle]),
        "jack_frame_time": (ctypes.c_uint32, [handle]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(jack, name)
        function.restype, function.argtypes = result, arguments
    return jack


class JackCapture:
    """One input port; `blocks` collects (frame time of the first sample, samples [n])."""

    def __init__(self, name: str = "capture") -> None:
        self._jack = _library()
        self._client = self._jack.jack_client_open(name.encode(), NO_START_SERVER, None)
        assert self._client, "no JACK server"
        self._port = self._jack.jack_port_register(self._client, b"in", AUDIO, INPUT, 0)
        self.blocks: list[tuple[int, NDArray[np.float32]]] = []
        self._process = PROCESS(self._take)  # kept: libjack holds only its address
        self._jack.jack_set_process_callback(self._client, self._process, None)
        self._jack.jack_activate(self._client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._jack.jack_client_close(self._client)

    def _take(self, frames: int, unused: object) -> int:
        buffer = self._jack.jack_port_get_buffer(self._port, frames)
        samples = np.frombuffer((ctypes.c_float * frames).from_address(buffer), np.float32).copy()
        self.blocks.append((self._jack.jack_last_frame_time(self._client), samples))
        return 0

    def now(self) -> int:
        """The frame that is passing."""
        return int(self._jack.jack_frame_time(self._client))

    def sources(self) -> list[str]:
        """Names of all audio outputs but the sound card's inputs."""
        names = self._jack.jack_get_ports(self._client, None, AUDIO, OUTPUT)
        found = []
        position = 0
        while names and names[position]:
            found.append(names[position].decode())
            position += 1
        self._jack.jack_free(names)
        return [name for name in found if not name.startswith("system:")]

    def connect(self, source: str) -> None:
        """Listen to an output."""
        own = self._jack.jack_port_name(self._port)
        failed = self._jack.jack_connect(self._client, source.encode(), own)
        assert failed in (0, errno.EEXIST)  # an engine connects what was connected the last time

    def connect_engine(self) -> None:
        """Listen to the left of an engine, once its ports have their names.

        (A port that JACK renames while it is being connected stays connected, and silent.)
        """
        assert wait_until(lambda: ENGINE_LEFT in self.sources()), self.sources()
        self.connect(ENGINE_LEFT)

    def heard(self, start: int, frames: int) -> NDArray[np.float32]:
        """Samples [frames] from a frame time on; NaN where a block was missed."""
        out = np.full(frames, np.nan, np.float32)
        for time, samples in list(self.blocks):
            offset = (time - start + (1 << 31)) % (1 << 32) - (1 << 31)  # the clock wraps
            first, last = max(offset, 0), min(offset + samples.size, frames)
            if first < last:
                out[first:last] = samples[first - offset : last - offset]
        return out
