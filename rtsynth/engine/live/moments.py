"""Going back: what was computed ahead is computed anew where something changes, before it is heard.

A *moment* is all that a block depends on and changes, copied as the block begins: the engine words
named in `shared`, the memory of the mixer, and of every voice that plays, or is to, its clock, its
state, its queue and the end of its last stretch. Put back, the same blocks give the same samples.

When something new comes, the thread that computes goes back to the latest moment that is not behind
it, but to none that is heard within MARGIN after the next callback. OUT_HEAD is lowered, the moment
is put back, and the events that were taken since are taken again, from the journal, before the new
ones. Then the blocks from there on are computed as any others. What the device has taken, or may be
taking, is never touched: see CLAIM in `shared`.

MARGIN is what the machine needs: where a callback found less than a quarter of it left, it grows;
after CALM times of going back at which none did, it shrinks, down to LEAST_MARGIN_MS.

Memory is described by *pieces*, int64 [1 + n, 2]: how many there are and the units that they take
together, then the address and the units of each. A unit is four bytes. What a recall keeps of a
voice is none of them: it is right whatever else there is (`rtsynth.engine.run.recall`).
"""

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import (
    ints_at,
    load_acquire,
    load_ordered,
    store_ordered,
    store_release,
    words_at,
)
from rtsynth.engine.live.log import log_record
from rtsynth.engine.live.mix import compute_frames
from rtsynth.engine.live.shared import (
    AHEAD,
    BACK_PLAYED,
    BACKS,
    BLOCK_FRAMES,
    CALM_BACKS,
    CLAIM,
    CURRENT,
    EVENT_CAPACITY,
    EVENT_HEAD,
    EVENT_TAIL,
    EVENT_TIMES,
    EVENT_VOICES,
    FADING,
    FLOOR,
    FRAMES,
    JOURNAL_CAPACITY,
    JOURNAL_HEAD,
    JOURNAL_TAIL,
    KEPT,
    KEPT_WORDS,
    LATEST_NOW,
    LEAST_LEFT,
    LOGGED_BACK,
    LOOKED,
    MARGIN,
    MARGIN_GREW,
    MASTER,
    MASTER_SEEN,
    MAX_SLOTS,
    MIXER,
    MIXER_VOICE,
    MOMENT_COUNT,
    MOMENT_FRAME,
    MOMENT_HEAD,
    MOMENT_JOURNAL,
    MOMENT_KEPT,
    MOMENT_NEXT,
    MOMENT_SLOTS,
    MOMENT_WORDS,
    MOMENTS,
    NEXT,
    NOW,
    OUT_CAPACITY,
    OUT_HEAD,
    PIECES,
    PLAYED,
    RATE_HZ,
    S_KEPT,
    S_PIECES,
    S_STAMPS,
    SEEN,
    STEP_FRAMES,
)
from rtsynth.engine.live.take import find_voice, slot_words

MARGIN_MS = 15  # to begin with
LEAST_MARGIN_MS = 10
GROWS_MS, SHRINKS_MS = 5, 1
CALM = 16
HANDS_REST_MS = 300  # after the last going back: as long little is computed that may be for nothing
_TRIES = 4


@jit()
def copy_units(source, target, count):
    """Copy so many units from one address to another."""
    old, new = ints_at(source, count), ints_at(target, count)
    for i in range(count):
        new[i] = old[i]


@jit()
def save_pieces(pieces, kept, row):
    """Copy the memory that the pieces at an address are of into a row of its copies."""
    sizes = words_at(pieces, 2)
    count, units = sizes[0], sizes[1]
    table = words_at(pieces + 16, 2 * count)
    target = kept + 4 * units * row
    for i in range(count):
        copy_units(table[2 * i], target, table[2 * i + 1])
        target += 4 * table[2 * i + 1]


@jit()
def restore_pieces(pieces, kept, row):
    """The reverse."""
    sizes = words_at(pieces, 2)
    count, units = sizes[0], sizes[1]
    table = words_at(pieces + 16, 2 * count)
    source = kept + 4 * units * row
    for i in range(count):
        copy_units(source, table[2 * i], table[2 * i + 1])
        source += 4 * table[2 * i + 1]


