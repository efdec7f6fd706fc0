"""A device of no sound, at the pace of the clock."""

import time

import pytest

from rtsynth.engine.live import shared as sh
from rtsynth.host.audio.backend import StreamRequest
from rtsynth.host.audio.null import NullStream
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
