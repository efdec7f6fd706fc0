"""Noticing that the plugins that play take more time than there is."""

import time
from collections.abc import Callable

from rtsynth.engine.live import shared as sh
from rtsynth.host.core import EngineCore

WINDOW_S = 2.0  # as long as a look looks back: a plugin that loads is no overload
TOO_MUCH = 1.0  # of real time
LET_GO = 0.9  # below it, the next overload is reported again


class OverloadWatch:
    """Looks at what the blocks took, and gives a line when it has been too much for WINDOW_S.

    What counts is the CPU time of the thread that computes: another program that takes the core
    away is a dropout, too, but none that unloading a plugin would end.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since_s: float | None = None
        self._blocks = 0
        self._reported = False

    def look(self, core: EngineCore, plugins: int) -> str | None:
        """A line to report now, or None. Call it every second; more often does no harm."""
        blocks, now_s = core.counter(sh.CALLBACKS), self._clock()
        if self._since_s is None or blocks < self._blocks:
            self._since_s, self._blocks = now_s, blocks
            return None
        if now_s - self._since_s < WINDOW_S or blocks == self._blocks:
            return None
        took_ns = core.callback_cpu_ns(last=blocks - self._blocks)
        self._since_s, self._blocks = now_s, blocks
        block_ns = core.counter(sh.RENDER_FRAMES) / core.rate_hz * 1e9
        load = float(took_ns.mean()) / block_ns
        if load <= LET_GO:
            self._reported = False
        if load <= TOO_MUCH or self._reported:
            return None
        self._reported = True
        many = f"the {plugins} plugins take" if plugins > 1 else "the plugin takes"
        unload = "unload one, or " if plugins > 1 else ""
        return (
            f"overload: {many} {load:.0%} of real time, so the sound drops out; {unload}play with "
            "fewer voices or a lower precision"
        )
