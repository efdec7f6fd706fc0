"""What watchers are shown."""

import pytest

from rtsynth.common.watchers import MOST_WATCHERS, Watchers
from rtsynth.host.mapping.monitor import (
    MOST_PORTS,
    MOST_SHOWN,
    Activity,
    Arrival,
    Clock,
    Monitor,
)

Shown = list[Arrival | Activity]


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Monitor:
    """Without its thread: `tick` is called by the tests."""
    monkeypatch.setattr(Watchers, "_run", lambda self: None)
    return Monitor()


def test_of_one_control_the_last_position_is_shown(monitor: Monitor) -> None:
    shown: Shown = []
    monitor.put(1, Arrival("keys", "before"))
    monitor.watch("a", shown.append)
    for value in range(5):
        monitor.put(21, Arrival("keys", f"CC 21 = {value}", "slot 1 pitch"))
        monitor.put(22, Arrival("keys", f"CC 22 = {value}", "unmapped"))
    monitor.beat("pads")
    assert monitor.tick()
    assert shown == [
        Arrival("keys", "CC 21 = 4", "slot 1 pitch"),
        Arrival("keys", "CC 22 = 4", "unmapped"),
        Activity("keys", 10),
        Activity("pads", 1),
    ]
    assert monitor.tick()
    assert len(shown) == 4


def test_counts_and_the_clock_are_in_the_status(monitor: Monitor) -> None:
    monitor.put(1, Arrival("keys", "CC 3 = 1", "unmapped"))
    monitor.beat("keys")
    assert monitor.status()["inputs"] is None
    monitor.read_clock = lambda: Clock(120.0, True)
    monitor.count_inputs = lambda: 1
    assert monitor.status() == {
        "inputs": 1,
        "problem": "",
        "messages": 2,
        "unmapped": 1,
        "last": ["keys", "CC 3 = 1", "unmapped"],
        "tempo_bpm": 120.0,
        "running": True,
    }


def test_who_unwatches_or_says_nothing_for_long_is_shown_no_more(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: Shown = []
    monitor.watch("a", shown.append)
    monitor.watch("b", shown.append)
    monitor.unwatch("a")
    monitor.put(1, Arrival("keys", "x"))
    assert monitor.tick()
    assert shown == [Arrival("keys", "x"), Activity("keys", 1)]
    monkeypatch.setattr("rtsynth.common.watchers.time.monotonic", lambda: 1e12)
    assert not monitor.tick()


def test_one_that_fails_does_not_keep_it_from_others(
    monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    shown: Shown = []

    def fail(each: Arrival | Activity) -> None:
        raise OSError("gone")

    monitor.watch("a", fail)
    monitor.watch("b", shown.append)
    for _ in range(2):
        monitor.put(1, Arrival("keys", "x"))
        monitor.tick()
    assert len(shown) == 4
    assert caplog.text.count("a monitor failed") == 1


def test_there_are_limits(monitor: Monitor) -> None:
    shown: Shown = []
    for who in range(MOST_WATCHERS + 5):
        monitor.watch(who, shown.append)
    for number in range(500):
        monitor.put(number, Arrival(f"port {number}", "x"))
    monitor.tick()
    assert len(shown) == MOST_WATCHERS * (MOST_SHOWN + MOST_PORTS)