@jit(inline="always")
def moment_words(engine, row):
    """A row of MOMENTS."""
    return words_at(engine[MOMENTS] + 8 * MOMENT_WORDS * row, MOMENT_WORDS)


@jit()
def save_moment(engine):
    """Keep all that the next block depends on."""
    row, frame = engine[MOMENT_NEXT] % engine[MOMENT_COUNT], engine[FRAMES]
    moment = moment_words(engine, row)
    moment[MOMENT_FRAME], moment[MOMENT_HEAD] = frame, engine[OUT_HEAD]
    moment[MOMENT_JOURNAL] = engine[JOURNAL_TAIL]
    for i in range(len(KEPT_WORDS)):
        moment[MOMENT_KEPT + i] = engine[KEPT_WORDS[i]]
    for i in range(MIXER - CURRENT):
        moment[MOMENT_SLOTS + i] = engine[CURRENT + i]
    save_pieces(engine[PIECES], engine[KEPT], row)
    for slot in range(MAX_SLOTS):
        for first in (CURRENT, FADING, SEEN):
            address = engine[first + slot]
            if address != 0 and (first != SEEN or address != engine[CURRENT + slot]):
                s = slot_words(address)
                save_pieces(s[S_PIECES], s[S_KEPT], row)
                words_at(s[S_STAMPS], engine[MOMENT_COUNT])[row] = frame
    store_release(engine, MOMENT_NEXT, engine[MOMENT_NEXT] + 1)


@jit()
def restore_moment(engine, number):
    """Put a moment back; the next block is the one that it was kept for."""
    row = number % engine[MOMENT_COUNT]
    moment = moment_words(engine, row)
    for i in range(len(KEPT_WORDS)):
        engine[KEPT_WORDS[i]] = moment[MOMENT_KEPT + i]
    for i in range(MIXER - CURRENT):
        store_release(engine, CURRENT + i, moment[MOMENT_SLOTS + i])
    restore_pieces(engine[PIECES], engine[KEPT], row)
    for slot in range(MAX_SLOTS):
        for first in (CURRENT, FADING, SEEN):
            address = engine[first + slot]
            if address != 0 and (first != SEEN or address != engine[CURRENT + slot]):
                s = slot_words(address)
                restore_pieces(s[S_PIECES], s[S_KEPT], row)
    engine[JOURNAL_TAIL] = moment[MOMENT_JOURNAL]
    store_release(engine, MOMENT_NEXT, number)
    store_release(engine, FRAMES, moment[MOMENT_FRAME])


@jit()
def wanted_frame(engine):
    """The first frame that what is new is for; FRAMES if it is for what is not computed yet."""
    for slot in range(MAX_SLOTS):
        if load_acquire(engine, NEXT + slot) != engine[SEEN + slot]:
            return 0
    if load_acquire(engine, MASTER) != engine[MASTER_SEEN]:
        return 0
    times = words_at(engine[EVENT_TIMES], EVENT_CAPACITY)
    voices = words_at(engine[EVENT_VOICES], EVENT_CAPACITY)
    wanted, head = engine[FRAMES], load_acquire(engine, EVENT_HEAD)
    for number in range(max(engine[LOOKED], engine[EVENT_TAIL]), head):
        at = number % EVENT_CAPACITY
        if voices[at] == MIXER_VOICE or find_voice(engine, voices[at]) != 0:
            wanted = min(wanted, engine[LATEST_NOW] if times[at] == NOW else times[at])
    engine[LOOKED] = head
    return wanted


