"""Everything that crosses threads. This file is the whole contract.

The audio thread and the control threads share two blocks of int64 words and a few rings:

- *engine words*: one block per engine. Written by control threads: EVENT_HEAD, NEXT (one word per
  slot), MASTER, LOG_TAIL, and while nothing plays AHEAD, BLOCK_FRAMES, PLAYED, LOGGING and what
  there is for moments. Written by the audio callback: PLAYED, CLAIM, LEAST_LEFT, ANCHOR_*, STAMP,
  BLOCK_FRAMES, XRUNS. Written by whichever thread computes the sound (the callback, or with AHEAD
  the one of `rtsynth.host.ahead`, which "the audio thread" below means then): everything else.
- *slot words*: one block per loaded plugin, filled before it is published and afterwards touched by
  the audio thread alone; control threads read S_EVENT_COUNT. Where there is a tap the audio thread
  writes the sample at clock c to c modulo TAP_CAPACITY; they read what is heard already.
- *event ring*: control threads (one at a time, under a lock in Python) write at EVENT_HEAD, the
  audio thread reads at EVENT_TAIL; while nothing plays `rtsynth.engine.live.settle` empties it.
- *team words* and *helper words*: see `rtsynth.engine.run.team_words`. The rendering thread that is
  OWNER writes a task and then its CLAIM; whoever takes a share of it off CLAIM computes that and
  counts it in DONE. A task is written anew only when all of it is done.
- *log ring*: while LOGGING the audio thread writes at LOG_HEAD all that it takes from the control
  threads, with the frame at which its block begins; `rtsynth.host.event_log` reads at LOG_TAIL.
  LOGGED_BACK makes void what was written of blocks from its frame on.
- *output ring*: the audio thread writes at OUT_HEAD; the callback takes what the device plays from
  PLAYED on, anybody may read behind that. A thread that computes ahead may lower OUT_HEAD, see
  `rtsynth.engine.live.moments`, but never below CLAIM: the callback first claims what it is about
  to take, then looks how much there is; the other thread first lowers OUT_HEAD, then looks what is
  claimed. These four accesses have one order that all threads agree on: one of the two sees what
  the other did.
- *moments*: where MOMENTS is not 0, of every block computed ahead all that it depends on, kept by
  the thread that computes and read by control threads for what is heard now (they accept a torn
  picture). The memory of a voice for it is there before the voice is published, and is given back
  when PLAYED has passed every block that it can have been in.
- *input words*: one block per input that is listened to. Its callback writes samples, then
  IN_HEAD, and IN_LOST; a control thread reads what is behind IN_HEAD.
- *mixer*: a `Mixer`, of the audio thread alone once it plays; its settings are moved by events for
  MIXER_VOICE.

A word that signals the other side that data is ready is stored with release and loaded with acquire
order. A plugin is swapped by storing the address of its slot words in NEXT; the audio thread fades
over, or lets it go on as the one before, and the old block may be freed once it is neither CURRENT
nor FADING.
"""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.limiter import Limiters
from rtsynth.engine.kernels.memory import doubles_at, load_acquire, store_release, words_at
from rtsynth.engine.kernels.records import TABLE, put, words_of
from rtsynth.engine.program.layout import Events, Program

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

MAX_SLOTS = 16
EVENT_CAPACITY = 8192  # records, a power of two
OUT_CAPACITY = 1 << 18  # frames, a power of two: 5 s at 48 kHz
LOG_CAPACITY = 1 << 16  # records, a power of two
TIMING_CAPACITY = 1 << 16  # callbacks, a power of two
JOURNAL_CAPACITY = 1 << 14  # records, a power of two
TAP_CAPACITY = 1 << 20  # samples, a power of two: 65 s at 16 kHz
CHUNK_FRAMES = 1024  # longest stretch rendered at once
NOW = -1  # event time: the next block

