"""A voice that goes on as another: the same network with other weights, from the very sample.

When its turn comes it takes over what the other one is: its state, clock, parameters, queue and the
end of its last stretch. What there is to copy a control thread has listed, int64 [1 + n, 3]: how
many pieces there are, then of each the address there and here, and its units of four bytes. What a
recall keeps (`rtsynth.engine.run.recall`) is none of them: it follows from the weights.

They are not faded: two networks would be computed, and blocks have to fit with both. The other one
gives a single sample more: it stays FADING until then, also where a stretch is too short for one,
and events of that sample are for both. The first of the new voice may be away from that by as much
as the sound bends by itself, and from the sample before by as much as it steps by itself; what it
is away beyond that is taken off as an offset, which fades within JOINT_MS. With the same weights
there is none.

Their bank and their tap are one: the other voice keeps nothing any more.
"""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.limiter import LARGEST
from rtsynth.engine.kernels.memory import ints_at, words_at
from rtsynth.engine.kernels.records import read_record
from rtsynth.engine.live.bank import joint_samples, share_left
from rtsynth.engine.live.shared import (
    S_AFTER,
    S_BEFORE,
    S_CARRIED,
    S_JOINT,
    S_NUMBER,
    S_OFFSET,
    S_ORIGIN,
    S_RING_NEXT,
    S_SLOT,
    S_TAP,
    S_WAITING,
    SLOT_WORDS,
    Slot,
)
from rtsynth.engine.run.render import apply_event, render_block

NEVER = 1 << 62


@jit(inline="always")
def will_go_on(old, new):
    """Whether a voice has not begun, and goes on as this one when it does."""
    return new[S_AFTER] == old[S_NUMBER] and new[S_ORIGIN] < 0


@jit()
def go_on(address, new):
    """Let a voice that is to play now go on as the one that played; whether it is made for that.

    `address`: of the slot words of that one.
    """
    old = words_at(address, SLOT_WORDS)
    if not will_go_on(old, new):
        return False
    count = words_at(new[S_CARRIED], 3)[0]
    table = words_at(new[S_CARRIED] + 24, 3 * count)
    for piece in range(count):
        there, here = ints_at(table[3 * piece], table[3 * piece + 2]), table[3 * piece + 1]
        copy = ints_at(here, table[3 * piece + 2])
        for i in range(table[3 * piece + 2]):
            copy[i] = there[i]
    old[S_WAITING], old[S_RING_NEXT], old[S_TAP] = 0, NEVER, 0
    new[S_BEFORE] = address
    return True


@jit(inline="always")
def voice_before(s):
    """What the voice plays that this one goes on as, while S_BEFORE says so."""
    return read_record(words_at(s[S_BEFORE], SLOT_WORDS), S_SLOT, Slot)


@jit()
def apply_to_both(s, slot, target, value):
    """Apply an event to a voice, and to the one before, if that has still to give its sample."""
    apply_event(slot.program, slot.header, slot.arena, target, value)
    if s[S_BEFORE] != 0:
        other = voice_before(s)
        apply_event(other.program, other.header, other.arena, target, value)


@jit()
def limits(before, sample):
    """Between what a sample may be, where the sound before it would have gone on with `sample`.

    Args:
        before: float32 [n >= 3], the last samples.
    """
    last = before[before.size - 1]
    step, bend = abs(sample - last), np.float32(0.0)
    for i in range(1, before.size):
        step = max(step, abs(before[i] - before[i - 1]))
    for i in range(2, before.size):
        bend = max(bend, abs(before[i] - before[i - 1] - (before[i - 1] - before[i - 2])))
    lowest, highest = max(last - step, sample - bend), min(last + step, sample + bend)
    return min(lowest, sample), max(highest, sample)  # it is one of them, however they are rounded


@jit()
def meet(s, slot, events, first_event, before, sample):
    """See to it that the first sample of a voice follows from those before, of another one.

    Args:
        events, first_event: as they were for `render_block`, which gave `sample`.
        before: float32 [n >= 3], the last samples.
    """
    other = voice_before(s)
    s[S_BEFORE] = 0
    if s[S_JOINT] < 0:  # a state was put back at this very sample: that is faded
        return
    taps = other.filters.shape[1]
    more = other.buffer[taps : taps + 1]
    render_block(other.program, other.header, other.arena, events, first_event, more)
    lowest, highest = limits(before, more[0])
    offset = min(max(sample, lowest), highest) - sample
    if offset != np.float32(0.0) and abs(offset) <= LARGEST:
        count = joint_samples(slot)
        slot.bank.joint[1] = offset + slot.bank.joint[1] * share_left(s[S_OFFSET], count)
        s[S_OFFSET] = count


@jit()
def fade_offset(s, slot, out):
    """Add what is left of the offset."""
    if s[S_OFFSET] == 0:
        return
    offset, count = slot.bank.joint[1], joint_samples(slot)
    for i in range(min(s[S_OFFSET], out.size)):
        out[i] += offset * share_left(s[S_OFFSET] - i, count)
    s[S_OFFSET] = max(s[S_OFFSET] - out.size, 0)
