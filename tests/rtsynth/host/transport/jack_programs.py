"""Programs of others beside the engine on a JACK server: what rolls its transport, what records."""

import ctypes
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np

from rtsynth.host.audio.jack import Signatures, open_client
from rtsynth.host.transport.jack_transport import ROLLING, Position
from tests.rtsynth.control.jack_capture import AUDIO as _AUDIO
from tests.rtsynth.control.jack_capture import OUTPUT as _OUTPUT
from tests.rtsynth.control.jack_capture import PROCESS

_POINTER, _TEXT = ctypes.c_void_p, ctypes.c_char_p
_RULER: Signatures = {
    "jack_port_register": (_POINTER, [_POINTER, _TEXT, _TEXT, ctypes.c_ulong, ctypes.c_ulong]),
    "jack_port_get_buffer": (_POINTER, [_POINTER, ctypes.c_uint32]),
    "jack_set_process_callback": (ctypes.c_int, [_POINTER, PROCESS, _POINTER]),
    "jack_activate": (ctypes.c_int, [_POINTER]),
    "jack_transport_query": (ctypes.c_int, [_POINTER, ctypes.POINTER(Position)]),
}


class Roller:
    """JACK's own `jack_transport`: sends what a musician's program would.

    `do("locate 0", "play")`; "master" and "tempo 96" make it the timebase master.
    """

    def __init__(self, server: str) -> None:
        self._process = subprocess.Popen(
            ["jack_transport"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"JACK_DEFAULT_SERVER": server},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def do(self, *commands: str) -> None:
        """Give it commands."""
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{command}\n" for command in commands))
        self._process.stdin.flush()


@contextmanager
def recorder(server: str, take: Path, block_frames: int) -> Iterator[subprocess.Popen[str]]:
    """Ecasound, which records what is connected to daw:in_1 and in_2 while JACK's transport rolls.

    By its documentation: `-G:jack,NAME,recv` follows the transport.
    """
    process = subprocess.Popen(
        ["ecasound", "-c", "-B:rt", f"-b:{block_frames}", "-f:f32_le,2,48000",
         "-i", "jack", "-o", str(take), "-G:jack,daw,recv"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {"JACK_DEFAULT_SERVER": server, "TERM": "dumb"},
    )  # fmt: skip
    said: list[str] = []
    assert process.stdin is not None
    assert process.stdout is not None
    reader = threading.Thread(target=said.extend, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        process.stdin.write("cs-connect\nengine-launch\n")
        process.stdin.flush()
        yield process
        if process.poll() is None:
            process.stdin.write("engine-halt\nquit\n")
            process.stdin.flush()
            process.wait(20)
    except subprocess.TimeoutExpired:
        pass  # a server that died leaves it hanging
    finally:
        process.kill()
        process.wait()
        reader.join(5)
        process.stdin.close()
        process.stdout.close()


SCALE = 2.0**-20  # of frames as samples: exact in float32, for 5 minutes of a song


class Ruler:
    """A JACK client `ruler` that puts out, at each sample, where the transport is: frames * SCALE.

    Recorded beside something else it says where in the song that was, whatever the recorder does.
    """

    def __init__(self) -> None:
        opened = open_client("ruler", _RULER)
        assert opened is not None, "no JACK server"
        self._calls, self._client = opened
        calls, client = self._calls, self._client
        port = calls["jack_port_register"](client, b"out", _AUDIO, _OUTPUT, 0)
        get_buffer, query = calls["jack_port_get_buffer"], calls["jack_transport_query"]
        position = Position()

        def process(frames: int, unused: object) -> int:
            buffer = get_buffer(port, frames)
            samples = np.frombuffer((ctypes.c_float * frames).from_address(buffer), np.float32)
            rolls = query(client, ctypes.byref(position)) == ROLLING
            samples[:] = (position.frame + np.arange(frames)) * SCALE if rolls else 0.0
            return 0

        self._process = PROCESS(process)  # kept: libjack holds only its address
        calls["jack_set_process_callback"](client, self._process, None)
        assert calls["jack_activate"](client) == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._calls["jack_client_close"](self._client)
