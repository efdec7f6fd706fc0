"""States of a network, kept and put back at an exact sample while it plays.

A *state* is all that the next samples of the voices follow from, besides their parameters and
random numbers: the hidden state, what was drawn last, and the time of the tiers. It is kept as all
tiers begin a step, at or after the time that was asked for; put back, all of them begin that step
again, so that what follows is what followed then. Of a single one of several voices only its own
state is put back: their tiers step together, and go on as they are. A state may be kept as that of
a single voice: it is then what every voice was, and any of them can take it.

The rows of a bank are for states that were asked for, each by a serial number of its own, and then
those of a ring, which has the state of every `step` samples of the last while.

A loop puts one of them back again and again, at exact samples, until it is ended.

Where a state is put back the output would jump. Within JOINT_MS it is faded from the sample before
to what the state gives: that alone is put out from then on. (To add what it jumps by would be
louder in between, but with a state put back every millisecond that sums up.)
"""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import store_release
from rtsynth.engine.live.shared import (
    S_JOINT,
    S_KEPT_LAST,
    S_LOOP,
    S_LOOP_LENGTH,
    S_LOOP_NEXT,
    S_RING_NEXT,
    S_WAITING,
)
from rtsynth.engine.program.layout import (
    CLOCK,
    CODE,
    CONFIG_AMPLITUDE,
    CONFIG_ARENA_FLOATS,
    CONFIG_CODES,
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_HISTORY,
    CONFIG_INPUT,
    CONFIG_PAST_INPUTS,
    CONFIG_RATE_HZ,
    ORIGIN,
    SECTION_DIVIDER,
    TARGET_KEEP,
    TARGET_LOOP,
    TARGET_LOOP_LENGTH,
    TARGET_RECALL,
    TARGET_RETURN,
    VOICE_TARGETS,
)
from rtsynth.engine.run.parameters import route_parameters
from rtsynth.engine.run.tape import refresh_state

JOINT_MS = 5
LONGEST_LOOP = 1 << 40  # samples: of what a log says; a clock never gets there
NEVER = 1 << 62
# Floats of a state that come first: the code drawn last, the network's input for it, its amplitude,
# and how long ago the tiers began, in two parts of TIME_BITS.
DRAWN = 5
TIME_BITS = 24  # what a float holds exactly


