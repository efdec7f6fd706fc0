"""The callback of a stream that listens: a C function like that of `rtsynth.engine.live.callback`.

With JACK it is called in the thread that plays.
"""

import numpy as np
from numba import cfunc

from rtsynth.engine.kernels.jit import OPTIONS, in_own_cache, jit
from rtsynth.engine.kernels.memory import (
    address_of,
    float_rows_at,
    floats_at,
    store_release,
    words_at,
)
from rtsynth.engine.live.callback import CONTINUE, SIGNATURE
from rtsynth.engine.live.shared import (
    IN_CAPACITY,
    IN_CHANNELS,
    IN_HEAD,
    IN_LOST,
    IN_SAMPLES,
    IN_WORDS,
)

INPUT_OVERFLOW = 2  # paInputOverflow


@jit()
def take_in(words, source, flags):
    """Keep the last channel of `source` [frames, channels] in a ring."""
    head, capacity = words[IN_HEAD], words[IN_CAPACITY]
    samples = floats_at(words[IN_SAMPLES], capacity)
    at = head % capacity
    for i in range(source.shape[0]):
        samples[at] = source[i, source.shape[1] - 1]
        at += 1
        if at == capacity:
            at = 0
    if flags & INPUT_OVERFLOW:
        words[IN_LOST] += 1
    store_release(words, IN_HEAD, head + source.shape[0])


@in_own_cache(cfunc(SIGNATURE, **{key: value for key, value in OPTIONS.items() if key != "nogil"}))
def listening_callback(source, output, frame_count, time_info, flags, user_data):
    """PortAudio's callback; `user_data` is the address of the input words."""
    words = words_at(address_of(user_data), IN_WORDS)
    if address_of(source) != 0:
        frames = float_rows_at(address_of(source), np.int64(frame_count), words[IN_CHANNELS])
        take_in(words, frames, np.int64(flags))
    return np.int32(CONTINUE)
