"""What a block takes from the control threads: voices that are to play, events, the master.

Where moments are kept (`rtsynth.engine.live.moments`), every event is noted in a journal as it is
taken, so that it can be taken again. One for NOW is given the frame of its block then: it is for
the same sample the second time.
"""

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import doubles_at, load_acquire, store_release, words_at
from rtsynth.engine.live.carry import go_on, will_go_on
from rtsynth.engine.live.log import log_block, log_record
from rtsynth.engine.live.shared import (
    CURRENT,
    EVENT_CAPACITY,
    EVENT_HEAD,
    EVENT_TAIL,
    EVENT_TARGETS,
    EVENT_TIMES,
    EVENT_VALUES,
    EVENT_VOICES,
    FADE_LEFT,
    FADING,
    FLOOR,
    FRAMES,
    JOURNAL,
    JOURNAL_CAPACITY,
    JOURNAL_HEAD,
    JOURNAL_TAIL,
    JOURNAL_TARGET,
    JOURNAL_TIME,
    JOURNAL_VALUES,
    JOURNAL_VOICE,
    JOURNAL_WORDS,
    LATEST_NOW,
    LOGGED_EVENT,
    LOGGED_MASTER,
    LOGGED_PLAY,
    MASTER,
    MASTER_SEEN,
    MAX_SLOTS,
    MIXER_VOICE,
    MOMENTS,
    NEXT,
    NOW,
    S_AFTER,
    S_NUMBER,
    SEEN,
    SLOT_WORDS,
)
from rtsynth.engine.live.slot import enqueue
from rtsynth.engine.live.strips import enqueue_setting

FADE_FRAMES = 1024  # of a change of plugin


@jit(inline="always")
def slot_words(address):
    """The slot words at `address`."""
    return words_at(address, SLOT_WORDS)


@jit(inline="always")
def answers_to(s, number):
    """Whether events of a voice are for this one."""
    return number in (s[S_NUMBER], s[S_AFTER])


@jit()
def find_voice(engine, number):
    """Where the slot words of a voice are that is played, or will be when a fade has ended; or 0.

    Of one that another goes on as it is that other; as long as both are one, the one that plays.
    (SEEN may be freed only two blocks after the one that no longer finds it in NEXT.)
    """
    for slot in range(MAX_SLOTS):
        current, seen = engine[CURRENT + slot], engine[SEEN + slot]
        if current != 0 and answers_to(slot_words(current), number):
            return current
        if seen != 0 and answers_to(slot_words(seen), number):
            goes_on = current != 0 and will_go_on(slot_words(current), slot_words(seen))
            return current if goes_on else seen
    return 0


@jit()
def take_event(engine, mixer, time, voice, target, value):
    """Move an event into the queue it is for; False if it has to wait for room there.

    An old voice needs none any more.
    """
    if voice == MIXER_VOICE:
        if not enqueue_setting(engine, mixer, time, target, value):
            return False
    else:
        address = find_voice(engine, voice)
        if address == 0:
            return True
        if not enqueue(engine, slot_words(address), time, target, value):
            return False
        voice = slot_words(address)[S_NUMBER]
    log_record(engine, LOGGED_EVENT, voice, time, target, value)
    return True


@jit()
def take_again(engine, mixer):
    """Take the events of the journal that are to be taken again; whether that were all of them."""
    values = doubles_at(engine[JOURNAL_VALUES], JOURNAL_CAPACITY)
    while engine[JOURNAL_TAIL] < engine[JOURNAL_HEAD]:
        at = engine[JOURNAL_TAIL] % JOURNAL_CAPACITY
        record = words_at(engine[JOURNAL] + 8 * JOURNAL_WORDS * at, JOURNAL_WORDS)
        time, voice, target = record[JOURNAL_TIME], record[JOURNAL_VOICE], record[JOURNAL_TARGET]
        if not take_event(engine, mixer, time, voice, target, values[at]):
            return False
        engine[JOURNAL_TAIL] += 1
    return True


@jit()
def note_event(engine, time, voice, target, value):
    """Note an event in the journal that was taken just now."""
    at = engine[JOURNAL_HEAD] % JOURNAL_CAPACITY
    record = words_at(engine[JOURNAL] + 8 * JOURNAL_WORDS * at, JOURNAL_WORDS)
    record[JOURNAL_TIME], record[JOURNAL_VOICE], record[JOURNAL_TARGET] = time, voice, target
    doubles_at(engine[JOURNAL_VALUES], JOURNAL_CAPACITY)[at] = value
    engine[JOURNAL_HEAD] += 1
    engine[JOURNAL_TAIL] = engine[JOURNAL_HEAD]


@jit()
def take_events(engine, mixer, head):
    """Move every event of the ring before `head` into the queue it is for.

    (`head` was read before `take_programs`, which has therefore seen their voices.)
    """
    times = words_at(engine[EVENT_TIMES], EVENT_CAPACITY)
    voices = words_at(engine[EVENT_VOICES], EVENT_CAPACITY)
    targets = words_at(engine[EVENT_TARGETS], EVENT_CAPACITY)
    values = doubles_at(engine[EVENT_VALUES], EVENT_CAPACITY)
    keeps = engine[MOMENTS] != 0
    if keeps and not take_again(engine, mixer):
        return
    tail = engine[EVENT_TAIL]
    while tail < head:
        at = tail % EVENT_CAPACITY
        time, voice, target, value = times[at], voices[at], targets[at], values[at]
        if keeps and time == NOW:
            time = max(engine[FRAMES], engine[LATEST_NOW])
            engine[LATEST_NOW] = time
        if not take_event(engine, mixer, time, voice, target, value):
            break
        if keeps:
            note_event(engine, time, voice, target, value)
        tail += 1
    store_release(engine, EVENT_TAIL, tail)


@jit()
def take_programs(engine):
    """Begin fading to the plugins that were published since the last block, or go on with them."""
    for slot in range(MAX_SLOTS):
        wanted = load_acquire(engine, NEXT + slot)
        if wanted != engine[SEEN + slot]:
            engine[SEEN + slot] = wanted
            engine[FLOOR] = engine[FRAMES] + 1  # of its state before this block there is no copy
            number = slot_words(wanted)[S_NUMBER] if wanted != 0 else 0
            log_record(engine, LOGGED_PLAY, number, 0, slot, 0.0)
        current = engine[CURRENT + slot]
        if wanted != current and engine[FADING + slot] == 0:
            goes_on = wanted != 0 and current != 0 and go_on(current, slot_words(wanted))
            engine[FADING + slot] = current
            engine[FADE_LEFT + slot] = 0 if goes_on else FADE_FRAMES
            engine[FLOOR] = engine[FRAMES] + 1  # what has played is what a control thread goes by
            store_release(engine, CURRENT + slot, wanted)


@jit()
def take_master(engine):
    """Note where the gain of the output is to be."""
    master = load_acquire(engine, MASTER)
    if master != engine[MASTER_SEEN]:
        engine[MASTER_SEEN] = master
        log_record(engine, LOGGED_MASTER, 0, 0, master, 0.0)


@jit()
def take_changes(engine, mixer, frames):
    """Take what the control threads have for a block of `frames`: all that it depends on."""
    log_block(engine, frames)
    head = load_acquire(engine, EVENT_HEAD)
    take_programs(engine)
    take_events(engine, mixer, head)
    take_master(engine)
