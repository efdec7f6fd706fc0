"""Programs of others beside the engine on a JACK server: what rolls its transport, what records."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self


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
    """Ecasound, which records whatever is connected to daw:in_1 while JACK's transport rolls.

    By its documentation: `-G:jack,NAME,recv` follows the transport; in the file a sample is where
    the transport was.
    """
    process = subprocess.Popen(
        ["ecasound", "-c", "-B:rt", f"-b:{block_frames}", "-f:f32_le,1,48000",
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