# --- engine words --------------------------------------------------------------------------------
(
    RATE_HZ,
    CHANNELS,
    EVENT_HEAD,
    EVENT_TAIL,
    EVENT_TIMES,  # address, int64 [EVENT_CAPACITY], in frames of the device
    EVENT_VOICES,  # address, int64 [EVENT_CAPACITY]: S_NUMBER of a voice, or MIXER_VOICE
    EVENT_TARGETS,  # address, int64 [EVENT_CAPACITY]
    EVENT_VALUES,  # address, float64 [EVENT_CAPACITY]
    OUT_RING,  # address, float32 [OUT_ROWS, OUT_CAPACITY]: left, right, then slots by themselves
    OUT_ROWS,
    OUT_HEAD,  # frames written since the start
    TIMING_RING,  # address, int64 [TIMING_CAPACITY]: nanoseconds per block computed
    MIX,  # address, float32 [OUT_ROWS, CHUNK_FRAMES]
    PART,  # address, float32 [CHUNK_FRAMES]
    LEVELS,  # address, float32 [METERS, 2]: peak (falling), mean square (smoothed)
    FLOATS,  # address, float32 [ENGINE_FLOATS]: master gain, peaks of slots
    MASTER,  # 1: play, 0: fade to silence
    CALLBACKS,  # blocks computed since the start: one per callback, but with AHEAD
    FRAMES,  # frames computed since the start, LOOKAHEAD more than were written
    ANCHOR_FRAME,  # PLAYED as the last callback began, ...
    ANCHOR_NS,  # ... and the monotonic time of that, smoothed by `device_clock`
    STAMP,  # odd while the anchor is being written
    BUSY_NS,  # time spent computing since the start
    XRUNS,  # callbacks that PortAudio flagged as late, or that had too little to play
    BLOCK_FRAMES,  # frames of the last callback; before there is one, what is expected
    LATE_EVENTS,  # timed events that came after their time
    LOST_EVENTS,  # timed events dropped because a slot's queue was full of earlier ones
    CPU_RING,  # address, int64 [TIMING_CAPACITY]: CPU time per block computed
    PLAYED,  # frames that the device has taken since the start
    AHEAD,  # frames that another thread computes beyond the next block; 0: the callback computes
    AHEAD_QUIT,  # 1: that thread ends
    AHEAD_RAISED,  # 1: it is scheduled above the rest of the system
    RENDER_FRAMES,  # frames of the last block computed
    LOOKAHEAD,  # frames that the limiters look ahead; of their rings one more is used
    SETTING_COUNT,  # events in the mixer's queue
    ANCHOR_PERIOD,  # nanoseconds of a frame, smoothed, in units of 1 / PERIOD_ONE
    ANCHOR_COUNT,  # callbacks that were followed since the clock was set
    ANCHOR_ASTRAY,  # of those the last ones that were far off, in a row
    MASTER_SEEN,  # MASTER, as the last block saw it
    LOGGING,  # 1: what is taken is written into the log ring
    LOG_RECORDS,  # address, int64 [LOG_CAPACITY, LOG_WORDS]
    LOG_VALUES,  # address, float64 [LOG_CAPACITY]
    LOG_HEAD,
    LOG_TAIL,
    LOG_LOST,  # records there was no room for
    LOG_BLOCK,  # frames of the last block that was logged
    CLAIM,  # frames that the device has taken, or may be taking now
    LEAST_LEFT,  # the least that a callback has left in the output ring
    STEP_FRAMES,  # frames of a block that is computed ahead
    MARGIN,  # frames beyond the next callback that are not computed anew, whatever changes
    MARGIN_GREW,  # 1: since the last time it was gone back
    CALM_BACKS,  # how many times it was gone back without that
    BACKS,  # how often it was gone back since the start
    BACK_PLAYED,  # PLAYED, as it was gone back last for something that was to be heard soon
    MOMENTS,  # address, int64 [MOMENT_COUNT, MOMENT_WORDS]; 0: none are kept
    MOMENT_COUNT,
    MOMENT_NEXT,  # number of the next moment; its row is that modulo MOMENT_COUNT
    FLOOR,  # moments of frames before this one are no longer to be gone back to
    PIECES,  # address, see `moments`: the mixer's memory, and what is like it
    KEPT,  # address, int32 [MOMENT_COUNT, units]: copies of that
    JOURNAL,  # address, int64 [JOURNAL_CAPACITY, JOURNAL_WORDS]: events that were taken
    JOURNAL_VALUES,  # address, float64 [JOURNAL_CAPACITY]
    JOURNAL_HEAD,
    JOURNAL_TAIL,  # from here on they are to be taken again
    LATEST_NOW,  # the last frame that an event for NOW was given: none comes before an earlier one
    LOOKED,  # EVENT_HEAD, as far as was looked whether to go back
) = range(66)
NEXT = 66  # + slot: address of the slot words to play, 0 for none
CURRENT = NEXT + MAX_SLOTS
FADING = CURRENT + MAX_SLOTS  # the one being faded out
FADE_LEFT = FADING + MAX_SLOTS  # frames; 0: another goes on as it is, from its first sample on
SEEN = FADE_LEFT + MAX_SLOTS  # NEXT, as the last block saw it
MIXER = SEEN + MAX_SLOTS  # a `Mixer`

