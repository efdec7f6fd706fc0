"""Other people's programs that the surfaces are tested with."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from tests.requirements import require
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.jack import JackServer


class Program:
    """A running process; what it prints is kept."""

    def __init__(self, command: list[str], output: IO[bytes]) -> None:
        self._output = output
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )

    def log(self) -> str:
        """What it has printed."""
        return os.pread(self._output.fileno(), 1 << 20, 0).decode(errors="replace")

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        return self.process.poll()

    def wait(self, timeout_s: float) -> int:
        """Its exit status, once it ended."""
        return self.process.wait(timeout_s)

    def end(self) -> None:
        """Ask it to end, then make it."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(command: list[str]) -> Iterator[Program]:
    """A process that is ended with the block."""
    with tempfile.TemporaryFile() as output:
        program = Program(command, output)
        try:
            yield program
        finally:
            program.end()


def wait_until(condition: Callable[[], bool], timeout_s: float = 60.0) -> bool:
    """Whether a condition became true in time."""
    end_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end_s:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def jack_server(
    monkeypatch: pytest.MonkeyPatch, *, rate_hz: int = 48_000, block_frames: int = 128
) -> Iterator[str]:
    """A JACK server without sound hardware, which clients in this process find by default."""
    require("jackd", "jack_lsp")
    with JackServer(rate_hz, block_frames) as server:
        monkeypatch.setenv("JACK_DEFAULT_SERVER", server.name)
        monkeypatch.setenv("JACK_NO_START_SERVER", "1")
        yield server.name


def wait_for_engine(engine: Program, client: OscClient) -> None:
    """Wait until an engine process answers and makes sound."""

    def plays() -> bool:
        assert engine.poll() is None, engine.log()
        try:
            client.send("/status")
            return bool(json.loads(client.expect("/status.reply", 1.0)[0])["callbacks"])
        except (AssertionError, ConnectionRefusedError):
            return False

    assert wait_until(plays, 300), engine.log()