@jit()
def is_of_bank(target):
    """Whether an event keeps a state or puts one back."""
    row = target - (target + VOICE_TARGETS // 2) // VOICE_TARGETS * VOICE_TARGETS
    return TARGET_LOOP <= row <= TARGET_KEEP


@jit()
def samples_to_step(slot, now):
    """From sample `now` on to the next one, or that itself, at which all tiers step."""
    slowest = 1
    for tier in range(slot.program.sections.shape[0]):
        slowest = max(slowest, slot.program.sections[tier, SECTION_DIVIDER])
    return -(now - slot.header[ORIGIN]) % slowest


@jit()
def bank_due(s, slot):
    """Samples to the next state that is to be kept or put back, NEVER for none."""
    due = keep_due(s, slot)
    if s[S_LOOP] != 0:
        due = min(due, max(s[S_LOOP_NEXT] - slot.header[CLOCK], 0))
    return due


@jit()
def do_due(s, slot, last):
    """Put back and keep what is due now; `last` is the sample put out before."""
    if s[S_LOOP] != 0 and s[S_LOOP_NEXT] <= slot.header[CLOCK]:
        s[S_LOOP_NEXT] = slot.header[CLOCK] + s[S_LOOP_LENGTH]
        recall_state(s, slot, s[S_LOOP], -1, last)
    if keep_due(s, slot) == 0:
        keep_states(s, slot)


@jit()
def keep_due(s, slot):
    """Samples to the next state that is to be kept, NEVER for none."""
    now, due = slot.header[CLOCK], NEVER
    if s[S_WAITING] != 0:
        due = samples_to_step(slot, now)
    if slot.bank.serials.size > slot.bank.chosen:
        after = max(s[S_RING_NEXT] - now, 0)
        due = min(due, after + samples_to_step(slot, now + after))
    return due


@jit()
def keep_states(s, slot):
    """Keep what is due now, as all tiers step."""
    now, bank = slot.header[CLOCK], slot.bank
    for i in range(s[S_WAITING]):
        s[S_KEPT_LAST] = bank.waiting[i, 0]
        keep_state(slot, s[S_KEPT_LAST] % bank.chosen, s[S_KEPT_LAST], bank.waiting[i, 1])
    s[S_WAITING] = 0
    if bank.serials.size > bank.chosen and now >= s[S_RING_NEXT]:
        number = now // bank.step
        keep_state(slot, bank.chosen + number % (bank.serials.size - bank.chosen), now, -1)
        s[S_RING_NEXT] = (number + 1) * bank.step


@jit()
def keep_state(slot, row, serial, number):
    """Keep the state of all voices in a row of the bank; or that of voice `number` for each."""
    config, arena, kept = slot.program.config, slot.arena, slot.bank.rows[row]
    size = config[CONFIG_ARENA_FLOATS]
    store_release(slot.bank.serials, row, np.int64(-1))
    slot.bank.times[row] = slot.header[CLOCK]
    start, end = config[CONFIG_HIDDEN_START], config[CONFIG_HIDDEN_END]
    count = config[CONFIG_HISTORY]
    since = slot.header[CLOCK] - slot.header[ORIGIN]
    at = 0
    for index in range(arena.size // size):
        voice = (index if number < 0 else number) * size
        kept[at] = np.float32(slot.header[voice // 2 + CODE])
        kept[at + 1] = arena[voice + config[CONFIG_INPUT]]
        kept[at + 2] = arena[voice + config[CONFIG_AMPLITUDE]]
        kept[at + 3] = np.float32(since >> TIME_BITS)
        kept[at + 4] = np.float32(since & ((1 << TIME_BITS) - 1))
        at += DRAWN
        for i in range(count):
            kept[at + i] = arena[voice + config[CONFIG_CODES] + i]
            kept[at + count + i] = arena[voice + config[CONFIG_PAST_INPUTS] + i]
        at += 2 * count
        for i in range(end - start):
            kept[at + i] = arena[voice + start + i]
        at += end - start
    store_release(slot.bank.serials, row, serial)


@jit()
def put_back(slot, row, number):
    """Put a row's state into voice `number`, or with -1 into all."""
    config, arena, kept = slot.program.config, slot.arena, slot.bank.rows[row]
    start, end = config[CONFIG_HIDDEN_START], config[CONFIG_HIDDEN_END]
    count = config[CONFIG_HISTORY]
    since = (np.int64(kept[3]) << TIME_BITS) + np.int64(kept[4])
    voice, index, floats = 0, 0, DRAWN + 2 * count + end - start
    whole = number < 0 or arena.size == config[CONFIG_ARENA_FLOATS]
    while voice < arena.size:
        if whole:
            slot.header[voice // 2 + ORIGIN] = slot.header[CLOCK] - since
        if number < 0 or number == index:
            at = index * floats
            slot.header[voice // 2 + CODE] = np.int64(kept[at])
            arena[voice + config[CONFIG_INPUT]] = kept[at + 1]
            arena[voice + config[CONFIG_AMPLITUDE]] = kept[at + 2]
            at += DRAWN
            for i in range(count):
                arena[voice + config[CONFIG_CODES] + i] = kept[at + i]
                arena[voice + config[CONFIG_PAST_INPUTS] + i] = kept[at + count + i]
            at += 2 * count
            for i in range(end - start):
                arena[voice + start + i] = kept[at + i]
            refresh_state(slot.program, arena, voice)
            route_parameters(slot.program, arena, voice)  # knobs lie between the states of tiers
        voice, index = voice + config[CONFIG_ARENA_FLOATS], index + 1


@jit()
def act_on_bank(s, slot, target, value, last):
    """What an event of the bank does; `last` is the sample put out before."""
    bank, wanted = slot.bank, np.int64(value)
    number = (target + VOICE_TARGETS // 2) // VOICE_TARGETS - 1
    target -= (number + 1) * VOICE_TARGETS
    if bank.chosen == 0 or wanted < 0:
        return
    if target == TARGET_KEEP:
        # One that another goes on as has its queue still, but the bank is the other's: see `carry`.
        there = number < slot.arena.size // slot.program.config[CONFIG_ARENA_FLOATS]
        if there and s[S_WAITING] < bank.waiting.shape[0] and s[S_RING_NEXT] < NEVER:
            bank.waiting[s[S_WAITING], 0], bank.waiting[s[S_WAITING], 1] = wanted, number
            s[S_WAITING] += 1
    elif target == TARGET_RECALL:
        recall_state(s, slot, wanted, number, last)
    elif target == TARGET_RETURN:
        return_to(s, slot, wanted, number, last)
    elif target == TARGET_LOOP_LENGTH:
        s[S_LOOP_LENGTH] = min(max(wanted, 1), LONGEST_LOOP)
    elif target == TARGET_LOOP:
        s[S_LOOP], s[S_LOOP_NEXT] = wanted, slot.header[CLOCK]
        s[S_LOOP_LENGTH] = max(s[S_LOOP_LENGTH], 1)


@jit()
def recall_state(s, slot, serial, number, last):
    """Put back the state of a serial in voice `number`, or with -1 in all.

    One that is no longer there, or not yet, is not put back. Nor is there yet one that was kept in
    what is computed anew by now: the slot words say what has happened.
    """
    bank = slot.bank
    row = serial % bank.chosen
    there = bank.serials[row] == serial
    if there and (bank.times[row] < slot.header[CLOCK] or s[S_KEPT_LAST] == serial):
        join(s, slot, row, number, last)


@jit()
def return_to(s, slot, sample, number, last):
    """Put back the latest state of the ring that is not later than a sample, while it is there."""
    bank = slot.bank
    turn = sample // bank.step
    row = bank.chosen + turn % (bank.serials.size - bank.chosen)
    there = bank.serials[row] == bank.times[row] and bank.times[row] // bank.step == turn
    if there and (turn + 1) * bank.step <= s[S_RING_NEXT]:
        join(s, slot, row, number, last)


@jit()
def join(s, slot, row, number, last):
    """Put a row's state back, and fade to what it gives from the sample put out before."""
    put_back(slot, row, number)
    slot.bank.joint[0] = last
    s[S_JOINT] = -1


@jit(inline="always")
def joint_samples(slot):
    """For so many samples a joint is faded."""
    return max(slot.program.config[CONFIG_RATE_HZ] * JOINT_MS // 1000, 1)


@jit(inline="always")
def share_left(left, count):
    """From 1 to 0 as `left` goes from `count` to 0, without a corner."""
    share = np.float32(left) / np.float32(count)
    return share * share * (np.float32(3.0) - np.float32(2.0) * share)


@jit()
def fade_joint(s, slot, out):
    """Let the output go on from the sample before a state was put back."""
    if s[S_JOINT] == 0 or out.size == 0:
        return
    last, count = slot.bank.joint[0], joint_samples(slot)
    if s[S_JOINT] < 0:
        s[S_JOINT] = count
    for i in range(min(s[S_JOINT], out.size)):
        out[i] += (last - out[i]) * share_left(s[S_JOINT] - i, count)
    s[S_JOINT] = max(s[S_JOINT] - out.size, 0)
