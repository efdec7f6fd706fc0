"""The next frames of an engine: all its slots, mixed and limited, into the output ring.

Row 0 of a mix is left, row 1 right; row 2 + s, where there is one, is slot s by itself, as loud as
its own gain makes it.

Compiled, free of Python, for whichever thread computes the sound: the audio callback itself
(`rtsynth.engine.live.callback`), or one that is ahead of it (`rtsynth.host.ahead`).
"""

import numpy as np

from rtsynth.engine.kernels.clock import cpu_ns, monotonic_ns
from rtsynth.engine.kernels.float_mode import enter_standard_floats, leave_standard_floats
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.limiter import CEILING, LARGEST, limit
from rtsynth.engine.kernels.memory import (
    float_rows_at,
    floats_at,
    store_release,
    words_at,
)
from rtsynth.engine.kernels.records import read_record
from rtsynth.engine.live.shared import (
    BUSY_NS,
    CALLBACKS,
    CHUNK_FRAMES,
    CPU_RING,
    CURRENT,
    ENGINE_FLOATS,
    FADE_LEFT,
    FADING,
    FLOATS,
    FRAMES,
    LEFT,
    LEFT_METER,
    LEVELS,
    LOOKAHEAD,
    MASTER_GAIN,
    MASTER_SEEN,
    MAX_SLOTS,
    METERS,
    MIX,
    MIXER,
    OUT_CAPACITY,
    OUT_HEAD,
    OUT_RING,
    OUT_ROWS,
    OWN,
    PART,
    RATE_HZ,
    RENDER_FRAMES,
    RIGHT,
    S_BEFORE,
    SLOT_PEAKS,
    STRIP,
    TIMING_CAPACITY,
    TIMING_RING,
    Mixer,
)
from rtsynth.engine.live.slot import render_slot
from rtsynth.engine.live.strips import (
    apply_master,
    block_dc,
    follow_gain,
    take_settings,
)
from rtsynth.engine.live.take import FADE_FRAMES, slot_words, take_changes

MASTER_FADE_S = np.float32(0.02)
METER_FALL_S = np.float32(0.3)


@jit()
def measure(levels, row, sound, fall):
    """Bring a meter up to date with `sound`, silence if it is empty; its peak."""
    peak, square = np.float32(0.0), np.float32(0.0)
    for i in range(sound.size):
        peak = max(peak, abs(sound[i]))
        square += sound[i] * sound[i]
    mean = square / np.float32(max(sound.size, 1))
    levels[row, 0] = max(peak, levels[row, 0] * fall)
    levels[row, 1] += (mean - levels[row, 1]) * (np.float32(1.0) - fall)
    return peak


@jit()
def fall_of(engine, frames):
    """The share of a meter's peak that is left after so many frames."""
    falls = np.float32(frames) / (METER_FALL_S * np.float32(engine[RATE_HZ]))
    return max(np.float32(0.0), np.float32(1.0) - falls)


@jit(inline="always")
def mix_slots(engine, mixer, frame, mix, part):
    """Add every slot's audio, from device frame `frame` on, into `mix` [OUT_ROWS, n]."""
    levels = float_rows_at(engine[LEVELS], METERS, 2)
    fall = fall_of(engine, part.size)
    paths = float_rows_at(mixer.paths, 3, part.size)
    peaks = floats_at(engine[FLOATS], ENGINE_FLOATS)[SLOT_PEAKS:]
    for slot in range(MAX_SLOTS):
        current, old = engine[CURRENT + slot], engine[FADING + slot]
        left = engine[FADE_LEFT + slot]
        for gain in (LEFT, RIGHT, OWN):
            follow_gain(mixer.gains, slot * STRIP + gain, paths[gain])
        if current != 0:
            # Said anew for each stretch: gone back, what was said in a later one is not true.
            slot_words(current)[S_BEFORE] = old if left == 0 else 0
            render_slot(slot_words(current), frame, peaks, part)
            drop_no_sound(part)
            peaks[slot] = measure(levels, slot, part, fall)
            for i in range(part.size):
                # A plugin fades in only over another: alone it starts from silence by itself.
                fade = np.float32(1.0)
                if old != 0:
                    fade -= np.float32(max(left - i, 0)) / np.float32(FADE_FRAMES)
                part[i] *= fade
            add_slot(mix, slot, part, paths)
        else:
            peaks[slot] = measure(levels, slot, part[:0], fall)
        if old != 0 and left > 0:
            render_slot(slot_words(old), frame, peaks, part)
            drop_no_sound(part)
            for i in range(part.size):
                part[i] *= np.float32(max(left - i, 0)) / np.float32(FADE_FRAMES)
            add_slot(mix, slot, part, paths)
        if left > 0:
            engine[FADE_LEFT + slot] = max(left - part.size, 0)
        waits = current != 0 and slot_words(current)[S_BEFORE] != 0  # for its first sample
        if engine[FADE_LEFT + slot] == 0 and old != 0 and not waits:
            store_release(engine, FADING + slot, 0)


