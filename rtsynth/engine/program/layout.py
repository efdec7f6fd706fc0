"""The memory layout that compiled code and Python agree on: names for indices, nothing else.

The *arena* of a voice is one flat float32 array: all its mutable state. It starts with a header
of 64-bit integers, then the parameter table, then whatever the plugin's tape asked for. Several
voices of one plugin lie one behind the other in a single array, CONFIG_ARENA_FLOATS apart.
"""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.records import TABLE

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]

# --- columns of Program.sections, one row per tier, which steps every DIVIDER samples -------------
# Ops [START, FIRST) fetch values of tiers above, ops [FIRST, HEAD) compute what the output head
# produces, ops [HEAD, END) draw from it.
SECTION_START, SECTION_FIRST, SECTION_HEAD, SECTION_END, SECTION_DIVIDER = range(5)
SECTION_WORDS = 5

# --- header of the arena, as int64 words ---------------------------------------------------------
CLOCK = 0  # samples rendered since the state was made
RNG_KEY = 1  # the seed, scrambled
RNG_COUNT = 2  # numbers drawn
CODE = 3  # index drawn last
RAMPS = 4  # parameters on their way to a target
ORIGIN = 5  # the clock at the last reset: tiers step at multiples of their dividers from there
BEAT = (
    6  # where the beat was at BEAT_CLOCK, in units of 1 / BEAT_ONE; from there it goes on by TEMPO
)
BEAT_CLOCK = 7
LFO_PHASE = 8  # two words: cycles of each LFO, in units of 1 / CYCLE
WALK_PHASE = 10  # steps of the random walk, likewise
MODULATED = 11  # 1 while any row is modulated; it counts as one of RAMPS
HEADER_WORDS = 16  # 128 bytes
HEADER_FLOATS = 2 * HEADER_WORDS

# --- one row of the parameter table, as floats ---------------------------------------------------
VALUE, TARGET, STEP, REMAINING = range(4)
OFFSET, OFFSET_GOAL, OFFSET_STEP = 4, 5, 6  # what modulation adds to VALUE
PARAMETER_FLOATS = 8

# --- parameters every plugin has; its own follow -------------------------------------------------
GAIN, TEMPERATURE, TOP_K, TOP_P, GATE = range(5)
BEND, EXPRESSION = 5, 6  # of a voice: semitones added to its pitch, and what its amplitude is left
MIN_P = 7
# The envelope of notes: a voice's level 0..1, and the slot's settings (milliseconds; a share).
ENVELOPE, ATTACK, DECAY, SUSTAIN, RELEASE = range(8, 13)
GLIDE = 13  # how long the pitch of a voice that sounds takes to arrive, in milliseconds
TEMPO = 14  # beats a minute
# Modulators. Of an LFO: LFO_SETTINGS rows each.
LFO_ROWS, LFO_SETTINGS = 15, 5
LFO_RATE, LFO_BEATS, LFO_SHAPE, LFO_START, LFO_RETRIGGER = range(5)
SINE, TRIANGLE, SAW, RAMP, SQUARE, RANDOM = range(6)  # LFO_SHAPE
FOLLOW, FOLLOW_GAIN, FOLLOW_ATTACK, FOLLOW_RELEASE = range(25, 29)
OWN_SOUND = -1  # of FOLLOW: what the voice itself puts out
WALK_RATE = 29
MACRO_ROWS = 30
BUILT_IN = 34
UNSHAPED = -1  # what neither of the two applies to
CLOSE_AT_ONCE = -1.0  # of GATE: without the release

# --- modulation ----------------------------------------------------------------------------------
# Sources: two LFOs, the follower, the walk, four macros. The depths of parameter p are at
# arena[CONFIG_MODULATION + DEPTHS + p * SOURCES], one for each source, in -1..1.
LFOS, MACROS = 2, 4
LFO_SOURCE, FOLLOW_SOURCE, WALK_SOURCE, MACRO_SOURCE = 0, 2, 3, 4
SOURCES = 8
# Before them: the largest amplitude of the voice since the last step, and of the followed slot; the
# follower's level; where the walk comes from and goes to; of the followed slot the largest
# amplitude of its last stretch, and its number.
OWN_PEAK, SLOT_PEAK, FOLLOWER, WALK_FROM, WALK_TO, STRETCH_PEAK, FOLLOWED = range(7)
SOURCE_VALUES = 8  # SOURCES floats: where the sources were at the last step
DEPTHS = 16
# Of a row, for modulation: minimum, maximum, their distance, and for a knob with an exponential
# curve the natural logarithm of their quotient. Zeros where a row is not modulated.
LOW, HIGH, SPAN, LOG_RATIO = range(4)
RANGE_FLOATS = 4
BEAT_ONE = 1 << 40
CYCLE = 1 << 32

# --- rows of Program.routes and Program.route_map ------------------------------------------------
ROUTE_WORDS = 3  # parameter row, arena offset, BEND or EXPRESSION or UNSHAPED
ROUTE_FLOATS = 4  # scale, offset (input = value * scale + offset), minimum, maximum

