"""The next frames of an engine: all its slots, limited, into the output ring.

Compiled, free of Python, for whichever thread computes the sound: the audio callback itself
(`rtsynth.engine.live.callback`), or one that is ahead of it (`rtsynth.host.ahead`).
"""

import numpy as np

from rtsynth.engine.kernels.clock import cpu_ns, monotonic_ns
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.limiter import CEILING, STATE_WORDS, limit
from rtsynth.engine.kernels.memory import (
    doubles_at,
    float_rows_at,
    floats_at,
    ints_at,
    load_acquire,
    store_release,
    words_at,
)
from rtsynth.engine.live.log import log_block, log_record
from rtsynth.engine.live.shared import (
    BUSY_NS,
    CALLBACKS,
    CHUNK_FRAMES,
    CPU_RING,
    CURRENT,
    DELAYED,
    EVENT_CAPACITY,
    EVENT_HEAD,
    EVENT_TAIL,
    EVENT_TARGETS,
    EVENT_TIMES,
    EVENT_VALUES,
    EVENT_VOICES,
    FADE_LEFT,
    FADING,
    FALLS,
    FLOATS,
    FRAMES,
    LEVELS,
    LIMITER,
    LOGGED_EVENT,
    LOGGED_MASTER,
    LOGGED_PLAY,
    LOOKAHEAD,
    MASTER,
    MASTER_GAIN,
    MASTER_SEEN,
    MAX_SLOTS,
    MIX,
    NEXT,
    OUT_CAPACITY,
    OUT_HEAD,
    OUT_RING,
    PART,
    RATE_HZ,
    RENDER_FRAMES,
    S_NUMBER,
    SEEN,
    SLOT_WORDS,
    TIMING_CAPACITY,
    TIMING_RING,
    WANTED,
)
from rtsynth.engine.live.slot import enqueue, render_slot

FADE_FRAMES = 1024  # of a change of plugin
MASTER_FADE_S = np.float32(0.02)
METER_FALL_S = np.float32(0.3)


@jit(inline="always")
def slot_words(address):
    """The slot words at `address`."""
    return words_at(address, SLOT_WORDS)


@jit()
def is_loaded(engine, voice):
    """Whether the slot words at `voice` are played, or will be when a fade has ended."""
    for slot in range(MAX_SLOTS):
        if engine[CURRENT + slot] == voice or engine[SEEN + slot] == voice:
            return True
    return False


@jit()
def take_events(engine, head):
    """Move every event of the ring before `head` into the queue of its voice; old ones need none.

    (`head` was read before `take_programs`, which has therefore seen their voices.)
    """
    times = words_at(engine[EVENT_TIMES], EVENT_CAPACITY)
    voices = words_at(engine[EVENT_VOICES], EVENT_CAPACITY)
    targets = words_at(engine[EVENT_TARGETS], EVENT_CAPACITY)
    values = doubles_at(engine[EVENT_VALUES], EVENT_CAPACITY)
    tail = engine[EVENT_TAIL]
    while tail < head:
        at = tail % EVENT_CAPACITY
        if is_loaded(engine, voices[at]):
            s = slot_words(voices[at])
            if not enqueue(engine, s, times[at], targets[at], values[at]):
                break
            log_record(engine, LOGGED_EVENT, s[S_NUMBER], times[at], targets[at], values[at])
        tail += 1
    store_release(engine, EVENT_TAIL, tail)


@jit()
def take_programs(engine):
    """Begin fading to the plugins that were published since the last block."""
    for slot in range(MAX_SLOTS):
        wanted = load_acquire(engine, NEXT + slot)
        if wanted != engine[SEEN + slot]:
            engine[SEEN + slot] = wanted
            number = slot_words(wanted)[S_NUMBER] if wanted != 0 else 0
            log_record(engine, LOGGED_PLAY, number, 0, slot, 0.0)
        if wanted != engine[CURRENT + slot] and engine[FADING + slot] == 0:
            engine[FADING + slot] = engine[CURRENT + slot]
            engine[FADE_LEFT + slot] = FADE_FRAMES
            store_release(engine, CURRENT + slot, wanted)


@jit()
def take_master(engine):
    """Note where the gain of the output is to be."""
    master = load_acquire(engine, MASTER)
    if master != engine[MASTER_SEEN]:
        engine[MASTER_SEEN] = master
        log_record(engine, LOGGED_MASTER, 0, 0, master, 0.0)


@jit()
def take_changes(engine, frames):
    """Take what the control threads have for a block of `frames`: all that it depends on."""
    log_block(engine, frames)
    head = load_acquire(engine, EVENT_HEAD)
    take_programs(engine)
    take_events(engine, head)
    take_master(engine)


