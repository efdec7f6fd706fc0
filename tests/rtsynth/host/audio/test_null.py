"""A device of no sound, at the pace of the clock."""

import time

import pytest

from rtsynth import Host
from rtsynth.engine.live import shared as sh
from rtsynth.host.audio.backend import StreamRequest
from rtsynth.host.audio.null import NullStream, most_late_s
from rtsynth.host.core import EngineCore
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


def test_it_calls_back_from_start_to_stop_as_often_as_you_like() -> None:
    core = EngineCore(48_000, 2)
    stream = NullStream(StreamRequest(core.words, 2, 48_000, 480))
    assert stream.latency_s == 0.01
    for _ in range(2):
        count, began_s = core.counter(sh.CALLBACKS), time.monotonic()
        assert not stream.active
        stream.start()
        assert stream.active
        until(lambda count=count: core.counter(sh.CALLBACKS) >= count + 20)
        assert time.monotonic() - began_s > 0.17  # 20 blocks of 10 ms; the first comes at once
        stream.stop()
        assert not stream.active
        stopped = core.counter(sh.CALLBACKS)
        time.sleep(0.05)
        assert core.counter(sh.CALLBACKS) == stopped
    stream.close()


def test_what_it_makes_up_for_is_less_than_what_is_computed_ahead() -> None:
    core = EngineCore(48_000, 2)
    assert most_late_s(core.words, 48_000) == 0.5
    for frames, seconds in ((4_800, 0.05), (96_000, 0.5)):
        sh.write_word(core.words, sh.AHEAD, frames)
        assert most_late_s(core.words, 48_000) == seconds


@pytest.mark.measure
@pytest.mark.alone
def test_what_holds_the_interpreter_up_is_no_xrun() -> None:
    """As the garbage collection of an engine that has just started does."""
    with Host(device="null", ahead_ms=100.0) as host:
        host.load("clarinet-trumpet")
        host.start()
        until(lambda: host.core.counter(sh.CALLBACKS) > 20)
        count, before, held_s, most = host.core.counter(sh.XRUNS), time.monotonic(), 0.0, 1 << 22
        while held_s < 0.25:  # one call, which lets nobody else have the interpreter
            before, most = time.monotonic(), 2 * most
            sum(range(most))
            held_s = time.monotonic() - before
        frames = host.core.counter(sh.FRAMES)
        until(lambda: host.core.counter(sh.FRAMES) > frames + 9600)
        assert host.core.counter(sh.XRUNS) == count
