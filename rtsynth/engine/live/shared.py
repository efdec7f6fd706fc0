"""Everything that crosses threads. This file is the whole contract.

The audio thread and the control threads share two blocks of int64 words and a few rings:

- *engine words*: one block per engine. Written by control threads: EVENT_HEAD, NEXT (one word per
  slot), MASTER, and while nothing plays AHEAD, BLOCK_FRAMES and PLAYED. Written by the audio
  callback: PLAYED, ANCHOR_*, STAMP, BLOCK_FRAMES, XRUNS. Written by whichever thread computes the
  sound (the callback, or with AHEAD the one of `rtsynth.host.ahead`, which "the audio thread"
  below means then): everything else.
- *slot words*: one block per loaded plugin, filled before it is published and afterwards touched by
  the audio thread alone; control threads read S_EVENT_COUNT.
- *event ring*: control threads (one at a time, under a lock in Python) write at EVENT_HEAD, the
  audio thread reads at EVENT_TAIL.
- *team words* and *helper words*: see `rtsynth.engine.run.team`. The rendering thread that is OWNER
  writes a task and then its CLAIM; whoever takes a share of it off CLAIM computes that and counts
  it in DONE. A task is written anew only when all of it is done.
- *output ring*: the audio thread writes at OUT_HEAD; the callback takes what the device plays from
  PLAYED on, anybody may read behind that.

A word that tells the other side that data is ready is stored with release and loaded with acquire
order. A plugin is swapped by storing the address of its slot words in NEXT; the audio thread fades
over, and the old block may be freed once it is neither CURRENT nor FADING.
"""

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array
from numpy.typing import NDArray

from rtsynth.common.computing import MOST_THREADS
from rtsynth.engine.kernels.jit import jit

MAX_SLOTS = 16
EVENT_CAPACITY = 8192  # records, a power of two
OUT_CAPACITY = 1 << 18  # samples, a power of two: 5 s at 48 kHz
TIMING_CAPACITY = 1 << 16  # callbacks, a power of two
CHUNK_FRAMES = 1024  # longest stretch rendered at once
NOW = -1  # event time: the next block

# --- engine words --------------------------------------------------------------------------------
(
    RATE_HZ,
    CHANNELS,
    EVENT_HEAD,
    EVENT_TAIL,
    EVENT_TIMES,  # address, int64 [EVENT_CAPACITY], in frames of the device
    EVENT_VOICES,  # address, int64 [EVENT_CAPACITY]: the address of the slot words it is for
    EVENT_TARGETS,  # address, int64 [EVENT_CAPACITY]
    EVENT_VALUES,  # address, float64 [EVENT_CAPACITY]
    OUT_RING,  # address, float32 [OUT_CAPACITY]
    OUT_HEAD,  # samples written since the start
    TIMING_RING,  # address, int64 [TIMING_CAPACITY]: nanoseconds per block computed
    MIX,  # address, float32 [CHUNK_FRAMES]
    PART,  # address, float32 [CHUNK_FRAMES]
    LEVELS,  # address, float32 [MAX_SLOTS, 2]: peak (falling), mean square (smoothed)
    FLOATS,  # address, float32 [4]: master gain
    MASTER,  # 1: play, 0: fade to silence
    CALLBACKS,  # blocks computed since the start: one per callback, but with AHEAD
    FRAMES,  # frames computed since the start, LOOKAHEAD more than were written
    ANCHOR_FRAME,  # PLAYED as the last callback began, ...
    ANCHOR_NS,  # ... and the monotonic time of that
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
    LOOKAHEAD,  # frames that the limiter looks ahead; its rings are one longer
    LIMITER,  # address, int64: its state words
    DELAYED,  # address, float32 [LOOKAHEAD + 1]
    WANTED,  # address, int32 [LOOKAHEAD + 1]
    FALLS,  # address, int32 [LOOKAHEAD + 1]
) = range(37)
NEXT = 40  # + slot: address of the slot words to play, 0 for none
CURRENT = NEXT + MAX_SLOTS
FADING = CURRENT + MAX_SLOTS  # the one being faded out
FADE_LEFT = FADING + MAX_SLOTS  # frames
ENGINE_WORDS = FADE_LEFT + MAX_SLOTS

MASTER_GAIN = 0  # FLOATS


def _view_of(dtype, dimensions):
    """An intrinsic: (address, sizes...) -> the C-contiguous array of `dtype` that lies there."""
    array_type = types.Array(dtype, dimensions, "C")

    def codegen(context, builder, signature, args):
        array = context.make_array(array_type)(context, builder)
        item = context.get_abi_sizeof(context.get_data_type(dtype))
        size = context.get_constant(types.intp, item)
        strides = [size]
        for length in reversed(args[2:]):
            strides.insert(0, builder.mul(strides[0], length))
        populate_array(
            array,
            data=builder.inttoptr(args[0], context.get_data_type(dtype).as_pointer()),
            shape=args[1:],
            strides=strides,
            itemsize=size,
            meminfo=None,
        )
        return array._getvalue()

    if dimensions == 1:

        def flat(typing_context, address, size):
            return array_type(types.int64, types.intp), codegen

        return intrinsic(flat)

    def table(typing_context, address, rows, columns):
        return array_type(types.int64, types.intp, types.intp), codegen

    return intrinsic(table)


