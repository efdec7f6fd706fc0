"""An engine that plays while it is sent as many OSC messages as a second can hold.

    python -m tests.rtsynth.control.flood [--transport udp] [--rate 50000] [--seconds 10]
        [--rounds 3] [--jack FRAMES] [--buffer BYTES]

The engine and its server in this process, the sender in another. In each round it plays undisturbed
first, then for as long with the flood. Of the callbacks in both: how long they took, and how much
of that they computed (the rest of the time other processes had the core). With `--jack 128` it
plays to a JACK server without sound hardware, which this starts, in blocks of so many frames; else
to the null device, whose thread needs Python's lock. `--buffer 212992` is what a socket is given at
most where nobody has changed Linux's `net.core.rmem_max`.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.engine.live import shared as sh
from tests.rtsynth.host.jack import JackServer

PLUGIN = "clarinet-trumpet"
VOICES = 4
SETTLES_S = 1.0
REST_S = 0.3  # without a message: there are no more
SENDER = "tests.rtsynth.control.flood_sender"


class Callbacks(NamedTuple):
    """Durations of the callbacks of a stretch of time, in microseconds, and what went wrong."""

    took_us: NDArray[np.float64]
    computed_us: NDArray[np.float64]
    xruns: int

    def line(self) -> str:
        """p50, p99.9 and the largest."""
        shown = [
            f"{what} {np.quantile(times, 0.5):.0f} / {np.quantile(times, 0.999):.0f} / "
            f"{times.max():.0f} us"
            for what, times in (("took", self.took_us), ("computed", self.computed_us))
        ]
        return f"{self.took_us.size} callbacks {', '.join(shown)}, {self.xruns} xruns"


class Flood(NamedTuple):
    """What a flood came to: messages, as its sender counts and as the server does."""

    sent: int
    obeyed: int
    failed: int
    late: int  # bundles
    dropped: int  # by our queue
    socket_drops: int  # by the system
    lost_events: int
    seconds: float
    sender_share: float  # of a core
    server_share: float  # of a core, by everything in this process but the callbacks
    quiet: Callbacks
    flooded: Callbacks


class Watch:
    """Callbacks from its making on."""

    def __init__(self, host: Host) -> None:
        self._core = host.core
        self._callbacks = host.core.counter(sh.CALLBACKS)
        self._xruns = host.core.counter(sh.XRUNS)

    def read(self) -> Callbacks:
        core = self._core
        count = core.counter(sh.CALLBACKS) - self._callbacks
        assert 0 < count <= sh.TIMING_CAPACITY
        return Callbacks(
            core.callback_ns(count) / 1e3,
            core.callback_cpu_ns(count) / 1e3,
            core.counter(sh.XRUNS) - self._xruns,
        )


def flood(host: Host, server: OscServer, transport: str, rate: int, seconds: float) -> Flood:
    """One round: undisturbed, then flooded."""
    watch = Watch(host)
    time.sleep(seconds)
    quiet = watch.read()
    before, lost = server.status(), host.status()["lost_events"]
    watch, cpu_s = Watch(host), time.process_time()
    command = [sys.executable, "-m", SENDER, transport, str(server.port), str(rate), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    after = at_rest(server)
    cpu_s, flooded = time.process_time() - cpu_s, watch.read()
    report = json.loads(done.stdout)
    counted = {name: after[name] - before[name] for name in after}
    return Flood(
        sent=report["messages"],
        obeyed=counted["messages"],
        failed=counted["failed"],
        late=counted["late"],
        dropped=counted["dropped"],
        socket_drops=counted["socket_drops"],
        lost_events=host.status()["lost_events"] - lost,
        seconds=report["seconds"],
        sender_share=report["cpu_s"] / report["seconds"],
        server_share=(cpu_s - float(flooded.computed_us.sum()) / 1e6) / report["seconds"],
        quiet=quiet,
        flooded=flooded,
    )


def at_rest(server: OscServer) -> dict[str, int]:
    """The counts of a server, once it has obeyed what it was sent."""
    counts = server.status()
    while True:
        time.sleep(REST_S)
        before, counts = counts, server.status()
        if counts["messages"] == before["messages"]:
            return counts


def line(found: Flood) -> str:
    """What a round has come to, in words."""
    return (
        f"{found.sent / found.seconds:,.0f} messages/s, {found.sent:,} sent, {found.obeyed:,} "
        f"obeyed, {found.failed} failed, {found.late} late, "
        f"{found.dropped} dropped, {found.socket_drops} dropped by "
        f"the system, {found.lost_events} events lost; {found.server_share:.0%} of a core, the "
        f"sender {found.sender_share:.0%}\n"
        f"  undisturbed: {found.quiet.line()}\n  flooded:     {found.flooded.line()}"
    )


def play(
    device: str, transport: str, rate: int, seconds: float, buffer_bytes: int | None = None
) -> Generator[Flood]:
    """Rounds without end; the socket has a buffer of its own, or another."""
    with Host(device, precision="int8", voices=VOICES) as host:
        host.load(PLUGIN)
        with OscServer(host, port=0) as server:
            if buffer_bytes is not None:
                server._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
            host.start()
            time.sleep(SETTLES_S)
            while True:
                yield flood(host, server, transport, rate, seconds)


def on_jack(block_frames: int) -> int:
    """Do what was asked for on a JACK server, in a process that ends before the server does."""
    with tempfile.TemporaryDirectory() as folder, JackServer(block_frames=block_frames) as server:
        known = os.environ | {"JACK_DEFAULT_SERVER": server.name, "JACK_NO_START_SERVER": "1"}
        known["XDG_DATA_HOME"] = folder  # connections of JACK's are kept there
        command = [sys.executable, "-m", __spec__.name, *sys.argv[1:], "--jack", "0"]
        return subprocess.run([*command, "--device", "system"], env=known).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--transport", choices=("udp", "tcp"), default="udp")
    parser.add_argument("--rate", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jack", type=int, default=0, metavar="FRAMES")
    parser.add_argument("--buffer", type=int, default=None, metavar="BYTES")
    parser.add_argument("--device", default="null")
    asked = parser.parse_args()
    if asked.jack:
        return on_jack(asked.jack)
    rounds = play(asked.device, asked.transport, asked.rate, asked.seconds, asked.buffer)
    for found in islice(rounds, asked.rounds):
        print(line(found), flush=True)
    rounds.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
