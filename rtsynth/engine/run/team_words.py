"""The words that a team of threads shares: who helps, and what there is to compute."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.records import words_of
from rtsynth.engine.program.layout import MAX_AHEAD
from rtsynth.engine.program.ops import Matrix

F32 = NDArray[np.float32]

# --- team words ----------------------------------------------------------------------------------
(
    TEAM_HELPERS,  # how many there are
    TEAM_OWNER,  # 1 while somebody renders with it
    TEAM_BLOCKS,  # blocks rendered with it: a new one wakes the helpers
    TEAM_AWAKE,  # helpers that look for work
    TEAM_END,  # the owner's own: the sample, counted from the last reset, after its block
    TEAM_RAISED,  # 1: helpers are, or may be, scheduled above the rest of the system
) = range(6)
TASKS = 1 + MAX_AHEAD  # the first one is what the owner waits for at once
TEAM_PENDING = 8  # + task: 1 where its result is not fetched yet; the owner's own
TEAM_TASKS = 32  # + task * TASK_WORDS

# A task: the arguments of `kernels.matrix_groups`, whose groups are taken in SHARES. CLAIM holds,
# from the top, how often the task has been posted (31 bits), the first share that nobody has taken
# yet, and the end of those (16 bits each): the owner takes from the front, helpers from the end, so
# that each finds its rows in its own cache again. A helper that slept while a task was posted anew
# finds another number.
TASK_CLAIM, TASK_DONE = 0, 8  # on cache lines of their own
TASK_SHARES = 16
TASK_ARGUMENTS = 17  # a `Task`


class Task(NamedTuple):
    """A matrix to be computed."""

    weights: F32
    arena: F32
    stride: int  # from one voice to the next
    voices: int
    matrix: Matrix


TASK_WORDS = -(-(TASK_ARGUMENTS + words_of(Task)) // 8) * 8
TEAM_WORDS = TEAM_TASKS + TASKS * TASK_WORDS

# --- helper words --------------------------------------------------------------------------------
(
    HELPER_QUIT,  # 1: end
    HELPER_TEAM,  # address of the team words
    HELPER_COMPUTED,  # shares it has computed since it was started
) = range(3)
HELPER_WORDS = 8
