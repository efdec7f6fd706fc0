"""A voice that goes on as another: the same network with other weights, from the very sample.

When its turn comes it takes over what the other one is: its state, clock, parameters, queue and the
end of its last stretch; then both play on while one is faded into the other. What there is to copy
a control thread has listed, int64 [1 + n, 3]: how many pieces there are, then of each the address
there and here, and its units of four bytes. What a recall keeps (`rtsynth.engine.run.recall`) is
none of them: it follows from the weights.

Their bank and their tap are one: the other voice keeps nothing any more.
"""

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import ints_at, words_at
from rtsynth.engine.live.shared import (
    S_AFTER,
    S_CARRIED,
    S_NUMBER,
    S_ORIGIN,
    S_RING_NEXT,
    S_TAP,
    S_WAITING,
)

NEVER = 1 << 62


@jit(inline="always")
def will_go_on(old, new):
    """Whether a voice has not begun, and goes on as this one when it does."""
    return new[S_AFTER] == old[S_NUMBER] and new[S_ORIGIN] < 0


@jit()
def go_on(old, new):
    """Let a voice that is to play now go on as the one that played, if that is how it is made."""
    if not will_go_on(old, new):
        return
    count = words_at(new[S_CARRIED], 3)[0]
    table = words_at(new[S_CARRIED] + 24, 3 * count)
    for piece in range(count):
        there, here = ints_at(table[3 * piece], table[3 * piece + 2]), table[3 * piece + 1]
        copy = ints_at(here, table[3 * piece + 2])
        for i in range(table[3 * piece + 2]):
            copy[i] = there[i]
    old[S_WAITING], old[S_RING_NEXT], old[S_TAP] = 0, NEVER, 0