@jit()
def find_moment(engine, frame):
    """The number of the moment to go back to for a change at `frame`; -1 if there is none.

    The latest one that is not behind it; where that is heard too soon, the first that is not.
    """
    soonest = max(load_acquire(engine, CLAIM), load_acquire(engine, PLAYED) + engine[BLOCK_FRAMES])
    soonest += engine[MARGIN]
    found, number = -1, engine[MOMENT_NEXT] - 1
    while number >= 0 and number >= engine[MOMENT_NEXT] - engine[MOMENT_COUNT]:
        moment = moment_words(engine, number % engine[MOMENT_COUNT])
        if moment[MOMENT_HEAD] < soonest or moment[MOMENT_FRAME] < engine[FLOOR]:
            break
        if engine[JOURNAL_HEAD] - moment[MOMENT_JOURNAL] > JOURNAL_CAPACITY:
            break
        found = number
        if moment[MOMENT_FRAME] <= frame:
            break
        number -= 1
    return found


@jit()
def go_back(engine, frame):
    """Go back for a change at `frame`, as far as that may be; whether it was gone back.

    OUT_HEAD is lowered before anything else is touched. If the callback has claimed more by then it
    may have seen the old one: then OUT_HEAD is put back, and nothing else has happened.
    """
    head = engine[OUT_HEAD]
    for _ in range(_TRIES):
        number = find_moment(engine, frame)
        if number < 0:
            return False
        lower = moment_words(engine, number % engine[MOMENT_COUNT])[MOMENT_HEAD]
        store_ordered(engine, OUT_HEAD, lower)
        if load_ordered(engine, CLAIM) <= lower:
            restore_moment(engine, number)
            log_record(engine, LOGGED_BACK, 0, 0, 0, 0.0)
            engine[BACKS] += 1
            played = load_acquire(engine, PLAYED)
            if lower - played < engine[BLOCK_FRAMES] + 2 * engine[MARGIN]:  # not for much later
                engine[BACK_PLAYED] = played
            note_calm(engine)
            return True
        store_ordered(engine, OUT_HEAD, head)
    return False


@jit()
def note_calm(engine):
    """It was gone back: has the margin sufficed since the last time?"""
    engine[CALM_BACKS] = 0 if engine[MARGIN_GREW] != 0 else engine[CALM_BACKS] + 1
    engine[MARGIN_GREW] = 0
    if engine[CALM_BACKS] >= CALM:
        engine[CALM_BACKS] = 0
        least = min(LEAST_MARGIN_MS * engine[RATE_HZ] // 1000, engine[MARGIN])
        engine[MARGIN] = max(engine[MARGIN] - SHRINKS_MS * engine[RATE_HZ] // 1000, least)


@jit()
def widen_margin(engine):
    """Let the margin grow where a callback found too little left, once for each going back."""
    if engine[MARGIN_GREW] == 0 and engine[LEAST_LEFT] < engine[MARGIN] // 4:
        wider = engine[MARGIN] + GROWS_MS * engine[RATE_HZ] // 1000
        engine[MARGIN] = max(min(wider, engine[AHEAD]), engine[MARGIN])
        engine[MARGIN_GREW] = 1
    engine[LEAST_LEFT] = OUT_CAPACITY


@jit()
def room_for_block(engine):
    """Whether a block has room before the sound is as far ahead as it is to be.

    While hands move that is half a margin more than is left alone each time it is gone back: what
    is beyond that is computed for nothing, and a thread that is never idle is soon made to wait.
    """
    played, ahead = load_acquire(engine, PLAYED), engine[AHEAD]
    if played - engine[BACK_PLAYED] < HANDS_REST_MS * engine[RATE_HZ] // 1000:
        ahead = min(ahead, engine[MARGIN] + engine[MARGIN] // 2 + engine[STEP_FRAMES])
    room = ahead + load_acquire(engine, BLOCK_FRAMES) - (load_acquire(engine, OUT_HEAD) - played)
    return engine[STEP_FRAMES] <= room


@jit()
def compute_ahead(engine):
    """A turn of the thread that computes ahead; whether it had anything to compute."""
    widen_margin(engine)
    wanted = wanted_frame(engine)
    if wanted < engine[FRAMES]:
        go_back(engine, wanted)
    if not room_for_block(engine):
        return False
    save_moment(engine)
    compute_frames(engine, engine[STEP_FRAMES])
    return True
