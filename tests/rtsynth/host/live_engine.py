"""Run as a program: plays a plugin to JACK with two threads hogging the GIL and an OSC server.

Arguments: plugin, OSC port, seconds. Prints a line when it plays, then one JSON document.
"""

import json
import sys
import threading
import time

import numpy as np

from rtsynth import EngineError, Host
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.engine.live import shared as sh
from tests.rtsynth.engine.live.gil_hog import find_jack

SETTLE_S = 3.0  # the window opens, the processes find their places


class AskedHost(Host):
    """Counts how often a client asked for telemetry."""

    asked = 0

    def read_scope(self, cursor):
        self.asked += 1
        return super().read_scope(cursor)

    def status(self):
        self.asked += 1
        return super().status()


def main(path: str, port: str, seconds: str) -> int:
    try:
        host = AskedHost(find_jack(), precision="float32")
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    loops = [0, 0]
    stop = threading.Event()

    def hog(index: int) -> None:
        while not stop.is_set():
            loops[index] += 1

    with host, OscServer(host, "127.0.0.1", int(port)):
        host.load(path)
        host.start()
        print("playing", flush=True)
        threads = [threading.Thread(target=hog, args=(index,)) for index in (0, 1)]
        for thread in threads:
            thread.start()
        time.sleep(SETTLE_S)
        callbacks, xruns = host.core.counter(sh.CALLBACKS), host.core.counter(sh.XRUNS)
        asked = host.asked
        time.sleep(float(seconds))
        counted = host.core.counter(sh.CALLBACKS)
        late = host.core.counter(sh.XRUNS) - xruns
        asked = host.asked - asked
        durations = host.core.callback_ns()[callbacks - counted :] / 1e3
        computed = host.core.callback_cpu_ns()[callbacks - counted :] / 1e3
        period_us = host.core.counter(sh.BLOCK_FRAMES) / host.rate_hz * 1e6
        stop.set()
        for thread in threads:
            thread.join()
        percentiles = {"p50": 50, "p99": 99, "p999": 99.9, "max": 100}
        print(
            json.dumps(
                {
                    "device": host.device,
                    "block_frames": host.core.counter(sh.BLOCK_FRAMES),
                    "callbacks": counted - callbacks,
                    "xruns": late,
                    "overruns": int((computed > period_us).sum()),
                    "period_us": period_us,
                    "xruns_while_settling": xruns,
                    "callback_us": {
                        name: round(float(np.percentile(durations, percent)), 1)
                        for name, percent in percentiles.items()
                    },
                    "hog_loops": sum(loops),
                    "window_asked": asked,
                }
            )
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
