"""`rtsynth play`: starts the engine and the window as processes and keeps them company.

A window that crashes never stops the sound. An engine that crashes, or whose audio stands still (a
sound server that died leaves PortAudio hanging for ever), is started again with the plugins and
values it had.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from pathlib import Path
from types import FrameType
from typing import Any

from rtsynth.control.endpoint import (
    RECEIVE_BUFFER_BYTES,
    bind_udp,
    format_endpoint,
    host_from_here,
    parse_endpoint,
)
from rtsynth.control.osc_commands import value_address
from rtsynth.control.osc_describe import REPLY, DescriptionParts
from rtsynth.control.osc_packet import OscError, decode, encode
from rtsynth.errors import InputError
from rtsynth.plain_text import plain
from rtsynth.take_file import next_take

POLL_S = 0.1
ASK_S = 1.0
START_TIMEOUT_S = 180.0  # a cold start compiles
HANG_S = 6.0
HANG_BLOCKS = 4  # for very long blocks
MAX_RESTARTS = 3  # within FORGIVE_S
FORGIVE_S = 60.0
GRACE_S = 5.0  # for an engine that hangs, or does not play yet, to end
FINISH_S = 30.0  # for one that plays, to finish a recording; the machine may be busy
STOPPED = (signal.SIGINT, signal.SIGTERM)  # somebody wanted it to end


@dataclass(frozen=True)
class EngineCommand:
    """What an engine is started with: plugins, and flags of `rtsynth serve` by name."""

    plugins: list[str] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    settings: list[str] = field(default_factory=list)

    def words(self) -> list[str]:
        """The command line."""
        words = [sys.executable, "-m", "rtsynth", "serve", "--with-parent", *self.plugins]
        for flag, value in self.flags.items():
            words += [flag, value]
        for setting in self.settings:
            words += ["--set", setting]
        return words

    def after(self, description: dict[str, Any], played_s: float) -> "EngineCommand":
        """The command that goes on where an engine was lost: its plugins, the time left, and
        another file for the recording, so that the one before is kept.
        """
        flags = dict(self.flags)
        if "--seconds" in flags:
            flags["--seconds"] = str(max(float(flags["--seconds"]) - played_s, 0.1))
        if "--record" in flags:
            flags["--record"] = str(next_take(Path(flags["--record"])))
        loaded = {slot["slot"]: slot["path"] for slot in description.get("slots", [])}
        in_order = [loaded[number] for number in range(1, len(loaded) + 1) if loaded.get(number)]
        return replace(self, flags=flags, plugins=in_order or self.plugins)


def supervise(command: EngineCommand, osc: str, *, headless: bool) -> int:
    """Run an engine and its window; returns the exit status.

    Raises:
        InputError: `osc` is not a place to listen at.
    """
    host, port = parse_endpoint(osc)
    if port == 0:  # any free one: but the window has to know which
        with bind_udp(host, port) as probe:
            port = probe.getsockname()[1]
    command = replace(command, flags=command.flags | {"--osc": format_endpoint(host, port)})
    problem = None if headless else window_problem()
    with _Supervisor(command, host_from_here(host), port) as supervisor:
        if problem is not None:
            _say(f"{problem.partition(';')[0]}; playing without a window")
        signal.signal(signal.SIGTERM, _raise_exit)
        try:
            return supervisor.run(window=not headless and problem is None)
        except KeyboardInterrupt:
            supervisor.stop_engine()
            return 130


def window_problem() -> str | None:
    """Why there can be no window, or None. Asks the installed window package, if there is one."""
    for entry in entry_points(group="rtsynth.windows"):
        problem: str | None = entry.load()()
        return problem
    return "no window is installed"


def _raise_exit(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


class _Watch:
    """What is known of one engine process."""

    def __init__(self) -> None:
        self.began = self.answered = self.moved = time.monotonic()
        self.ready = False
        self.frames = -1
        self.played_s = 0.0
        self.hang_s = HANG_S

    def take(self, status: dict[str, Any]) -> None:
        """Note an answer."""
        self.answered = time.monotonic()
        if status["frames"] != self.frames:
            self.frames, self.moved = status["frames"], self.answered
        self.played_s = self.frames / status["rate_hz"]
        block_s = status["block_frames"] / status["rate_hz"]
        self.hang_s = max(HANG_S, HANG_BLOCKS * block_s)
        self.ready = True

    def stands_still(self) -> bool:
        """Whether it has been silent for too long."""
        now = time.monotonic()
        if not self.ready:
            return now - self.began > START_TIMEOUT_S
        return now - min(self.answered, self.moved) > self.hang_s


class EngineLine:
    """The line to the engine at HOST:PORT: asks, and takes in the JSON of its answers.

    Raises:
        InputError: there is no such host.
    """

    def __init__(self, host: str, port: int) -> None:
        try:
            family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        except OSError as error:
            raise InputError(f"--osc {format_endpoint(host, port)}: no such host") from error
        self._parts = DescriptionParts()
        self._socket = socket.socket(family, kind)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.connect(address)  # then only the engine's own answers arrive
        self._socket.setblocking(False)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def send(self, address: str, *arguments: float) -> None:
        """Send a message; lost where nobody listens yet (asked again shortly)."""
        with contextlib.suppress(OSError):
            self._socket.send(encode(address, *arguments))

    def replies(self) -> list[tuple[str, dict[str, Any]]]:
        """[(address, document)] of the answers that have arrived."""
        found: list[tuple[str, dict[str, Any]]] = []
        while True:
            try:
                datagram = self._socket.recv(65_536)
            except BlockingIOError:
                return found
            except OSError:
                continue  # a refused datagram, reported late
            with contextlib.suppress(OscError, ValueError):  # not an answer to us
                for message in decode(datagram):
                    whole = self._parts.join(message)
                    if whole is not None and whole.arguments:
                        found += self._documents(whole.address, whole.arguments[0])

    @staticmethod
    def _documents(address: str, text: object) -> list[tuple[str, dict[str, Any]]]:
        document = json.loads(text) if isinstance(text, str) else None
        return [(address, document)] if isinstance(document, dict) else []


class _Supervisor:
    def __init__(self, command: EngineCommand, host: str, port: int) -> None:
        self._command = command
        self._where = format_endpoint(host, port)
        self._window: subprocess.Popen[bytes] | None = None
        self._line = EngineLine(host, port)
        self._description: dict[str, Any] = {}
        self._start_engine()

    def __enter__(self) -> "_Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_engine()
        if self._window is not None and self._window.poll() is None:
            self._window.terminate()
            self._window.wait()
        self._line.close()

    def run(self, *, window: bool) -> int:
        """Until the engine ends or the window is closed."""
        restarts: list[float] = []
        asked = 0.0
        while True:
            time.sleep(POLL_S)
            status = self._engine.poll()
            ended = status is not None
            if status is not None and (
                status >= 0 or -status in STOPPED or not (self._watch.ready or restarts)
            ):
                return 130 if status == -signal.SIGINT else max(status, 1) if status else 0
            if window and (closed := self._window_closed()) is not None:
                return closed
            if time.monotonic() - asked >= (ASK_S if self._watch.ready else POLL_S):
                asked = time.monotonic()
                self._line.send("/status")
                self._line.send("/describe")
            if self._hear() and window and self._window is None and not restarts:
                self._start_window()
            if ended or self._watch.stands_still():
                reason = (
                    f"the engine crashed ({signal.Signals(-(status or 0)).name})"
                    if ended
                    else "the audio stands still"
                )
                restarts = [at for at in restarts if time.monotonic() - at < FORGIVE_S]
                if len(restarts) == MAX_RESTARTS:
                    _say(f"{reason}, again and again; giving up")
                    return 1
                restarts.append(time.monotonic())
                _say(f"{reason}; starting the engine again")
                self.stop_engine()
                self._command = self._command.after(self._description, self._watch.played_s)
                self._start_engine()

    def stop_engine(self) -> None:
        """Let the engine finish (recordings are written), or end it if it does not."""
        if self._engine.poll() is not None:
            return
        plays = self._watch.ready and not self._watch.stands_still()
        self._engine.terminate()
        try:
            self._engine.wait(FINISH_S if plays else GRACE_S)
        except subprocess.TimeoutExpired:
            self._engine.kill()
            self._engine.wait()

    def _start_engine(self) -> None:
        self._engine = subprocess.Popen(self._command.words(), env=os.environ)
        self._watch = _Watch()

    def _start_window(self) -> None:
        words = [sys.executable, "-m", "rtsynth", "gui", "--connect", self._where]
        self._window = subprocess.Popen(words, env=os.environ)

    def _window_closed(self) -> int | None:
        """The status to end with once the window was closed; one that crashed is only reported."""
        if self._window is None or (status := self._window.poll()) is None:
            return None
        if status in (0, 130):  # closed, or Ctrl-C reached it before us
            return status
        self._window = None
        _say(f"the window ended with status {status}; the sound goes on, Ctrl-C ends it")
        return None

    def _hear(self) -> bool:
        """Take in the engine's answers; True when it has just become ready."""
        became_ready = False
        for address, document in self._line.replies():
            if address == REPLY and self._watch.ready:
                self._description = document
            elif address == "/status.reply" and document.get("pid") == self._engine.pid:
                # (Another engine on our port answers with its own pid; ours will say so and end.)
                if not self._watch.ready:
                    became_ready = True
                    self._restore()
                self._watch.take(document)
        return became_ready

    def _restore(self) -> None:
        """Move the controls to where an engine before this one had them."""
        for slot in self._description.get("slots", []):
            for kind in ("parameters", "controls"):
                for row in slot[kind]:
                    if row.get("generated") and not row.get("taken"):
                        continue  # setting it would take it over
                    address = value_address(slot["slot"], row["name"], built_in=kind == "controls")
                    self._line.send(address, float(row["value"]))


def _say(text: str) -> None:
    print(f"rtsynth: {plain(text)}", file=sys.stderr, flush=True)
