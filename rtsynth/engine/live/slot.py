"""One slot in the audio thread: timed events in, a stretch of audio at the device's rate out."""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import floats_at
from rtsynth.engine.kernels.records import read_record
from rtsynth.engine.kernels.resample import inputs_needed, resample
from rtsynth.engine.live.bank import act_on_bank, bank_due, do_due, fade_joint, is_of_bank
from rtsynth.engine.live.carry import apply_to_both, fade_offset, meet, voice_before
from rtsynth.engine.live.queue import drop_first, put_sorted
from rtsynth.engine.live.shared import (
    LATE_EVENTS,
    LOST_EVENTS,
    NOW,
    QUEUE_CAPACITY,
    S_ADVANCE,
    S_BEFORE,
    S_EVENT_COUNT,
    S_ORIGIN,
    S_PHASE,
    S_SLOT,
    S_TAP,
    TAP_CAPACITY,
    Slot,
)
from rtsynth.engine.program.layout import (
    CLOCK,
    CONFIG_ARENA_FLOATS,
    CONFIG_MODULATION,
    FOLLOW,
    FOLLOWED,
    MODULATED,
    SLOT_PEAK,
    STRETCH_PEAK,
    TARGET_FORGET,
    Events,
)
from rtsynth.engine.run.render import render_block
from rtsynth.engine.run.rows import target_of


@jit()
def sample_at(s, slot, frame):
    """The first sample of the voice at or after a frame of the device; the next one for NOW."""
    if frame == NOW or s[S_ORIGIN] < 0:
        return slot.header[CLOCK]
    ahead = (frame - s[S_ORIGIN]) * s[S_ADVANCE]
    return -(-ahead // slot.filters.shape[0])


@jit()
def enqueue(engine, s, frame, target, value):
    """Put an event for device frame `frame` (or NOW) into the slot's queue, sorted by time.

    False if it has to wait for the next block, because the queue is full of events of this one. In
    a queue full of later events the one furthest ahead gives way, so that a knob always moves.
    TARGET_FORGET acts at once: everything for after its time is dropped.
    """
    slot = read_record(s, S_SLOT, Slot)
    clock = slot.header[CLOCK]
    time = sample_at(s, slot, frame)
    count = s[S_EVENT_COUNT]
    queue = slot.queue
    if target == TARGET_FORGET:
        while count > 0 and queue.times[count - 1] > max(time, clock):
            count -= 1
        s[S_EVENT_COUNT] = count
        return True
    if count == QUEUE_CAPACITY:
        if queue.times[0] <= clock:
            return False
        engine[LOST_EVENTS] += 1
        if time >= queue.times[count - 1]:
            return True
        count -= 1
    if time < clock:
        engine[LATE_EVENTS] += 1
        time = clock
    put_sorted(queue, count, time, target, value)
    s[S_EVENT_COUNT] = count + 1
    return True


@jit()
def follow_slots(slot, peaks):
    """Let voices that are modulated and follow a slot know of its level.

    Their follower looks once in a step, and several stretches may fit in one: SLOT_PEAK is the
    largest since it last looked.
    """
    voice = 0
    while voice < slot.arena.size:
        at = voice + slot.program.config[CONFIG_MODULATION]
        number = np.int64(0)
        if slot.header[voice // 2 + MODULATED] > 0:
            number = np.int64(target_of(slot.arena, voice, FOLLOW))
        peak = np.float32(0.0)
        if 1 <= number <= peaks.size:
            peak = peaks[number - 1]
        if slot.arena[at + FOLLOWED] != np.float32(number):
            slot.arena[at + FOLLOWED] = np.float32(number)
            slot.arena[at + SLOT_PEAK] = np.float32(0.0)
        slot.arena[at + STRETCH_PEAK] = peak
        slot.arena[at + SLOT_PEAK] = max(slot.arena[at + SLOT_PEAK], peak)
        voice += slot.program.config[CONFIG_ARENA_FLOATS]


@jit(inline="always")
def render_events(s, slot, queue, buffer, at, end):
    """Render buffer[at:end], which ends a stretch wherever a state is kept or put back.

    Returns how many events were done.
    """
    done, count = 0, queue.times.size
    while at < end:
        now, index = slot.header[CLOCK], done
        while index < count and not is_of_bank(queue.targets[index]):
            index += 1
        due = min(end - at, bank_due(s, slot))
        if index < count:
            due = min(due, queue.times[index] - now)
        before = Events(queue.times[:index], queue.targets[:index], queue.values[:index])
        if due > 0:
            part, first = buffer[at : at + due], done
            done = render_block(slot.program, slot.header, slot.arena, before, first, part)
            if s[S_BEFORE] != 0:
                meet(s, slot, before, first, buffer[:at], part[0])
            fade_offset(s, slot, part)
            fade_joint(s, slot, part)
            at += due
            continue
        while done < index and queue.times[done] <= now:
            apply_to_both(s, slot, queue.targets[done], queue.values[done])
            done += 1
        if done < count and done == index and queue.times[done] <= now:
            act_on_bank(s, slot, queue.targets[done], queue.values[done], buffer[at - 1])
            done += 1
        if bank_due(s, slot) == 0:
            do_due(s, slot, buffer[at - 1])
    return done


@jit()
def render_slot(s, frame, peaks, out):
    """Fill `out` [n <= CHUNK_FRAMES], the frames of the device from `frame` on.

    `peaks` are those of the slots, of their last stretch.
    """
    if s[S_ORIGIN] < 0:
        s[S_ORIGIN] = frame
    slot = read_record(s, S_SLOT, Slot)
    follow_slots(slot, peaks)
    if s[S_BEFORE] != 0:
        follow_slots(voice_before(s), peaks)
    phases, taps = slot.filters.shape
    wanted = inputs_needed(s[S_PHASE], phases, s[S_ADVANCE], out.size)
    buffer = slot.buffer

    count = s[S_EVENT_COUNT]
    times, targets, values = slot.queue
    queue = Events(times[:count], targets[:count], values[:count])
    done = render_events(s, slot, queue, buffer, taps, taps + wanted)
    drop_first(queue, count, done)
    s[S_EVENT_COUNT] = count - done
    if s[S_TAP] != 0:
        tap, first = floats_at(s[S_TAP], TAP_CAPACITY), slot.header[CLOCK] - wanted
        for i in range(wanted):
            tap[(first + i) % TAP_CAPACITY] = buffer[taps + i]

    s[S_PHASE] = resample(slot.filters, s[S_ADVANCE], s[S_PHASE], buffer, out)
    for i in range(taps):
        buffer[i] = buffer[wanted + i]
