"""An engine on JACK that is primed by its input once, in a process of its own; prints JSON.

    python -m tests.rtsynth.host.priming_engine PLUGIN SECONDS CHANNEL STATE.npy OUT.npy

PortAudio looks for JACK when it is started: not in the process of the tests. STATE is what the slot
went on from, OUT what it played from 0.1 s before it was asked for until 0.4 s after that. Then it
is closed while it listens, and somebody else is refused that: `problems` of both.
"""

import json
import sys
import threading
import time

import numpy as np

from rtsynth import Host
from rtsynth.common.errors import RtsynthError
from rtsynth.engine.live import shared as sh

BEFORE_S, AFTER_S = 0.1, 0.4


def listen(host: Host, problems: list[str]) -> None:
    try:
        host.priming.prime_input(1, 30.0)
    except RtsynthError as error:
        problems.append(str(error))


def main(plugin: str, seconds: float, channel: int, state: str, out: str) -> None:
    problems: list[str] = []
    with Host("system", precision="float32") as host:
        host.load(plugin)
        host.start()
        host.priming.prime(1, np.zeros(1600, np.float32), 16_000)  # compiles what feeds a network
        time.sleep(1.0)
        begun, xruns = time.monotonic(), host.core.counter(sh.XRUNS)
        try:
            fed_s = host.priming.prime_input(1, seconds, channel)
        except RtsynthError as error:
            print(json.dumps({"problem": str(error)}))
            return
        took_s, at = time.monotonic() - begun, host.core.counter(sh.PLAYED)
        time.sleep(AFTER_S + 0.1)
        first = at - round(BEFORE_S * host.rate_hz)
        played = host.core.output(first, first + round((BEFORE_S + AFTER_S) * host.rate_hz))
        assert played is not None
        np.save(state, host.banks.state(1, "primed"))
        np.save(out, played[:, 0])
        found = {
            "fed_s": fed_s,
            "took_s": took_s,
            "rate_hz": host.rate_hz,
            "xruns": host.core.counter(sh.XRUNS) - xruns,
        }
        thread = threading.Thread(target=listen, args=(host, problems))
        thread.start()
        while not host.priming._listening.locked():
            time.sleep(0.01)
        listen(host, problems)
        begun = time.monotonic()
    thread.join()
    closing_s = time.monotonic() - begun
    print(json.dumps(found | {"problems": problems, "closing_s": closing_s}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5])
