"""Run as a program: a full rack that plays to the null device, for what is measured of the window.

Arguments: the OSC port (0: any free one), then plugins; those that would take more than `MOST_LOAD`
together are left out. Prints a line of JSON when it plays (`port`, `plugins`, `load`, and whether
the audio thread has `realtime` priority), then one for each line it reads: how long callbacks took
since the line before. It ends with its input.
"""

import json
import sys
import threading
import time

import numpy as np

from rtsynth import Host
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.engine.live import shared as sh
from rtsynth.engine.run.team import raise_priority
from rtsynth.host.output import AHEAD_PRIORITY

MOST_LOAD = 0.6
SETTLE_S = 1.0
LOOKED_AT = 200  # callbacks
MOVES_PER_S = 50
SWEEP_S = 4.0
PERCENTILES = {"p50": 50.0, "p99": 99.0, "p999": 99.9, "max": 100.0}
# What modulates a parameter in every slot: marks that move, as in a performance.
ASSIGNED = (("lfo1", 0.3), ("lfo2", 0.2))


class Callbacks:
    """How long the engine's blocks took since it was asked last."""

    def __init__(self, host: Host) -> None:
        self._core, self._host = host.core, host
        self._counted, self._xruns = self._counts()

    def _counts(self) -> tuple[int, int]:
        return self._core.counter(sh.CALLBACKS), self._core.counter(sh.XRUNS)

    def report(self) -> dict[str, float]:
        """In us: durations, and the CPU time in them."""
        before, xruns = self._counted, self._xruns
        self._counted, self._xruns = self._counts()
        count = self._counted - before
        found: dict[str, float] = {
            "callbacks": count,
            "xruns": self._xruns - xruns,
            "period_us": self._core.counter(sh.BLOCK_FRAMES) / self._host.rate_hz * 1e6,
        }
        if count == 0:  # asked twice within a block
            return found
        for kind, durations in (
            ("", self._core.callback_ns(count)),
            ("cpu_", self._core.callback_cpu_ns(count)),
        ):
            for name, percent in PERCENTILES.items():
                found[kind + name] = round(float(np.percentile(durations / 1e3, percent)), 1)
        return found


def load_of(host: Host) -> float:
    """The share of real time that is computed, by CPU time: what else the machine does is no
    reason to play less."""
    busy_ns = host.core.callback_cpu_ns(last=LOOKED_AT).mean()
    return float(busy_ns) * host.rate_hz / host.core.counter(sh.BLOCK_FRAMES) / 1e9


def load_all(host: Host, plugins: list[str]) -> list[str]:
    """The plugins that play together in real time, in the slots from 1 on."""
    kept: list[str] = []
    for plugin in plugins:
        slot = host.load(plugin).number
        time.sleep(SETTLE_S)
        if load_of(host) > MOST_LOAD:
            host.unload(slot)
        else:
            kept.append(plugin)
    return kept


def perform(host: Host, stopping: threading.Event) -> None:
    """Move a gain as a controller does, and play a note a second in every slot."""
    began_s = played_s = time.monotonic()
    while not stopping.wait(1 / MOVES_PER_S):
        now_s = time.monotonic()
        wave = np.sin(2 * np.pi * (now_s - began_s) / SWEEP_S)
        for slot in host.slots:
            host.set(slot.number, "gain", float(-12.0 + 6.0 * wave))
        if now_s - played_s >= 1.0:
            played_s = now_s
            note = 60.0 + int(now_s) % 12
            for slot in host.slots:
                host.note_on(slot.number, note, 0.8)


def main(port: str, *plugins: str) -> int:
    with Host(device="null", rate_hz=48_000, block_frames=128) as host:
        host.start()
        device = [thread for thread in threading.enumerate() if thread.name == "null device"]
        raised = raise_priority(AHEAD_PRIORITY, device)  # as under JACK, where it may be
        kept = load_all(host, list(plugins))
        for slot in host.describe().slots:
            movable = [p.name for p in slot.parameters if p.generation is None]
            for source, depth in ASSIGNED if movable else ():
                host.modulation.assign(slot.number, source, movable[0], depth)
        stopping = threading.Event()
        thread = threading.Thread(target=perform, args=(host, stopping))
        thread.start()
        with OscServer(host, port=int(port)) as server:
            callbacks = Callbacks(host)
            load = load_of(host)
            first = {
                "port": server.port, "plugins": kept, "load": round(load, 3), "realtime": raised,
            }  # fmt: skip
            print(json.dumps(first), flush=True)
            for _ in sys.stdin:
                print(json.dumps(callbacks.report()), flush=True)
        stopping.set()
        thread.join()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
