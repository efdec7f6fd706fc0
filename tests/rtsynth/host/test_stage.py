import numpy as np

from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Mailbox, PluginChange
from rtsynth.host.core import EngineCore
from rtsynth.host.stage import Stage


def test_there_is_no_time_before_the_sound_runs() -> None:
    stage = Stage(EngineCore(48_000, 2))
    assert stage.frame_for(None) == stage.frame_for(1) == sh.NOW
    stage.running = True
    assert stage.frame_for(None) == sh.NOW


def test_the_delay_is_that_of_the_device() -> None:
    stage = Stage(EngineCore(48_000, 2, np.zeros(sh.ENGINE_WORDS, np.int64)))
    before_ms = stage.delay_ms
    stage.core.set_device(48_000, 480)
    assert stage.delay_ms == before_ms + 10


def test_it_publishes() -> None:
    stage, box = Stage(EngineCore(48_000, 2)), Mailbox()
    stage.publisher.add(box)
    stage.publish(PluginChange(3))
    assert box.take_plugins() == {3}
