"""The mixer in the audio thread: its settings, moved by timed events, and the gains that follow.

A gain moves in a straight line of RAMP_S, sample by sample from the frame of its event on, so that
nothing clicks and blocks do not matter. Pan keeps the power of both channels together: the factors
are sqrt(1 - pan) and sqrt(1 + pan), the square-root law, with 0 dB at the centre, where a sound
stays as it is to the bit, and 3 dB more on its side when it is all there.
"""

import math

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.limiter import LARGEST
from rtsynth.engine.kernels.scalar import square_root
from rtsynth.engine.live.queue import drop_first, put_sorted
from rtsynth.engine.live.shared import (
    CHUNK_FRAMES,
    DC_BLOCK,
    FRAMES,
    GAIN_FRAMES,
    GAIN_GOAL,
    GAIN_NOW,
    GAIN_STEP,
    LATE_EVENTS,
    LEFT,
    LOST_EVENTS,
    MASTER_LEVEL,
    MAX_SLOTS,
    MUTE,
    NOW,
    OWN,
    PAN,
    QUEUE_CAPACITY,
    RATE_HZ,
    RIGHT,
    SETTING_COUNT,
    SOLO,
    STRIP,
)
from rtsynth.engine.program.layout import TARGET_FORGET

RAMP_S = 0.01
DC_HZ = 5.0  # the DC blocker takes 3 dB off here
_NOTHING = 1e-20  # an offset below it is none: what is smaller still is slow to compute with


@jit()
def enqueue_setting(engine, mixer, frame, target, value):
    """Keep an event for device frame `frame`, or NOW; see `rtsynth.engine.live.slot.enqueue`."""
    count, queue = engine[SETTING_COUNT], mixer.queue
    time = engine[FRAMES] if frame == NOW else frame
    if target == TARGET_FORGET:
        while count > 0 and queue.times[count - 1] > max(time, engine[FRAMES]):
            count -= 1
        engine[SETTING_COUNT] = count
        return True
    if count == QUEUE_CAPACITY:
        if queue.times[0] <= engine[FRAMES]:
            return False
        engine[LOST_EVENTS] += 1
        if time >= queue.times[count - 1]:
            return True
        count -= 1
    if time < engine[FRAMES]:
        engine[LATE_EVENTS] += 1
        time = engine[FRAMES]
    put_sorted(queue, count, time, target, value)
    engine[SETTING_COUNT] = count + 1
    return True


@jit()
def take_settings(engine, mixer, frame):
    """Move the settings whose time has come at `frame`; how many frames on the next one is due."""
    count, queue, done = engine[SETTING_COUNT], mixer.queue, 0
    while done < count and queue.times[done] <= frame:
        mixer.settings[queue.targets[done]] = queue.values[done]
        done += 1
    if done > 0:
        drop_first(queue, count, done)
        count -= done
        engine[SETTING_COUNT] = count
        # Before the first sound there is nothing to glide from.
        aim_all(mixer, np.int64(RAMP_S * engine[RATE_HZ] + 0.5) if frame > 0 else 0)
    return queue.times[0] - frame if count > 0 else CHUNK_FRAMES


@jit()
def aim_all(mixer, frames):
    """Have every gain arrive in so many frames where the settings want it."""
    settings, gains = mixer.settings, mixer.gains
    soloed = False
    for slot in range(MAX_SLOTS):
        soloed = soloed or settings[slot * STRIP + SOLO] != 0
    for slot in range(MAX_SLOTS):
        at = slot * STRIP
        own = 0.0 if settings[at + MUTE] != 0 else 1.0
        mixed = 0.0 if soloed and settings[at + SOLO] == 0 else own
        pan = settings[at + PAN]
        aim(gains, at + LEFT, mixed * square_root(1.0 - pan), frames)
        aim(gains, at + RIGHT, mixed * square_root(1.0 + pan), frames)
        aim(gains, at + OWN, own, frames)
    aim(gains, MASTER_LEVEL, settings[MASTER_LEVEL], frames)
    aim(gains, DC_BLOCK, settings[DC_BLOCK], frames)


@jit()
def aim(gains, row, goal, frames):
    """Have one gain arrive at `goal` in so many frames, unless it is on its way there."""
    goal = np.float32(goal)
    if goal == gains[row, GAIN_GOAL]:
        return
    gains[row, GAIN_GOAL] = goal
    gains[row, GAIN_FRAMES] = frames
    if frames == 0:
        gains[row, GAIN_NOW] = goal
    else:
        gains[row, GAIN_STEP] = (goal - gains[row, GAIN_NOW]) / np.float32(frames)


@jit()
def follow_gain(gains, row, path):
    """Fill `path` with a gain's way from sample to sample."""
    gain, left = gains[row, GAIN_NOW], np.int64(gains[row, GAIN_FRAMES])
    moves = min(left, path.size)
    for i in range(moves):
        gain += gains[row, GAIN_STEP]
        path[i] = gain
    if moves > 0 and moves == left:
        gain = gains[row, GAIN_GOAL]
        path[moves - 1] = gain
    for i in range(moves, path.size):
        path[i] = gain
    gains[row, GAIN_NOW] = gain
    gains[row, GAIN_FRAMES] = left - moves


@jit()
def block_dc(mixer, mix, path, rate_hz):
    """Take what is below DC_HZ off both channels of `mix`, as far as it is switched on."""
    gains = mixer.gains
    if gains[DC_BLOCK, GAIN_NOW] == 0 and gains[DC_BLOCK, GAIN_GOAL] == 0:
        return
    follow_gain(gains, DC_BLOCK, path)
    turn = 2.0 * math.pi * DC_HZ / rate_hz
    for channel in range(2):
        offset = mixer.offsets[channel]
        for i in range(path.size):
            sound = mix[channel, i]
            if path[i] == 0:
                offset = 0.0
            elif abs(sound) <= LARGEST:
                offset += turn * (sound - offset)
            offset = offset if abs(offset) > _NOTHING else 0.0
            mix[channel, i] = sound - path[i] * np.float32(offset)
        mixer.offsets[channel] = offset


@jit()
def apply_master(mixer, mix, path):
    """Bring both channels of `mix` to the master's level."""
    follow_gain(mixer.gains, MASTER_LEVEL, path)
    for channel in range(2):
        for i in range(path.size):
            mix[channel, i] *= path[i]