MASTER_GAIN = 0  # FLOATS
SLOT_PEAKS = 1  # + slot: the largest amplitude of its last stretch, by which others follow it
ENGINE_FLOATS = SLOT_PEAKS + MAX_SLOTS
PERIOD_ONE = 1 << 32  # ANCHOR_PERIOD of one nanosecond
LEFT_METER, RIGHT_METER = MAX_SLOTS, MAX_SLOTS + 1  # LEVELS of the output, behind those of slots
METERS = MAX_SLOTS + 2

# --- mixer ---------------------------------------------------------------------------------------
MIXER_VOICE = 0  # of its events; a target is a place in `Mixer.settings`
PAN, MUTE, SOLO = range(3)  # settings of a slot: -1 (left) to 1; 0 or 1; 0 or 1
STRIP = 3  # settings of a slot; those of slot s begin at s * STRIP
MASTER_LEVEL = MAX_SLOTS * STRIP  # a factor
DC_BLOCK = MASTER_LEVEL + 1  # 0 or 1
SETTINGS = DC_BLOCK + 1
LEFT, RIGHT, OWN = range(3)  # gains of a slot, at s * STRIP; those of the master have one each
GAIN_NOW, GAIN_GOAL, GAIN_STEP, GAIN_FRAMES = range(4)  # of a gain; GAIN_FRAMES: until it is there
QUEUE_CAPACITY = 1024  # events of one slot, or of the mixer


class Mixer(NamedTuple):
    """How slots are mixed: views of memory that a control thread owns."""

    settings: F64  # [SETTINGS]
    queue: Events  # [QUEUE_CAPACITY], in frames of the device
    gains: Annotated[F32, TABLE]  # [SETTINGS, 4]
    paths: int  # address, float32 [3, CHUNK_FRAMES]: of a slot's gains, while it is mixed
    offsets: F64  # [2] what the DC blocker takes off left and right
    limiters: Limiters  # of the mix, then of each slot by itself


ENGINE_WORDS = MIXER + words_of(Mixer)

# --- input words ---------------------------------------------------------------------------------
(
    IN_HEAD,  # samples that have come
    IN_SAMPLES,  # address, float32 [IN_CAPACITY], a ring
    IN_CAPACITY,
    IN_CHANNELS,  # of the stream; the last one is kept
    IN_LOST,  # callbacks before which the device had lost something
) = range(5)
IN_WORDS = 5

# Columns of the log ring, and what a record is of: a block of NUMBER frames, the master at NUMBER,
# slot NUMBER given a voice, an event of a voice with TIME and target NUMBER (and a value), blocks
# from this frame on computed anew.
LOG_KIND, LOG_FRAME, LOG_VOICE, LOG_TIME, LOG_NUMBER = range(5)
LOG_WORDS = 5
LOGGED_BLOCK, LOGGED_MASTER, LOGGED_PLAY, LOGGED_EVENT, LOGGED_BACK = range(5)
JOURNAL_TIME, JOURNAL_VOICE, JOURNAL_TARGET = range(3)
JOURNAL_WORDS = 3

# Columns of MOMENTS: the block's first frame, OUT_HEAD and JOURNAL_TAIL as it began, then the
# engine words that its sound depends on: KEPT_WORDS and all from CURRENT up to the mixer.
MOMENT_FRAME, MOMENT_HEAD, MOMENT_JOURNAL, MOMENT_KEPT = range(4)
KEPT_WORDS = (LATE_EVENTS, LOST_EVENTS, SETTING_COUNT, MASTER_SEEN, LOG_BLOCK)
MOMENT_SLOTS = MOMENT_KEPT + len(KEPT_WORDS)
MOMENT_WORDS = MOMENT_SLOTS + MIXER - CURRENT


@jit()
def read_word(words, index):
    """For control threads: a word the audio thread writes."""
    return load_acquire(words, index)


@jit()
def write_word(words, index, value):
    """For control threads: publish a word the audio thread reads."""
    store_release(words, index, value)


