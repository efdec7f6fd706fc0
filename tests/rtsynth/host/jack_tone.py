"""A JACK client that plays samples over and over, to whoever listens."""

import ctypes
import errno
import threading
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tests.rtsynth.control.jack_capture import AUDIO, NO_START_SERVER, OUTPUT, PROCESS, _library

POLL_S = 0.005


class JackTone:
    """One output port that repeats `samples` [n], connected to an input as soon as that is there.

    `connected` is set from then on.
    """

    def __init__(self, samples: NDArray[np.float32], to: str, name: str = "tone") -> None:
        self._jack = _library()
        self._client = self._jack.jack_client_open(name.encode(), NO_START_SERVER, None)
        assert self._client, "no JACK server"
        self._port = self._jack.jack_port_register(self._client, b"out", AUDIO, OUTPUT, 0)
        self._samples, self._at, self._to = samples, 0, to
        self._process = PROCESS(self._put)  # kept: libjack holds only its address
        self._jack.jack_set_process_callback(self._client, self._process, None)
        self.connected, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._connect, daemon=True)

    def __enter__(self) -> Self:
        self._jack.jack_activate(self._client)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._end.set()
        self._thread.join()
        self._jack.jack_client_close(self._client)

    def _put(self, frames: int, unused: object) -> int:
        buffer = self._jack.jack_port_get_buffer(self._port, frames)
        out = np.frombuffer((ctypes.c_float * frames).from_address(buffer), np.float32)
        out[:] = self._samples[(self._at + np.arange(frames)) % len(self._samples)]
        self._at += frames
        return 0

    def _connect(self) -> None:
        own = self._jack.jack_port_name(self._port)
        while not self._end.wait(POLL_S):
            failed = self._jack.jack_connect(self._client, own, self._to.encode())
            if failed in (0, errno.EEXIST):
                self.connected.set()
