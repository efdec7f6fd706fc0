"""Changes for later on a playing host: kept, in order, and never in the way of what is now."""

import time
from collections.abc import Iterator

import pytest

from rtsynth import Host, Plugin
from rtsynth.common.errors import ControlError
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import GATE, TARGET
from rtsynth.host.schedule import CAPACITY, LEAD_S
from rtsynth.host.slot import Slot
from tests.rtsynth.host.live import heard_by, row, until, value

pytestmark = pytest.mark.system

SECOND = 1_000_000_000


@pytest.fixture
def host(plugin: Plugin) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000, block_frames=64) as opened:
        opened.load(plugin)
        opened.start()
        until(lambda: opened.core.counter(sh.CALLBACKS) > 10)  # before, there is no time
        yield opened


@pytest.fixture
def slot(host: Host) -> Slot:
    return host.slot(1)


def fill(host: Host, ahead_s: float, count: int = CAPACITY) -> None:
    """A sensor whose clock is ahead."""
    begin = time.monotonic_ns() + int(ahead_s * SECOND)
    for step in range(count):
        host.set(1, "pitch", 64 + step % 12, at_ns=begin + step)


@pytest.mark.measure
def test_a_score_sent_at_once_is_played_whole_and_in_order(host: Host) -> None:
    """400 notes over two seconds; half of the bundles overtook the other half on the way."""
    heard: list[float] = []
    journal = host.journal()

    def all_heard() -> bool:
        heard.extend(value for _, name, value in heard_by(journal) if name == "pitch")
        return len(heard) == 400

    begin = time.monotonic_ns() + SECOND // 2
    pitches = [64 + step * 5 % 13 for step in range(400)]
    for step in (*range(1, 400, 2), *range(0, 400, 2)):
        at_ns = begin + step * SECOND // 200
        host.note_on(1, pitches[step], 0.8, at_ns=at_ns)
        host.note_off(1, pitches[step], at_ns=at_ns + SECOND // 400)
    assert len(host.schedule) > 700
    until(lambda: len(host.schedule) == 0 and all_heard())
    assert heard == pitches
    until(lambda: row(host.slot(1), GATE) == 0)
    status = host.status()
    assert (status["lost_events"], status["waiting_events"]) == (0, 0)


def test_what_is_now_is_heard_however_much_waits(host: Host, slot: Slot, plugin: Plugin) -> None:
    fill(host, 50.0)
    with pytest.raises(ControlError, match="changes are already scheduled"):
        host.note_on(1, 70, 0.5, at_ns=time.monotonic_ns() + 20 * SECOND)
    host.set(1, "gain", -20)
    until(lambda: value(slot, "gain") == pytest.approx(0.1))
    host.note_on(1, 72, 0.8)
    until(lambda: (value(slot, "pitch"), row(slot, GATE)) == (72, 1))
    assert host.get(1, "pitch") == 72
    loaded = host.load_into(1, plugin)
    assert len(host.schedule) == CAPACITY  # for the plugin that is there by then
    host.set(1, "pitch", 66)
    until(lambda: value(loaded, "pitch") == 66)
    host.panic()
    assert len(host.schedule) == 0
    until(lambda: row(loaded, GATE) == 0)
    assert host.status()["lost_events"] == 0


@pytest.mark.measure
def test_a_flood_for_one_moment_holds_nobody_up(host: Host, slot: Slot) -> None:
    """Two controls in turn, so that none of it can be left out."""
    at_ns = time.monotonic_ns() + 2 * SECOND
    for step in range(20_000):
        host.set(1, ("pitch", "amplitude")[step % 2], 64 + step % 12, at_ns=at_ns)
    answered = 0
    while waiting := len(host.schedule):
        host.get(1, "pitch")
        answered += waiting < 20_000  # between the first and the last of them
        queued = int(sh.read_word(slot.voice.words, sh.S_EVENT_COUNT))
        assert queued < sh.QUEUE_CAPACITY
        time.sleep(0.001)
    assert answered > 20
    host.set(1, "pitch", 75)
    until(lambda: value(slot, "pitch") == 75)
    assert host.status()["lost_events"] == 0


def test_panic_drops_what_the_engine_has_been_given_already(host: Host, slot: Slot) -> None:
    host.note_on(1, 70, 0.5)
    until(lambda: row(slot, GATE) == 1)
    at_ns = time.monotonic_ns() + int(LEAD_S * SECOND / 2)
    host.note_on(1, 65, 1.0, at_ns=at_ns)
    host.set(1, "gain", -30, at_ns=at_ns)
    host.note_on(1, 66, 1.0, at_ns=at_ns + 3 * SECOND)
    host.panic()
    until(lambda: row(slot, GATE, TARGET) == 0)
    time.sleep(max(0.0, (at_ns - time.monotonic_ns()) / SECOND) + 0.1)
    frames = host.core.counter(sh.FRAMES)
    until(lambda: host.core.counter(sh.FRAMES) > frames + 48_00)
    assert (host.get(1, "pitch"), host.get(1, "gain")) == (70, 0)
    assert (value(slot, "pitch"), value(slot, "gain")) == (70, 1)
    assert row(slot, GATE, TARGET) == 0


def test_an_emptied_slot_forgets(host: Host, plugin: Plugin) -> None:
    fill(host, 5.0, 100)
    host.unload(1)
    assert len(host.schedule) == 0
    slot = host.load(plugin)
    assert slot.number == 1
    fill(host, 5.0, 100)
    host.stop()
    assert len(host.schedule) == 0


@pytest.mark.measure
def test_what_waits_is_for_the_plugin_that_is_there_by_then(host: Host, plugin: Plugin) -> None:
    """That which the engine had been given for the one before, too."""
    now = time.monotonic_ns()
    host.set(1, "gain", -20, at_ns=now + int(0.9 * LEAD_S * SECOND))
    host.note_on(1, 66, 1.0, at_ns=now + 2 * SECOND)
    loaded = host.load_into(1, plugin)
    until(lambda: value(loaded, "gain") == pytest.approx(0.1))
    until(lambda: (value(loaded, "pitch"), row(loaded, GATE)) == (66, 1))


def test_changes_of_one_time_have_one_frame(host: Host) -> None:
    """However often the device's clock is looked at in between."""
    ring = host.core._rings[sh.EVENT_TIMES]
    for _ in range(20):
        at_ns = time.monotonic_ns() + 100_000_000
        head = host.core.counter(sh.EVENT_HEAD)
        for part in range(5):
            host.set(1, "pitch", 64 + part, at_ns=at_ns)
            time.sleep(0.003)
        until(lambda head=head: host.core.counter(sh.EVENT_HEAD) == head + 5)
        frames = {int(ring[at % sh.EVENT_CAPACITY]) for at in range(head, head + 5)}
        if time.monotonic_ns() < at_ns:  # else the machine was too busy: some came late
            assert len(frames) == 1