def read_value(arena: NDArray[np.float32], index: int) -> float:
    """For control threads: a float of a voice's state, as the audio thread last wrote it.

    An aligned float32 is read whole on every processor; one that is a sample old does no harm.
    """
    return float(arena[index])


@jit()
def push_event(words, time, voice, target, value):
    """For control threads, one at a time: append an event; False when the ring is full."""
    head, tail = words[EVENT_HEAD], load_acquire(words, EVENT_TAIL)
    if head - tail >= EVENT_CAPACITY:
        return False
    at = head % EVENT_CAPACITY
    words_at(words[EVENT_TIMES], EVENT_CAPACITY)[at] = time
    words_at(words[EVENT_VOICES], EVENT_CAPACITY)[at] = voice
    words_at(words[EVENT_TARGETS], EVENT_CAPACITY)[at] = target
    doubles_at(words[EVENT_VALUES], EVENT_CAPACITY)[at] = value
    store_release(words, EVENT_HEAD, head + 1)
    return True


# --- slot words ----------------------------------------------------------------------------------
(
    S_EVENT_COUNT,  # events in the queue
    S_ADVANCE,  # M of the ratio L / M = device rate / plugin rate; L is how many filters there are
    S_PHASE,
    S_WAITING,  # how many states are to be kept as all tiers step next
    S_KEPT_LAST,  # the serial of the one that was kept last
    S_RING_NEXT,  # the sample from which the next state is kept in the ring
    S_JOINT,  # samples for which a joint is still faded, -1: from the next one on
    S_OFFSET,  # samples for which an offset still fades, see `carry`
    S_LOOP,  # the serial of the state that is put back again and again, 0 for none
    S_LOOP_LENGTH,  # samples from one time to the next
    S_LOOP_NEXT,  # the sample of the next time
    S_ORIGIN,  # frame of the device at which the voice's clock was 0, -1 before it started
    S_NUMBER,  # what events and the log call the voice, above 0: addresses are used again
    S_PIECES,  # address, see `moments`: its memory
    S_KEPT,  # address, int32 [MOMENT_COUNT, units]: copies of that ...
    S_STAMPS,  # ... and address, int64 [MOMENT_COUNT], of the frames they are of
    S_AFTER,  # the voice that this one goes on as when its turn comes, see `carry`; 0: none
    S_CARRIED,  # address, int64 [1 + n, 3]: what it has of that one then
    S_TAP,  # address, float32 [TAP_CAPACITY]: what the voice put out, at its own rate; 0: not kept
    S_BEFORE,  # address of the slot words of the voice that it goes on as, up to a sample; 0: none
) = range(20)
S_SLOT = 20  # a `Slot`


class Bank(NamedTuple):
    """States that are kept while a slot plays, see `rtsynth.engine.live.bank`.

    A control thread may write a row of its own, and its serial then, before it asks for it to be
    put back; it reads a row once its serial is there.
    """

    rows: Annotated[F32, TABLE]  # [chosen + those of the ring, floats of all voices]
    serials: NDArray[np.int64]  # of the rows; in the ring the sample; -1: nothing, or half of it
    times: NDArray[np.int64]  # of the rows: the sample at which each was kept
    # [MOST_WAITING, 2] what is to be kept: the serial, and the voice whose state it is (-1: all)
    waiting: Annotated[NDArray[np.int64], TABLE]
    joint: F32  # [2] the sample before a state was put back; an offset, see `carry`
    chosen: int
    step: int  # samples from one state of the ring to the next


class Slot(NamedTuple):
    """What a slot plays: views of memory that a control thread owns."""

    program: Program
    arena: F32
    header: NDArray[np.int64]  # the same memory
    queue: Events  # [QUEUE_CAPACITY], in samples of the voice
    filters: Annotated[F32, TABLE]  # [L, taps]
    buffer: F32  # `taps` old samples, then the new ones
    bank: Bank


SLOT_WORDS = S_SLOT + words_of(Slot)


def new_slot_words(slot: Slot, advance: int, number: int) -> NDArray[np.int64]:
    """For control threads: the words of a slot that has not started; `slot` has to outlive them."""
    words = np.zeros(SLOT_WORDS, np.int64)
    words[S_NUMBER] = number
    words[S_ADVANCE], words[S_ORIGIN] = advance, -1
    put(words, S_SLOT, slot)
    return words
