"""Watchers are shown what comes, in a thread that ends with the last of them."""

import threading

import pytest

from rtsynth.common.watchers import MOST_WATCHERS, Watchers


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the thread: `tick` is called by the tests."""
    monkeypatch.setattr(Watchers, "_run", lambda self: None)


@pytest.mark.usefixtures("still")
def test_each_is_shown_everything_until_it_goes() -> None:
    came = ["x", "y"]
    watchers = Watchers("monitor", lambda: came, 0.01)
    assert not watchers.any
    shown: dict[str, list[str]] = {"a": [], "b": []}
    for who, own in shown.items():
        watchers.add(who, own.append)
    assert watchers.any
    assert watchers.tick()
    watchers.remove("a")
    assert watchers.tick()
    assert shown == {"a": ["x", "y"], "b": ["x", "y", "x", "y"]}
    watchers.clear()
    assert not watchers.any
    assert not watchers.tick()


@pytest.mark.usefixtures("still")
def test_who_says_nothing_for_a_minute_is_shown_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    watchers = Watchers("monitor", lambda: ["x"], 0.01)
    shown: list[str] = []
    watchers.add("a", shown.append)
    monkeypatch.setattr("rtsynth.common.watchers.time.monotonic", lambda: 1e12)
    assert not watchers.tick()
    assert (shown, watchers.any) == ([], False)


@pytest.mark.usefixtures("still")
def test_there_is_room_for_some_the_last_ones() -> None:
    watchers = Watchers("monitor", lambda: ["x"], 0.01)
    shown: list[int] = []
    for who in range(MOST_WATCHERS + 5):
        watchers.add(who, lambda _, who=who: shown.append(who))
    watchers.tick()
    assert shown == list(range(5, MOST_WATCHERS + 5))


@pytest.mark.usefixtures("still")
def test_one_that_fails_does_not_keep_it_from_others(caplog: pytest.LogCaptureFixture) -> None:
    watchers = Watchers("monitor", lambda: ["x"], 0.01)
    shown: list[str] = []

    def fail(each: str) -> None:
        raise OSError("gone")

    watchers.add("a", fail)
    watchers.add("b", shown.append)
    for _ in range(2):
        watchers.tick()
    assert shown == ["x", "x"]
    assert caplog.text.count("monitor: a monitor failed") == 1


def test_its_thread_shows_and_ends_by_itself() -> None:
    others = set(threading.enumerate())
    came = threading.Event()
    watchers = Watchers("watchers-test", lambda: ["x"], 0.01)
    watchers.add("a", lambda each: came.set())
    assert came.wait(20)
    watchers.remove("a")
    for thread in set(threading.enumerate()) - others:
        if thread.name == "watchers-test":
            thread.join(20)
            assert not thread.is_alive()
    came.clear()
    watchers.add("a", lambda each: came.set())  # and another one is started
    assert came.wait(20)
    watchers.remove("a")
