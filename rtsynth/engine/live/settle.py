"""Once the sound has stopped: what was sent takes effect, or is forgotten where it is for later.

Else it would act at the next start, and undo what was moved in between.
"""

from rtsynth.engine.kernels.float_mode import enter_standard_floats, leave_standard_floats
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import load_acquire
from rtsynth.engine.kernels.records import read_record
from rtsynth.engine.live.bank import act_on_bank, is_of_bank
from rtsynth.engine.live.carry import apply_to_both
from rtsynth.engine.live.shared import (
    CURRENT,
    EVENT_HEAD,
    EVENT_TAIL,
    FRAMES,
    JOURNAL_HEAD,
    JOURNAL_TAIL,
    LATEST_NOW,
    MAX_SLOTS,
    MIXER,
    S_EVENT_COUNT,
    S_SLOT,
    SEEN,
    SETTING_COUNT,
    Mixer,
    Slot,
)
from rtsynth.engine.live.slot import sample_at
from rtsynth.engine.live.strips import take_settings
from rtsynth.engine.live.take import slot_words, take_events, take_programs
from rtsynth.engine.program.layout import CLOCK, GATE, VOICE_TARGETS


@jit()
def is_release(target, value):
    """Whether an event closes a gate, in one voice or in all."""
    row = target - (target + VOICE_TARGETS // 2) // VOICE_TARGETS * VOICE_TARGETS
    return row == GATE and value <= 0.0


@jit()
def settle_slot(s, frame):
    """A slot's events up to device frame `frame` take effect, and releases; others are dropped."""
    slot = read_record(s, S_SLOT, Slot)
    queue, due = slot.queue, max(sample_at(s, slot, frame), slot.header[CLOCK])
    for i in range(s[S_EVENT_COUNT]):
        target, value = queue.targets[i], queue.values[i]
        if queue.times[i] <= due and is_of_bank(target):
            act_on_bank(s, slot, target, value, slot.buffer[slot.filters.shape[1] - 1])
        elif queue.times[i] <= due or is_release(target, value):
            apply_to_both(s, slot, target, value)
    s[S_EVENT_COUNT] = 0


@jit("void(int64[::1], int64)")
def settle(engine, frame):
    """For a control thread while nothing plays: empty the ring, and the queues of all that plays.

    What is for `frame` of the device, or before, takes effect, in order; with NOW, what would in
    the next block. A note's end does in any case: it would sound on for ever.
    """
    mode = enter_standard_floats()
    mixer = read_record(engine, MIXER, Mixer)
    head = load_acquire(engine, EVENT_HEAD)
    until = max(frame, engine[FRAMES], engine[LATEST_NOW])
    take_programs(engine)
    while True:
        take_events(engine, mixer, head)
        take_settings(engine, mixer, until)
        engine[SETTING_COUNT] = 0
        for slot in range(MAX_SLOTS):
            for first in (CURRENT, SEEN):
                if engine[first + slot] != 0:
                    settle_slot(slot_words(engine[first + slot]), until)
        if engine[EVENT_TAIL] == head and engine[JOURNAL_TAIL] == engine[JOURNAL_HEAD]:
            # Else a queue was full.
            break
    leave_standard_floats(mode)
