"""What a monitor keeps of a flood, and how it is written."""

import pytest

from rtsynth.common.watchers import Watchers
from rtsynth.control.osc.guests import CONFIRM
from rtsynth.control.osc.monitor import (
    MOST_CLIENTS,
    MOST_SHOWN,
    Counted,
    OscMonitor,
    Seen,
    arguments_text,
    client_text,
)
from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth.control.osc.streams import StreamAddress

A, B = ("127.0.0.1", 5000), ("192.0.2.7", 6000)

Shown = list[Seen | Counted]


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> OscMonitor:
    """Without its thread: `tick` is called by the tests."""
    monkeypatch.setattr(Watchers, "_run", lambda self: None)
    return OscMonitor()


@pytest.fixture
def shown(monitor: OscMonitor) -> Shown:
    came: Shown = []
    monitor.watchers.add("a", came.append)
    return came


def test_of_a_client_and_an_address_the_last_is_shown(monitor: OscMonitor, shown: Shown) -> None:
    for value in range(5):
        monitor.put(A, OscMessage("/slot/1/gain", (value,)))
        monitor.put(B, OscMessage("/slot/1/gain", (-value,)))
        monitor.fail(B, OscMessage("/slot/1/gain", (-value,)), "out of range")
    monitor.put(A, OscMessage("/slot/1/pan", (0.5,)))
    monitor.watchers.tick()
    monitor.watchers.tick()
    assert shown == [
        Seen(A, "/slot/1/gain", "4", "", "4"),
        Seen(B, "/slot/1/gain", "-4", "out of range", "-4"),
        Seen(A, "/slot/1/pan", "0.5", "", "0.5"),
        Counted(A, 6),
        Counted(B, 5),
    ]


def test_a_flood_is_bounded_and_the_last_ones_are_shown(monitor: OscMonitor, shown: Shown) -> None:
    for number in range(500):
        monitor.put(("127.0.0.1", number), OscMessage(f"/x/{number}", ()))
    monitor.watchers.tick()
    seen = [each for each in shown if isinstance(each, Seen)]
    assert [each.address for each in seen] == [f"/x/{n}" for n in range(500 - MOST_SHOWN, 500)]
    assert len(shown) - len(seen) == MOST_CLIENTS


@pytest.mark.parametrize("address", ["/ping", "/notify", "/status", CONFIRM])
def test_what_keeps_a_client_company_is_left_out(
    monitor: OscMonitor, shown: Shown, address: str
) -> None:
    monitor.put(A, OscMessage(address, ()))
    monitor.watchers.tick()
    assert shown == []


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), ""),
        ((69.5, 3, True, False, None), "69.5 3 true false nil"),
        (("a b", b"\0" * 12), '"a b" <12 bytes>'),
        (("x" * 100,), f'"{"x" * 40}…"'),
        (("a\nb\x1b[31m",), arguments_text(("a\nb\x1b[31m",))),
        (tuple(range(20)), "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 …"),
    ],
)
def test_arguments_as_one_reads_them(arguments: tuple[Argument, ...], text: str) -> None:
    assert arguments_text(arguments) == text
    assert text.isprintable()
    assert len(text) < 200


def test_another_machine_is_shown_no_file(monitor: OscMonitor, shown: Shown) -> None:
    path = "/home/ada/secret.wav"
    monitor.fail(A, OscMessage("/record/start", (path, 1)), f"{path}: no such folder")
    monitor.watchers.tick()
    seen = shown[0]
    assert isinstance(seen, Seen)
    assert path in seen.arguments
    assert path in seen.problem
    assert seen.guarded[1:4] == ("/record/start", '"…" 1', "not obeyed")
    assert Seen(A, "/x", "1", "", "1").guarded.problem == ""


def test_where_a_client_is() -> None:
    assert client_text(A) == "127.0.0.1:5000"
    assert client_text(("::1", 5, 0, 0)) == "[::1]:5"
    assert client_text(StreamAddress("127.0.0.1", 5, (), 1)) == "127.0.0.1:5 TCP"
