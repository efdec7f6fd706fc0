"""What an engine reports of itself while it plays: status, latency, load, levels."""

import math
import os
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.tuning.mts_esp import mts_state
from rtsynth.common.version import __version__
from rtsynth.engine.live import shared as sh
from rtsynth.host.output import Output
from rtsynth.host.protocol import Meter, Telemetry
from rtsynth.host.rack import Rack
from rtsynth.host.recorder import Recordings
from rtsynth.host.stage import Stage


class Readings:
    """Reads the audio thread's counters and levels. Any thread may."""

    def __init__(self, stage: Stage, output: Output, rack: Rack, recordings: Recordings) -> None:
        self._stage, self._output, self._rack = stage, output, rack
        self._recordings = recordings

    def status(self) -> dict[str, Any]:
        """Counters and settings of the engine."""
        stage, output, counter = self._stage, self._output, self._stage.core.counter
        return {
            "version": __version__,
            "pid": os.getpid(),
            "device": output.name,
            "api": output.api,
            "waits_for": None if (device := output.waits_for) is None else str(device),
            "rate_hz": stage.rate_hz,
            "block_frames": output.block_frames,
            "ahead_ms": round(output.ahead_ms, 2),
            "margin_ms": round(1000.0 * stage.core.moments.margin_frames / stage.rate_hz, 2),
            "latency_ms": round(1000 * self.latency_s, 2),
            "running": stage.running,
            "still_s": round(self._still_s(), 2),
            "callbacks": counter(sh.CALLBACKS),
            "frames": counter(sh.FRAMES),
            "xruns": counter(sh.XRUNS),
            "late_events": counter(sh.LATE_EVENTS),
            "lost_events": counter(sh.LOST_EVENTS),
            "waiting_events": len(stage.schedule),
            "load": self._mean_load(),
            "recording": str(path) if (path := self._recordings.path) else None,
            "recording_problem": self._recordings.problem,
            "mts_esp": mts_state(),
        }

    def _still_s(self) -> float:
        """How long ago the device last took sound, about a block while it does; 0: it has not yet
        been asked to."""
        at_ns = self._stage.core.counter(sh.ANCHOR_NS)
        if not (self._stage.running and at_ns):
            return 0.0
        return max(time.monotonic_ns() - at_ns, 0) / 1e9

    @property
    def latency_s(self) -> float:
        """See `Host.latency_s`."""
        filters = [slot.voice.latency_frames for slot in self._rack.slots]
        return self._output.latency_s + max(filters, default=0.0) / self._stage.rate_hz

    def telemetry(self) -> Telemetry:
        """Levels, load, xruns."""
        core, meters = self._stage.core, []
        levels = core.moments.levels()
        for slot in self._rack.slots:
            meters.append(_meter(slot.number, levels[slot.number - 1]))
        master = tuple(_meter(0, levels[row]) for row in (sh.LEFT_METER, sh.RIGHT_METER))
        return Telemetry(meters, self._mean_load(), core.counter(sh.XRUNS), master)

    def _mean_load(self) -> float:
        core = self._stage.core
        durations = core.callback_ns(last=200)
        block = core.counter(sh.RENDER_FRAMES)
        if durations.size == 0 or block == 0:
            return 0.0
        return float(durations.mean()) / (block / core.rate_hz * 1e9)


def _meter(number: int, level: NDArray[np.float32]) -> Meter:
    peak, square = level.tolist()
    return Meter(number, _decibel(peak), _decibel(math.sqrt(max(square, 0))))


def _decibel(amplitude: float) -> float:
    return 20 * math.log10(max(amplitude, 1e-6))
