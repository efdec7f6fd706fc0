"""The mixer on a playing host: timed changes at their frame, and panic drops them."""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from rtsynth import Host, Plugin
from rtsynth.engine.live import shared as sh
from rtsynth.host.changes import Journal, ValueChange
from rtsynth.host.mixer import MASTER
from tests.rtsynth.host.live import until, value

pytestmark = pytest.mark.system

SECOND = 1_000_000_000


@pytest.fixture
def host(plugin: Plugin) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        opened.load(plugin)
        opened.start()
        until(lambda: opened.core.counter(sh.CALLBACKS) > 10)  # before, there is no time
        yield opened


@pytest.mark.measure
def test_what_is_timed_together_acts_together(host: Host) -> None:
    """Left and right part, and meet again, as far apart as was asked for."""
    journal = Journal(host.mixer.settle)
    host.stage.publisher.add(journal)
    begin = time.monotonic_ns() + SECOND
    cursor = host.core.counter(sh.PLAYED)
    host.mixer.set(1, "pan", 1.0, at_ns=begin)
    host.mixer.set(1, "pan", 0.0, at_ns=begin + SECOND // 2)
    until(lambda: host.core.counter(sh.PLAYED) > cursor + 90_000)
    rows = host.core.read_outputs(cursor)[1]
    apart = np.flatnonzero(rows[0] != rows[1])
    # From the first frame of the one ramp to the last of the other, of 480 frames; the null device
    # keeps time to a few milliseconds while the machine is busy.
    assert apart[-1] - apart[0] == pytest.approx(24_000 + 480, abs=200)
    changes = [change for change in journal.take() if isinstance(change, ValueChange)]
    assert [(change.control.name, change.value, change.at_ns) for change in changes] == [
        ("mixer.pan", 1.0, begin), ("mixer.pan", 0.0, begin + SECOND // 2)
    ]  # fmt: skip
    assert host.mixer.get(1, "pan") == 0.0


def test_panic_keeps_what_was_due(host: Host) -> None:
    host.mixer.set(1, "mute", 1.0)
    host.mixer.set(2, "solo", 1.0, at_ns=time.monotonic_ns())
    host.panic()
    head = host.core.counter(sh.PLAYED)
    until(lambda: host.core.counter(sh.PLAYED) > head + 4800)
    assert host.mixer.read() == {"1": {"mute": 1.0}, "2": {"solo": 1.0}}
    assert host.core.mixer.settings[sh.MUTE] == 1.0
    assert host.core.mixer.settings[sh.STRIP + sh.SOLO] == 1.0


def test_panic_drops_what_waits(host: Host) -> None:
    at_ns = time.monotonic_ns() + SECOND // 5
    host.mixer.set(MASTER, "gain", -20.0, at_ns=at_ns)
    host.mixer.set(1, "mute", 1.0, at_ns=at_ns + SECOND)
    host.panic()
    until(lambda: time.monotonic_ns() > at_ns + SECOND // 5)
    assert host.mixer.read() == {}
    assert host.core.mixer.settings[sh.MASTER_LEVEL] == 1.0
    assert len(host.schedule) == 0
    assert host.core.counter(sh.SETTING_COUNT) == 0


def test_the_output_is_measured_left_and_right(host: Host) -> None:
    host.mixer.set(1, "pan", -1.0)
    until(lambda: host.read_telemetry().master[1].rms_db < -50)
    telemetry = host.read_telemetry()
    left, right = telemetry.master
    assert left.peak_db > -30
    assert left.peak_db > right.peak_db
    assert telemetry.meters[0].slot == 1


def test_what_was_sent_ahead_of_a_stop_does_not_act_at_the_next_start(host: Host) -> None:
    slot = host.slot(1)
    at_ns = time.monotonic_ns() + SECOND // 5  # the engine has it by then
    for mixed, pitch in ((-1.0, 70.0), (1.0, 76.0)):
        host.mixer.set(1, "pan", mixed, at_ns=at_ns)
        host.set(1, "pitch", pitch, at_ns=at_ns)
    host.set(1, "amplitude", 0.25)
    host.stop()
    assert host.core.counter(sh.SETTING_COUNT) == slot.voice.words[sh.S_EVENT_COUNT] == 0
    host.mixer.set(1, "pan", 0.5)  # nor does it undo what is moved in between
    host.start()
    played = host.core.counter(sh.PLAYED)
    until(lambda: host.core.counter(sh.PLAYED) > played + 24_000)
    assert host.mixer.get(1, "pan") == host.core.mixer.settings[sh.PAN] == 0.5
    assert host.get(1, "pitch") == value(slot, "pitch") == slot.spec("pitch").default
    assert host.get(1, "amplitude") == value(slot, "amplitude") == 0.25
