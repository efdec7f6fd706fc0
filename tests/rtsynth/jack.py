"""A JACK server of our own, without sound hardware but with real deadlines."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from tests.requirements import lacking

START_TIMEOUT_S = 15.0


class JackServer:
    """`with JackServer(...) as server:` and JACK_DEFAULT_SERVER=server.name for its clients.

    Realtime scheduling (SCHED_FIFO 70) where the system allows it; `realtime` says whether.
    """

    def __init__(self, rate_hz: int = 48_000, block_frames: int = 128) -> None:
        self.rate_hz, self.block_frames = rate_hz, block_frames
        self.name = f"rtsynth-{os.getpid()}-{time.monotonic_ns() % 1_000_000}"
        self.realtime = True
        self._folder = Path(tempfile.mkdtemp(prefix="rtsynth-jack-"))
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        for realtime in (True, False):
            self.realtime = realtime
            if self._start():
                return self
        log = self._log.read_text(errors="replace").strip().splitlines()
        shutil.rmtree(self._folder)
        lacking(f"jackd does not start here ({log[-1] if log else 'it says nothing'})")

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder)

    def kill(self) -> None:
        """Let it die without a word, as a crash does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def xruns(self) -> int:
        """How many times the server waited in vain for a client, by its own log."""
        return len(re.findall("XRun", self._log.read_text(errors="replace")))

    def _start(self) -> bool:
        mode = ["-R", "-P", "70"] if self.realtime else ["-r"]
        driver = ["-d", "dummy", "-r", str(self.rate_hz), "-p", str(self.block_frames)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["jackd", "--no-mlock", "-n", self.name, *mode, *driver],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"JACK_NO_AUDIO_RESERVATION": "1"},
            )
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end:
            if self._process.poll() is not None:
                return False
            text = self._log.read_text(errors="replace")
            if "Cannot use real-time scheduling" in text or "cannot lock down" in text.lower():
                break
            if self._answers():
                return True
            time.sleep(0.05)
        self._process.kill()
        self._process.wait()
        return False

    def _answers(self) -> bool:
        if shutil.which("jack_lsp") is None:
            time.sleep(1.0)
            return True
        done = subprocess.run(
            ["jack_lsp", "-s", self.name],
            capture_output=True,
            env=os.environ | {"JACK_NO_START_SERVER": "1"},
            timeout=10,
        )
        return done.returncode == 0 and b"playback" in done.stdout