@jit()
def mix_slots(engine, frame, mix, part):
    """Add every slot's audio, from device frame `frame` on, into `mix`."""
    levels = float_rows_at(engine[LEVELS], MAX_SLOTS, 2)
    rate_hz = np.float32(engine[RATE_HZ])
    fall = max(np.float32(0.0), np.float32(1.0) - np.float32(mix.size) / (METER_FALL_S * rate_hz))
    for slot in range(MAX_SLOTS):
        current, old = engine[CURRENT + slot], engine[FADING + slot]
        left = engine[FADE_LEFT + slot]
        peak, square = np.float32(0.0), np.float32(0.0)
        if current != 0:
            render_slot(slot_words(current), frame, part)
            for i in range(mix.size):
                # A plugin fades in only over another: alone it starts from silence by itself.
                fade = np.float32(1.0)
                if old != 0:
                    fade -= np.float32(max(left - i, 0)) / np.float32(FADE_FRAMES)
                mix[i] += part[i] * fade
                peak = max(peak, abs(part[i]))
                square += part[i] * part[i]
        if old != 0:
            render_slot(slot_words(old), frame, part)
            for i in range(mix.size):
                mix[i] += part[i] * (np.float32(max(left - i, 0)) / np.float32(FADE_FRAMES))
        if left > 0:
            engine[FADE_LEFT + slot] = max(left - mix.size, 0)
        if engine[FADE_LEFT + slot] == 0 and old != 0:
            store_release(engine, FADING + slot, 0)
        levels[slot, 0] = max(peak, levels[slot, 0] * fall)
        mean = square / np.float32(mix.size)
        levels[slot, 1] += (mean - levels[slot, 1]) * (np.float32(1.0) - fall)


@jit()
def limit_mix(engine, mix):
    """The limiter of the engine on `mix`, in place; see `rtsynth.engine.kernels.limiter`."""
    size = engine[LOOKAHEAD] + 1
    limit(
        words_at(engine[LIMITER], STATE_WORDS), floats_at(engine[DELAYED], size),
        ints_at(engine[WANTED], size), ints_at(engine[FALLS], size), CEILING, engine[RATE_HZ], mix,
    )  # fmt: skip


@jit()
def fade_master(engine, mix):
    """Move the gain of the output towards MASTER_SEEN, MASTER_FADE_S from one end to the other."""
    floats = floats_at(engine[FLOATS], 4)
    step = np.float32(1.0) / (MASTER_FADE_S * np.float32(engine[RATE_HZ]))
    goal = np.float32(engine[MASTER_SEEN])
    gain = floats[MASTER_GAIN]
    for i in range(mix.size):
        gain = min(gain + step, goal) if gain < goal else max(gain - step, goal)
        mix[i] *= gain
    floats[MASTER_GAIN] = gain


@jit()
def put_out(engine, mix):
    """Append `mix` to the output ring."""
    ring = floats_at(engine[OUT_RING], OUT_CAPACITY)
    head = engine[OUT_HEAD]
    for i in range(mix.size):
        ring[(head + i) % OUT_CAPACITY] = mix[i]
    store_release(engine, OUT_HEAD, head + mix.size)


@jit()
def compute_frames(engine, frames):
    """Append the next `frames` frames to the output ring, and what they took to the timings.

    The first block computes as many more as the limiter looks ahead: what the ring holds at a frame
    is the sound of that frame.
    """
    began_ns, began_cpu_ns = monotonic_ns(), cpu_ns()
    frame = engine[FRAMES]
    engine[RENDER_FRAMES] = frames
    take_changes(engine, frames)
    mix_all = floats_at(engine[MIX], CHUNK_FRAMES)
    part_all = floats_at(engine[PART], CHUNK_FRAMES)
    done, whole = 0, frames + engine[LOOKAHEAD] - (frame - engine[OUT_HEAD])
    while done < whole:
        count = min(whole - done, CHUNK_FRAMES)
        mix, part = mix_all[:count], part_all[:count]
        mix[:] = np.float32(0.0)
        mix_slots(engine, frame + done, mix, part)
        limit_mix(engine, mix)
        out = mix[min(max(engine[LOOKAHEAD] - frame - done, 0), count) :]
        fade_master(engine, out)
        put_out(engine, out)
        done += count
    store_release(engine, FRAMES, frame + whole)
    spent_ns = monotonic_ns() - began_ns
    at = engine[CALLBACKS] % TIMING_CAPACITY
    words_at(engine[TIMING_RING], TIMING_CAPACITY)[at] = spent_ns
    words_at(engine[CPU_RING], TIMING_CAPACITY)[at] = cpu_ns() - began_cpu_ns
    engine[BUSY_NS] += spent_ns
    store_release(engine, CALLBACKS, engine[CALLBACKS] + 1)