floats_at = _view_of(types.float32, 1)
float_rows_at = _view_of(types.float32, 2)
ints_at = _view_of(types.int32, 1)
int_rows_at = _view_of(types.int32, 2)
words_at = _view_of(types.int64, 1)
doubles_at = _view_of(types.float64, 1)


@intrinsic
def address_of(typing_context, pointer):
    """A void pointer as an int64."""

    def codegen(context, builder, signature, args):
        return builder.ptrtoint(args[0], ir.IntType(64))

    return types.int64(types.voidptr), codegen


def _word_access(emit, arity):
    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        return emit(context, builder, builder.gep(array.data, [args[1]]), *args[2:])

    if arity == 0:

        def reader(typing_context, words, index):
            return types.int64(words, types.intp), codegen

        return intrinsic(reader)

    def writer(typing_context, words, index, value):
        return types.none(words, types.intp, types.int64), codegen

    return intrinsic(writer)


def _emit_store(context, builder, where, value):
    builder.store_atomic(value, where, "release", 8)
    return context.get_dummy_value()


load_acquire = _word_access(
    lambda context, builder, where: builder.load_atomic(where, "acquire", 8, typ=ir.IntType(64)), 0
)
store_release = _word_access(_emit_store, 1)


@intrinsic
def compare_and_swap(typing_context, words, index, expected, value):
    """Make words[index] `value` if it is `expected`; whether it was."""

    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        where = builder.gep(array.data, [args[1]])
        done = builder.cmpxchg(where, args[2], args[3], "seq_cst", "acquire")
        return builder.extract_value(done, 1)

    return types.boolean(words, types.intp, types.int64, types.int64), codegen


@intrinsic
def add_to(typing_context, words, index, value):
    """Add to words[index] at once."""

    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        where = builder.gep(array.data, [args[1]])
        builder.atomic_rmw("add", where, args[2], "acq_rel")
        return context.get_dummy_value()

    return types.none(words, types.intp, types.int64), codegen


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
    S_OPS,
    S_OP_COUNT,
    S_SECTIONS,
    S_SECTION_COUNT,
    S_CONFIG,
    S_WEIGHTS,
    S_WEIGHT_COUNT,
    S_DECODE,
    S_HEAR,
    S_LEVEL_COUNT,
    S_ROUTES,
    S_ROUTE_MAP,
    S_ROUTE_COUNT,
    S_RAMPS,
    S_PARAMETER_COUNT,
    S_REST,
    S_REST_COUNT,
    S_ARENA,
    S_ARENA_COUNT,
    S_EVENT_TIMES,  # address, int64 [QUEUE_CAPACITY], in samples of the voice
    S_EVENT_TARGETS,  # address, int32
    S_EVENT_VALUES,  # address, float64
    S_EVENT_COUNT,
    S_FILTER,  # address, float32 [S_PHASES, S_TAPS]
    S_PHASES,  # L of the ratio L / M = device rate / plugin rate
    S_ADVANCE,  # M
    S_TAPS,
    S_PHASE,
    S_BUFFER,  # address, float32: S_TAPS old samples, then the new ones
    S_BUFFER_COUNT,
    S_ORIGIN,  # frame of the device at which the voice's clock was 0, -1 before it started
    S_TEAM,  # address of the team words
) = range(32)
SLOT_WORDS = 40
QUEUE_CAPACITY = 1024

# --- team words ----------------------------------------------------------------------------------
(
    TEAM_HELPERS,  # how many there are
    TEAM_OWNER,  # 1 while somebody renders with it
    TEAM_BLOCKS,  # blocks rendered with it: a new one wakes the helpers
    TEAM_AWAKE,  # helpers that look for work
    TEAM_END,  # the owner's own: the sample, counted from the last reset, after its block
    TEAM_RAISED,  # 1: helpers are, or may be, scheduled above the rest of the system
) = range(6)
MAX_AHEAD = 15  # tasks that may be under way while the owner goes on
TASKS = 1 + MAX_AHEAD  # the first one is what the owner waits for at once
TEAM_PENDING = 8  # + task: 1 where its result is not fetched yet; the owner's own
TEAM_TASKS = 32  # + task * TASK_WORDS

# A task: the arguments of `kernels.matrix_groups`, whose groups are taken in SHARES. CLAIM holds,
# from the top, how often the task has been posted (31 bits), the first share that nobody has taken
# yet, and the end of those (16 bits each): the owner takes from the front, helpers from the end, so
# that each finds its rows in its own cache again. A helper that slept while a task was posted anew
# finds another number.
TASK_CLAIM, TASK_DONE = 0, 8  # on cache lines of their own
(
    TASK_WEIGHTS,
    TASK_WEIGHT_COUNT,
    TASK_ARENA,
    TASK_ARENA_COUNT,
    TASK_STRIDE,
    TASK_VOICES,
    TASK_KIND,
    TASK_AT,
    TASK_SOURCE,
    TASK_INPUTS,
    TASK_TARGET,
    TASK_PANELS,
    TASK_GROUPS,
    TASK_ACTIVATION,
    TASK_SHARES,
) = range(16, 31)
TASK_WORDS = 32
MAX_HELPERS = MOST_THREADS - 1
TEAM_WORDS = TEAM_TASKS + TASKS * TASK_WORDS

# --- helper words --------------------------------------------------------------------------------
(
    HELPER_QUIT,  # 1: end
    HELPER_TEAM,  # address of the team words
    HELPER_COMPUTED,  # shares it has computed since it was started
) = range(3)
HELPER_WORDS = 8
