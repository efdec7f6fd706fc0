"""Going back at random: what is heard is a render of the same timed events, to the bit."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    BUILT_IN,
    GAIN,
    GATE,
    TARGET_FORGET,
    TARGET_RESET,
    TARGET_SEED,
    TEMPERATURE,
)
from tests.rtsynth.engine.ahead import RATE_HZ, ahead_driver, straight, taken

Push = tuple[int, int, float, int]  # played, target, value, frame of the device or NOW
TARGETS = (GAIN, TEMPERATURE, BUILT_IN, BUILT_IN + 1, GATE, TARGET_RESET, TARGET_SEED)
a_push = st.tuples(
    st.integers(0, 12_000),  # PLAYED, from which on it is pushed
    st.sampled_from(TARGETS),
    st.floats(0.0625, 1.0, width=32),
    st.one_of(st.just(sh.NOW), st.integers(0, 6000)),  # frames from what is surely early enough
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pushes=st.lists(a_push, max_size=12),
    forgets=st.lists(st.integers(0, 12_000), max_size=2),
    block=st.sampled_from([64, 100, 128, 480, 1024]),
    turns=st.sampled_from([1, 2, 5, 1 << 20]),
    ahead=st.sampled_from([800, 2400, 4800, 19_200]),
    margin=st.sampled_from([100, 480, 720, 1500]),
    voices=st.sampled_from([1, 3]),
)
def test_it_is_a_render_of_the_same_timed_events_to_the_bit(
    compiled: Compiled,
    pushes: list[Push],
    forgets: list[int],
    block: int,
    turns: int,
    ahead: int,
    margin: int,
    voices: int,
) -> None:
    driver = ahead_driver(compiled, ahead, voices)
    core = driver.core
    core.set_device(RATE_HZ, block)
    core.words[sh.MARGIN] = min(margin, ahead)
    driver.turns(1)
    waiting = sorted([*pushes, *((at, TARGET_FORGET, 0.0, sh.NOW) for at in forgets)])
    heard = []
    while core.counter(sh.PLAYED) < 14_000:
        while waiting and waiting[0][0] <= core.counter(sh.PLAYED):
            _, target, value, after = waiting.pop(0)
            early = core.counter(sh.PLAYED) + core.delay_frames
            assert driver.push(target, value, after if after == sh.NOW else early + after)
        heard.append(driver.play(block, block, turns))
    played = np.concatenate(heard)
    events = taken(core)
    assert core.counter(sh.LATE_EVENTS) == 0
    np.testing.assert_array_equal(played, straight(compiled, events, len(played), voices))
