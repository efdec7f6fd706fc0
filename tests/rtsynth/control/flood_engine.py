"""The same flood as `flood` for a whole engine process: `rtsynth serve` on a JACK server.

    python -m tests.rtsynth.control.flood_engine [--rate 50000] [--seconds 10]

It keeps what a restart after a crash needs, publishes to OSCQuery, and has a subscriber. Printed is
what its own counts say, for UDP and for TCP.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time

import pytest

from tests.ports import free_port
from tests.rtsynth.control.flood import PLUGIN, REST_S, SENDER, VOICES
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import jack_server, running, wait_for_engine

COUNTS = ("messages", "failed", "late", "dropped", "socket_drops")
BUSY_S = 120.0  # that what waits may take at most


def rest(client: OscClient) -> dict[str, int]:
    """The counts of the engine's server, once it has obeyed what it was sent."""
    counts: dict[str, int] = {}
    while True:
        before, counts = counts, client.ask_json("/status", BUSY_S)["osc"]
        if before and counts["messages"] <= before["messages"] + 1:  # the question
            return counts
        time.sleep(REST_S)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        jack_server(patch),
    ):
        patch.setenv("XDG_DATA_HOME", folder)  # connections of JACK's are kept there
        port = free_port()
        command = [sys.executable, "-m", "rtsynth", "serve", PLUGIN, "--device", "system"]
        command += ["--voices", str(VOICES), "--precision", "int8", "--osc", f"127.0.0.1:{port}"]
        with (
            running(command) as engine,
            OscClient(port) as client,
            OscClient(port) as subscriber,
        ):
            wait_for_engine(engine, client)
            for transport in ("udp", "tcp"):
                subscriber.send("/notify", 1)
                before = rest(client)
                flood = [transport, str(port), str(asked.rate), str(asked.seconds)]
                sender = subprocess.run(
                    [sys.executable, "-m", SENDER, *flood], capture_output=True, check=True
                )
                after, report = rest(client), json.loads(sender.stdout)
                counted = {name: after[name] - before[name] for name in COUNTS}
                print(f"{transport}: {report['messages']:,} sent; {counted}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