@jit()
def drop_no_sound(part):
    """Make what is no sound silence: times a gain of 0 it would still be none."""
    for i in range(part.size):
        if not abs(part[i]) <= LARGEST:
            part[i] = np.float32(0.0)


@jit()
def add_slot(mix, slot, part, paths):
    """Add a slot's audio to the rows of `mix` that it is in."""
    for i in range(part.size):
        mix[0, i] += part[i] * paths[LEFT, i]
        mix[1, i] += part[i] * paths[RIGHT, i]
    if 2 + slot < mix.shape[0]:
        for i in range(part.size):
            mix[2 + slot, i] += part[i] * paths[OWN, i]


@jit()
def limit_mix(engine, mixer, mix):
    """The limiters on `mix`, in place: one for both channels, one for each slot by itself."""
    size, limiters = engine[LOOKAHEAD] + 1, mixer.limiters
    for number in range(limiters.words.shape[0]):
        first = 0 if number == 0 else 1 + number
        limit(
            limiters.words[number], limiters.delayed[first : 2 + number], limiters.wanted[number],
            limiters.falls[number], size, CEILING, engine[RATE_HZ], mix[first : 2 + number],
        )  # fmt: skip


@jit()
def fade_master(engine, mix, first):
    """Move the gain of `mix[:, first:]` towards MASTER_SEEN, MASTER_FADE_S from end to end."""
    floats = floats_at(engine[FLOATS], ENGINE_FLOATS)
    step = np.float32(1.0) / (MASTER_FADE_S * np.float32(engine[RATE_HZ]))
    goal = np.float32(engine[MASTER_SEEN])
    gain = floats[MASTER_GAIN]
    for i in range(first, mix.shape[1]):
        gain = min(gain + step, goal) if gain < goal else max(gain - step, goal)
        for row in range(mix.shape[0]):
            mix[row, i] *= gain
    floats[MASTER_GAIN] = gain


@jit()
def put_out(engine, mix, first):
    """Append `mix[:, first:]` to the output ring."""
    ring = float_rows_at(engine[OUT_RING], engine[OUT_ROWS], OUT_CAPACITY)
    head, count = engine[OUT_HEAD], mix.shape[1] - first
    for row in range(mix.shape[0]):
        for i in range(count):
            ring[row, (head + i) % OUT_CAPACITY] = mix[row, first + i]
    store_release(engine, OUT_HEAD, head + count)


@jit()
def measure_mix(engine, mix):
    """Bring the meters of the output up to date."""
    levels, fall = float_rows_at(engine[LEVELS], METERS, 2), fall_of(engine, mix.shape[1])
    for channel in range(2):
        measure(levels, LEFT_METER + channel, mix[channel], fall)


@jit()
def compute_frames(engine, frames):
    """Append the next `frames` frames to the output ring, and what they took to the timings.

    The first block computes as many more as the limiters look ahead: what the ring holds at a frame
    is the sound of that frame.
    """
    mode = enter_standard_floats()
    began_ns, began_cpu_ns = monotonic_ns(), cpu_ns()
    frame, mixer = engine[FRAMES], read_record(engine, MIXER, Mixer)
    engine[RENDER_FRAMES] = frames
    take_changes(engine, mixer, frames)
    done, whole = 0, frames + engine[LOOKAHEAD] - (frame - engine[OUT_HEAD])
    while done < whole:
        due = take_settings(engine, mixer, frame + done)
        count = min(whole - done, CHUNK_FRAMES, due)
        mix = float_rows_at(engine[MIX], engine[OUT_ROWS], count)
        part = floats_at(engine[PART], count)
        mix[:] = np.float32(0.0)
        mix_slots(engine, mixer, frame + done, mix, part)
        block_dc(mixer, mix, part, engine[RATE_HZ])
        apply_master(mixer, mix, part)
        limit_mix(engine, mixer, mix)
        first = min(max(engine[LOOKAHEAD] - frame - done, 0), count)
        fade_master(engine, mix, first)
        measure_mix(engine, mix)
        put_out(engine, mix, first)
        done += count
    store_release(engine, FRAMES, frame + whole)
    spent_ns = monotonic_ns() - began_ns
    at = engine[CALLBACKS] % TIMING_CAPACITY
    words_at(engine[TIMING_RING], TIMING_CAPACITY)[at] = spent_ns
    words_at(engine[CPU_RING], TIMING_CAPACITY)[at] = cpu_ns() - began_cpu_ns
    engine[BUSY_NS] += spent_ns
    store_release(engine, CALLBACKS, engine[CALLBACKS] + 1)
    leave_standard_floats(mode)
