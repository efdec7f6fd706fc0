"""The log ring: what the audio thread takes from the control threads, and in which block.

Given the same again, in blocks as long as these, an engine computes the same samples: this is all
that its output depends on. See `rtsynth.host.event_log` and `rtsynth.offline.replay`.
"""

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import doubles_at, load_acquire, store_release, words_at
from rtsynth.engine.live.shared import (
    FRAMES,
    LOG_BLOCK,
    LOG_CAPACITY,
    LOG_FRAME,
    LOG_HEAD,
    LOG_KIND,
    LOG_LOST,
    LOG_NUMBER,
    LOG_RECORDS,
    LOG_TAIL,
    LOG_TIME,
    LOG_VALUES,
    LOG_VOICE,
    LOG_WORDS,
    LOGGED_BLOCK,
    LOGGING,
)


@jit()
def log_record(engine, kind, voice, time, number, value):
    """Append a record of this block, if there is a log; count it where there is no room for it."""
    if load_acquire(engine, LOGGING) == 0:
        return
    head = engine[LOG_HEAD]
    if head - load_acquire(engine, LOG_TAIL) >= LOG_CAPACITY:
        store_release(engine, LOG_LOST, engine[LOG_LOST] + 1)
        return
    at = head % LOG_CAPACITY
    record = words_at(engine[LOG_RECORDS] + 8 * LOG_WORDS * at, LOG_WORDS)
    record[LOG_KIND], record[LOG_FRAME] = kind, engine[FRAMES]
    record[LOG_VOICE], record[LOG_TIME], record[LOG_NUMBER] = voice, time, number
    doubles_at(engine[LOG_VALUES], LOG_CAPACITY)[at] = value
    store_release(engine, LOG_HEAD, head + 1)


@jit()
def log_block(engine, frames):
    """A block of `frames` begins: that is logged where they are not as many as before."""
    if engine[LOG_BLOCK] != frames:
        log_record(engine, LOGGED_BLOCK, 0, 0, frames, 0.0)
        engine[LOG_BLOCK] = frames
