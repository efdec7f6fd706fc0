"""One slot in the audio thread: timed events in, a stretch of audio at the device's rate out."""

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.resample import inputs_needed, resample
from rtsynth.engine.live.shared import (
    LATE_EVENTS,
    LOST_EVENTS,
    NOW,
    QUEUE_CAPACITY,
    S_ADVANCE,
    S_ARENA,
    S_ARENA_COUNT,
    S_BUFFER,
    S_BUFFER_COUNT,
    S_CONFIG,
    S_DECODE,
    S_EVENT_COUNT,
    S_EVENT_TARGETS,
    S_EVENT_TIMES,
    S_EVENT_VALUES,
    S_FILTER,
    S_HEAR,
    S_LEVEL_COUNT,
    S_OP_COUNT,
    S_OPS,
    S_ORIGIN,
    S_PARAMETER_COUNT,
    S_PHASE,
    S_PHASES,
    S_RAMPS,
    S_REST,
    S_REST_COUNT,
    S_ROUTE_COUNT,
    S_ROUTE_MAP,
    S_ROUTES,
    S_SECTION_COUNT,
    S_SECTIONS,
    S_TAPS,
    S_TEAM,
    S_WEIGHT_COUNT,
    S_WEIGHTS,
    TEAM_WORDS,
    doubles_at,
    float_rows_at,
    floats_at,
    int_rows_at,
    ints_at,
    words_at,
)
from rtsynth.engine.program.layout import (
    CLOCK,
    CONFIG_WORDS,
    OP_WORDS,
    ROUTE_FLOATS,
    ROUTE_WORDS,
    SECTION_WORDS,
    TARGET_FORGET,
    Events,
    Program,
)
from rtsynth.engine.run.render import render_block


@jit(inline="always")
def program_of(s):
    """The `Program` that slot words `s` describe."""
    return Program(
        int_rows_at(s[S_OPS], s[S_OP_COUNT], OP_WORDS),
        int_rows_at(s[S_SECTIONS], s[S_SECTION_COUNT], SECTION_WORDS),
        words_at(s[S_CONFIG], CONFIG_WORDS),
        floats_at(s[S_WEIGHTS], s[S_WEIGHT_COUNT]),
        floats_at(s[S_DECODE], s[S_LEVEL_COUNT]),
        floats_at(s[S_HEAR], s[S_LEVEL_COUNT]),
        int_rows_at(s[S_ROUTES], s[S_ROUTE_COUNT], ROUTE_WORDS),
        float_rows_at(s[S_ROUTE_MAP], s[S_ROUTE_COUNT], ROUTE_FLOATS),
        ints_at(s[S_RAMPS], s[S_PARAMETER_COUNT]),
        floats_at(s[S_REST], s[S_REST_COUNT]),
        words_at(s[S_TEAM], TEAM_WORDS),
    )


@jit(inline="always")
def arena_of(s):
    """The arena of the slot's voices."""
    return floats_at(s[S_ARENA], s[S_ARENA_COUNT])


@jit(inline="always")
def header_view(s):
    """The arena as int64 words."""
    return words_at(s[S_ARENA], s[S_ARENA_COUNT] // 2)


@jit(inline="always")
def queue_of(s, count):
    """The slot's queue of timed events, `count` records of it."""
    return Events(
        words_at(s[S_EVENT_TIMES], count),
        ints_at(s[S_EVENT_TARGETS], count),
        doubles_at(s[S_EVENT_VALUES], count),
    )


@jit()
def enqueue(engine, s, frame, target, value):
    """Put an event for device frame `frame` (or NOW) into the slot's queue, sorted by time.

    False if it has to wait for the next block, because the queue is full of events of this one. In
    a queue full of later events the one furthest ahead gives way, so that a knob always moves.
    TARGET_FORGET acts at once: everything for after its time is dropped.
    """
    clock = header_view(s)[CLOCK]
    time = clock
    if frame != NOW and s[S_ORIGIN] >= 0:
        # The first sample of the voice at or after the frame.
        ahead = (frame - s[S_ORIGIN]) * s[S_ADVANCE]
        time = -(-ahead // s[S_PHASES])
    count = s[S_EVENT_COUNT]
    queue = queue_of(s, QUEUE_CAPACITY)
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
    place = count
    while place > 0 and queue.times[place - 1] > time:
        queue.times[place] = queue.times[place - 1]
        queue.targets[place] = queue.targets[place - 1]
        queue.values[place] = queue.values[place - 1]
        place -= 1
    queue.times[place] = time
    queue.targets[place] = target
    queue.values[place] = value
    s[S_EVENT_COUNT] = count + 1
    return True


@jit()
def render_slot(s, frame, out):
    """Fill `out` [n <= CHUNK_FRAMES], the frames of the device from `frame` on."""
    if s[S_ORIGIN] < 0:
        s[S_ORIGIN] = frame
    taps = s[S_TAPS]
    wanted = inputs_needed(s[S_PHASE], s[S_PHASES], s[S_ADVANCE], out.size)
    buffer = floats_at(s[S_BUFFER], s[S_BUFFER_COUNT])

    count = s[S_EVENT_COUNT]
    queue = queue_of(s, count)
    done = render_block(
        program_of(s), header_view(s), arena_of(s), queue, 0, buffer[taps : taps + wanted]
    )
    for i in range(count - done):
        queue.times[i] = queue.times[i + done]
        queue.targets[i] = queue.targets[i + done]
        queue.values[i] = queue.values[i + done]
    s[S_EVENT_COUNT] = count - done

    filters = float_rows_at(s[S_FILTER], s[S_PHASES], taps)
    s[S_PHASE] = resample(filters, s[S_ADVANCE], s[S_PHASE], buffer, out)
    for i in range(taps):
        buffer[i] = buffer[wanted + i]
