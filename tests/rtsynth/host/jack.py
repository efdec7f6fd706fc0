"""A JACK server of our own, without sound hardware but with real deadlines."""

import getpass
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

from tests.requirements import lacking

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

START_TIMEOUT_S = 60.0
# Servers are known by name in a registry of 8 places. One that was killed keeps its place until a
# server of the same name comes: with few names, ever the same ones, the registry cannot fill up.
NAMES = tuple(f"rtsynth-test-{number}" for number in range(1, 5))
SHARED_MEMORY = Path("/dev/shm")
LOCK = Path(tempfile.gettempdir()) / f"rtsynth-test-jack-{getpass.getuser()}.lock"


@contextmanager
def one_at_a_time(*, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of whoever runs a JACK server for tests: those of two sessions disturb each
    other. Yields whether it is held (always, unless it is not to `wait`).
    """
    if fcntl is None:
        yield True
        return
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


class JackServer:
    """`with JackServer(...) as server:` and JACK_DEFAULT_SERVER=server.name for its clients.

    Realtime scheduling (SCHED_FIFO 70) where the system allows it; `realtime` says whether.
    """

    def __init__(self, rate_hz: int = 48_000, block_frames: int = 128, playback: int = 2) -> None:
        self.rate_hz, self.block_frames, self.playback = rate_hz, block_frames, playback
        self.name = ""
        self.realtime = False
        self._folder = Path(tempfile.mkdtemp(prefix="rtsynth-jack-"))
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._alone = ExitStack()

    def __enter__(self) -> Self:
        self._alone.enter_context(one_at_a_time())
        for self.name in NAMES:
            if self._start():
                return self
            log = self._log.read_text(errors="replace").strip()
            if "server already active" not in log:
                break
        shutil.rmtree(self._folder)
        self._alone.close()
        lacking(f"jackd does not start here ({log or 'it says nothing'})")

    def __exit__(self, *_: object) -> None:
        self._end()
        shutil.rmtree(self._folder)
        self._alone.close()

    def kill(self) -> None:
        """Let it die without a word, as a crash does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def start_again(self) -> None:
        """Let a server of the same name come back after `kill`."""
        assert self._start(), self._log.read_text(errors="replace")

    def xruns(self) -> int:
        """How many times the server waited in vain for a client, by its own log."""
        return len(re.findall("XRun", self._log.read_text(errors="replace")))

    def _start(self) -> bool:
        # -R asks for realtime priority; where that is not allowed, the server runs without it.
        command = ["jackd", "--no-mlock", "-n", self.name, "-R", "-P", "70", "-d", "dummy"]
        command += ["-r", str(self.rate_hz), "-p", str(self.block_frames)]
        command += ["-P", str(self.playback)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"JACK_NO_AUDIO_RESERVATION": "1"},
            )
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end:
            if self._process.poll() is not None:
                return False
            if self._answers():
                text = self._log.read_text(errors="replace")
                self.realtime = "Cannot use real-time scheduling" not in text
                return True
            time.sleep(0.05)
        self._end()
        return False

    def _end(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def _answers(self) -> bool:
        done = subprocess.run(
            ["jack_lsp", "-s", self.name],
            capture_output=True,
            env=os.environ | {"JACK_NO_START_SERVER": "1"},
            timeout=10,
        )
        return done.returncode == 0 and b"playback" in done.stdout


def forget_dead_servers() -> None:
    """Where no JACK server runs at all, remove what killed ones left in shared memory.

    For the start of a test session: a process that has used JACK keeps the registry mapped.
    """
    with one_at_a_time(wait=False) as alone:
        if not alone:
            return  # another session's server is about to start, or runs
        for process in Path("/proc").glob("[0-9]*/comm"):
            try:
                if process.read_text().startswith("jackd"):
                    return
            except OSError:
                continue  # it has just ended
        for pattern in ("jack-*", "jack_*"):
            for left in SHARED_MEMORY.glob(pattern):
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                elif os.access(left, os.W_OK):
                    left.unlink(missing_ok=True)


def stolen_ms() -> int:
    """How long the machine under this virtual one has kept its cores from it, in all."""
    try:
        return int(Path("/proc/stat").read_text().split()[8]) * 10
    except OSError:
        return 0
