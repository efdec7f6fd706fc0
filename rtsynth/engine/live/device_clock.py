"""The device's clock: when it plays which frame, read from callbacks that are early or late.

A callback begins when the system gets round to it, up to milliseconds late. A delay-locked loop
(F. Adriaensen, "Using a DLL to filter time", Linux Audio Conference 2005) follows their mean, so
that whoever asks for the frame of a moment gets the same one: changes sent together stay together,
and a bundle takes effect at the sample it asks for.
"""

import math

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import store_release
from rtsynth.engine.live.shared import (
    ANCHOR_ASTRAY,
    ANCHOR_COUNT,
    ANCHOR_FRAME,
    ANCHOR_NS,
    ANCHOR_PERIOD,
    PERIOD_ONE,
    RATE_HZ,
    STAMP,
)

BANDWIDTH_HZ = 0.1  # of the loop: what is quicker is jitter
ASTRAY_NS = 2_000_000  # further off than this counts as this much, ...
LOST = 32  # ... and so often in a row means that the device has lost or gained time
GONE_NS = 500_000_000  # further off than this: it was stopped
_TURN = 2 * math.pi * BANDWIDTH_HZ / 1e9


@jit(forceinline=True)
def _whole(number):
    return np.int64(math.floor(number + 0.5))


@jit()
def follow_device(engine, frame, now_ns):
    """A callback begins at `now_ns`, and the first frame it will deliver is `frame`."""
    store_release(engine, STAMP, engine[STAMP] + 1)
    nominal = np.float64(PERIOD_ONE) * 1e9 / engine[RATE_HZ]
    frames = frame - engine[ANCHOR_FRAME]
    passed_ns = np.float64(frames) * engine[ANCHOR_PERIOD] / PERIOD_ONE
    due_ns = engine[ANCHOR_NS] + _whole(passed_ns)
    error_ns = now_ns - due_ns
    engine[ANCHOR_ASTRAY] = engine[ANCHOR_ASTRAY] + 1 if abs(error_ns) > ASTRAY_NS else 0
    count = engine[ANCHOR_COUNT]
    if count == 0 or abs(error_ns) > GONE_NS or engine[ANCHOR_ASTRAY] >= LOST:
        engine[ANCHOR_COUNT] = 1
        engine[ANCHOR_ASTRAY] = 0
        engine[ANCHOR_PERIOD] = _whole(nominal)
        due_ns = now_ns
    else:
        engine[ANCHOR_COUNT] = count + 1
        error = np.float64(min(max(error_ns, -ASTRAY_NS), ASTRAY_NS))
        turn = _TURN * passed_ns
        # At first the mean of all callbacks, then the loop's own gain.
        due_ns += _whole(max(math.sqrt(2.0) * turn, 1.0 / (count + 1)) * error)
        if frames > 0:
            period = engine[ANCHOR_PERIOD] + turn * turn * error / frames * PERIOD_ONE
            engine[ANCHOR_PERIOD] = _whole(min(max(period, 0.999 * nominal), 1.001 * nominal))
    store_release(engine, ANCHOR_FRAME, frame)
    store_release(engine, ANCHOR_NS, due_ns)
    store_release(engine, STAMP, engine[STAMP] + 1)