# --- event targets that are not parameters -------------------------------------------------------
TARGET_RESET, TARGET_SEED = -1, -2
TARGET_FORGET = -3  # drops what a slot's queue holds for after the event's time
TARGET_BEAT = -4  # puts the beat to a value, in beats
# Of the bank: keep the state under a serial, which of one voice is what all of them were; put one
# back; return to where the voice was at a sample of its clock.
TARGET_KEEP, TARGET_RECALL, TARGET_RETURN = -5, -6, -7
# Of its loop: how many samples it has from its next turn on; put a state back now and at each turn
# (0: no more).
TARGET_LOOP_LENGTH, TARGET_LOOP = -8, -9
TARGET_DEPTH = 1 << 14  # + row * SOURCES + source: how far a source moves a row, -1..1

# An event's target holds the voice it is for in its upper bits: (voice + 1) * VOICE_TARGETS +
# target, and 0 there for all voices.
VOICE_TARGETS = 1 << 16
MAX_VOICES = 256

# Of each voice where several are played together: eight of them at full velocity just reach the
# ceiling. It is the same for any number, so that a note is as loud in a chord as alone.
VOICE_LEVEL = 0.5

# What has a smaller share than this of the most probable one's is never drawn (codes, components of
# a mixture). One draw in 300,000 would have taken such a code. With 2^-12 a quarter of what the
# plugin `pops` consists of would be lost: at any one sample a pop is improbable.
LEAST_SHARE = 2.0**-20

# Of each voice so much of what its network put out is kept, before gain and gate: a power of two.
# For whoever watches it (`rtsynth.host.rescue`); nothing that is computed reads it.
SOUND_SAMPLES = 4096

# --- Program.config ------------------------------------------------------------------------------
(
    CONFIG_LEVELS,  # Q, number of codes
    CONFIG_SILENCE,  # the code of amplitude 0
    CONFIG_INPUT,  # arena offset of the network's input for the last code
    CONFIG_AMPLITUDE,  # arena offset of the last amplitude
    CONFIG_HIDDEN_START,  # hidden state: arena[HIDDEN_START : HIDDEN_END]
    CONFIG_HIDDEN_END,
    CONFIG_RANDOM_START,  # 1: the hidden state starts uniform in -.05...05
    CONFIG_PARAMETERS,  # rows of the parameter table
    CONFIG_ARENA_FLOATS,  # of one voice
    CONFIG_HISTORY,  # how many codes are remembered, 0 for none
    CONFIG_CODES,  # arena offset of the last codes, the oldest first
    CONFIG_PAST_INPUTS,  # arena offset of the network's input for each of them
    CONFIG_REFRESH,  # ops [REFRESH, REFRESH_END) compute what follows from the hidden state
    CONFIG_REFRESH_END,
    CONFIG_LARGEST,  # bytes of the largest matrix
    CONFIG_RATE_HZ,
    CONFIG_HAS_AMPLITUDE,  # 1: envelopes move the amplitude parameter, 0: the output
    CONFIG_PITCH,  # the row of the parameter with the role pitch, -1 for none
    CONFIG_MODULATION,  # arena offset of what modulation remembers, and of its depths
    CONFIG_SOUND,  # arena offset of the last SOUND_SAMPLES amplitudes, at the clock modulo that
) = range(20)
CONFIG_WORDS = 20


# --- the threads of a team ------------------------------------------------------------------------
MAX_AHEAD = 15  # matrices that may be under way while the rendering thread continues
# Bytes of weights times voices: sharing less costs more than it gains.
MINIMUM_WORK = 1 << 16


class Program(NamedTuple):
    """A compiled plugin: constant while it plays, shared by all voices."""

    ops: Annotated[I32, TABLE]  # [N, OP_WORDS]
    sections: Annotated[I32, TABLE]  # [tiers, SECTION_WORDS]
    config: I64  # [CONFIG_WORDS]
    weights: F32  # packed, 64-byte aligned
    decode: F32  # [Q] amplitude of each code
    inputs: F32  # [Q] network input of each code
    routes: Annotated[I32, TABLE]  # [R, ROUTE_WORDS] parameter row -> arena offset
    route_map: Annotated[F32, TABLE]  # [R, ROUTE_FLOATS]
    ramp_samples: I32  # [P] length of a parameter's ramp
    ranges: Annotated[F32, TABLE]  # [P, RANGE_FLOATS]
    rest: F32  # hidden state after a reset
    team: I64  # team words: the threads that help with large matrices


class Events(NamedTuple):
    """Timed changes, sorted by time. A target >= 0 is a row of the parameter table."""

    times: I64  # [E] in samples of the voice's clock
    targets: I32  # [E]
    values: NDArray[np.float64]  # [E]


def header_of(arena: F32) -> I64:
    """The arena as int64 words of all its voices (a view)."""
    return arena.view(np.int64)


def voice_target(target: int, voice: int) -> int:
    """The target of an event that is for one voice only (from 0)."""
    return (voice + 1) * VOICE_TARGETS + target


def aligned_floats(count: int) -> F32:
    """Zeros [count], starting at a multiple of 64 bytes."""
    raw = np.zeros(count + 16, np.float32)
    start = (-raw.ctypes.data // 4) % 16
    return raw[start : start + count]


def no_events() -> Events:
    """An empty list of events."""
    return Events(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float64))
