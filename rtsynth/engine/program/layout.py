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
HEADER_WORDS = 16  # 128 bytes
HEADER_FLOATS = 2 * HEADER_WORDS

# --- one row of the parameter table, as floats ---------------------------------------------------
VALUE, TARGET, STEP, REMAINING = range(4)
PARAMETER_FLOATS = 4

# --- parameters every plugin has; its own follow -------------------------------------------------
GAIN, TEMPERATURE, TOP_K, TOP_P, GATE = range(5)
BEND, EXPRESSION = 5, 6  # of a voice: semitones added to its pitch, and what its amplitude is left
MIN_P = 7
# The envelope of notes: a voice's level 0..1, and the slot's settings (milliseconds; a share).
ENVELOPE, ATTACK, DECAY, SUSTAIN, RELEASE = range(8, 13)
GLIDE = 13  # how long the pitch of a voice that sounds takes to arrive, in milliseconds
BUILT_IN = 14
UNSHAPED = -1  # what neither of the two applies to
CLOSE_AT_ONCE = -1.0  # of GATE: without the release

# --- rows of Program.routes and Program.route_map ------------------------------------------------
ROUTE_WORDS = 3  # parameter row, arena offset, BEND or EXPRESSION or UNSHAPED
ROUTE_FLOATS = 4  # scale, offset (input = value * scale + offset), minimum, maximum

# --- event targets that are not parameters -------------------------------------------------------
TARGET_RESET, TARGET_SEED = -1, -2
TARGET_FORGET = -3  # drops what a slot's queue holds for after the event's time

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
) = range(18)
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
