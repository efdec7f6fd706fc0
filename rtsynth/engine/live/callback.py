"""The audio callback: a C function that PortAudio calls, compiled, free of Python.

It never takes the GIL, allocates, locks, logs or raises; a test reads its LLVM code to make
sure. What it shares with other threads is declared in `rtsynth.engine.live.shared`.
"""

import numpy as np
from numba import cfunc, types

from rtsynth.engine.kernels.clock import monotonic_ns
from rtsynth.engine.kernels.float_mode import enter_standard_floats, leave_standard_floats
from rtsynth.engine.kernels.jit import OPTIONS, in_own_cache, jit
from rtsynth.engine.kernels.memory import (
    address_of,
    float_rows_at,
    load_ordered,
    store_ordered,
    store_release,
    words_at,
)
from rtsynth.engine.live.device_clock import follow_device
from rtsynth.engine.live.mix import compute_frames
from rtsynth.engine.live.shared import (
    AHEAD,
    BLOCK_FRAMES,
    CHANNELS,
    CLAIM,
    ENGINE_WORDS,
    LEAST_LEFT,
    OUT_CAPACITY,
    OUT_HEAD,
    OUT_RING,
    OUT_ROWS,
    PLAYED,
    XRUNS,
)

OUTPUT_UNDERFLOW = 4  # paOutputUnderflow
CONTINUE = 0  # paContinue


@jit()
def deliver(engine, out):
    """Copy the next frames of the output ring to `out` [n, channels], its rows to the channels.

    A single channel gets the mean of left and right; one that there is no row for is silent. What
    is not there yet is silence: the sound continues behind it. Whether all was there.
    """
    ring = float_rows_at(engine[OUT_RING], engine[OUT_ROWS], OUT_CAPACITY)
    played = engine[PLAYED]
    store_ordered(engine, CLAIM, played + out.shape[0])
    there = load_ordered(engine, OUT_HEAD) - played
    count = max(0, min(out.shape[0], there))  # a head that is going back may be behind for a moment
    for i in range(count):
        at = (played + i) % OUT_CAPACITY
        if out.shape[1] == 1:
            out[i, 0] = np.float32(0.5) * (ring[0, at] + ring[1, at])
        else:
            for channel in range(out.shape[1]):
                out[i, channel] = ring[channel, at] if channel < ring.shape[0] else np.float32(0.0)
    if count < out.shape[0]:
        out[count:] = np.float32(0.0)
    store_release(engine, PLAYED, played + count)
    store_release(engine, CLAIM, played + count)
    engine[LEAST_LEFT] = min(engine[LEAST_LEFT], there - out.shape[0])
    return count == out.shape[0]


@jit(inline="always")
def fill(engine, out, flags):
    """One callback: `out` [frames, channels]."""
    follow_device(engine, engine[PLAYED], monotonic_ns())
    store_release(engine, BLOCK_FRAMES, out.shape[0])
    if engine[AHEAD] == 0:
        compute_frames(engine, out.shape[0])
    if not deliver(engine, out) or flags & OUTPUT_UNDERFLOW:
        engine[XRUNS] += 1


# int PaStreamCallback(const void *input, void *output, unsigned long frameCount,
#   const PaStreamCallbackTimeInfo *, PaStreamCallbackFlags statusFlags, void *userData)
SIGNATURE = types.int32(
    types.voidptr, types.voidptr, types.ulong, types.voidptr, types.ulong, types.voidptr
)


@in_own_cache(cfunc(SIGNATURE, **{key: value for key, value in OPTIONS.items() if key != "nogil"}))
def stream_callback(source, output, frame_count, time_info, flags, user_data):
    """PortAudio's callback; `user_data` is the address of the engine words."""
    mode = enter_standard_floats()  # the thread is the sound system's
    engine = words_at(address_of(user_data), ENGINE_WORDS)
    frames = np.int64(frame_count)
    out = float_rows_at(address_of(output), frames, engine[CHANNELS])
    fill(engine, out, np.int64(flags))
    leave_standard_floats(mode)
    return np.int32(CONTINUE)
