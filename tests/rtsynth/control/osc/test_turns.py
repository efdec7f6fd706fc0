"""Clients take turns."""

import threading
from collections.abc import Iterator

import pytest

from rtsynth.control.osc import turns as osc_turns
from rtsynth.control.osc.endpoint import Address
from rtsynth.control.osc.surface.dispatcher import MESSAGES_PER_TURN
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.control.osc.turns import Turns
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.recording_engine import RecordingEngine


class Work:
    """Notes the pieces that are done."""

    def __init__(self) -> None:
        self.done: list[tuple[str, int]] = []
        self.dropped: list[tuple[str, int]] = []
        self.turns = Turns(
            self.begin, lambda client, count: self.dropped.append((client[0], count))
        )

    def begin(self, datagram: bytes, client: Address) -> Iterator[None]:
        """A datagram of N bytes is N pieces of work."""
        for piece in range(len(datagram)):
            self.done.append((client[0], piece))
            yield

    def put(self, client: str, size: int) -> None:
        self.turns.put(bytes(size), (client, 1))

    def finish(self) -> list[tuple[str, int]]:
        while self.turns:
            self.turns.take_turn()
        return self.done


def test_clients_take_turns_and_each_ones_order_is_kept() -> None:
    work = Work()
    work.put("flood", 3)
    work.put("flood", 2)
    work.put("other", 1)
    assert work.finish() == [
        ("flood", 0), ("other", 0), ("flood", 1), ("flood", 2), ("flood", 0), ("flood", 1),
    ]  # fmt: skip


def test_what_is_begun_goes_on_behind_one_who_comes_later() -> None:
    work = Work()
    work.put("flood", 1000)
    for _ in range(10):
        work.turns.take_turn()
    work.put("other", 1)
    work.turns.take_turn()
    work.turns.take_turn()
    assert work.done.index(("other", 0)) <= 11


def test_what_waits_is_bounded_for_each_and_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(osc_turns, "MAX_CLIENT_BYTES", 1000)
    monkeypatch.setattr(osc_turns, "MAX_BYTES", 2500)
    work = Work()
    for client in ("a", "b"):
        for _ in range(5):
            work.put(client, 400)
    work.put("c", 300)
    work.put("d", 700)  # no room for anybody new
    assert work.dropped == [("d", 1)]
    done = work.finish()
    assert [sum(name == client for name, _ in done) for client in "abc"] == [800, 800, 300]
    assert sorted(work.dropped) == [("a", 3), ("b", 3), ("d", 1)]
    assert not work.turns
    work.put("a", 400)
    assert len(work.finish()) == len(done)  # the list keeps growing: it is the same one
    assert work.done[-1] == ("a", 399)


def test_tiny_datagrams_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(osc_turns, "MAX_BYTES", 10 * osc_turns.LEAST_BYTES)
    work = Work()
    for number in range(100):
        work.put(str(number), 1)
    assert len(work.dropped) == 90


class HeldUp(RecordingEngine):
    """Does nothing beyond its first changes until it is let go."""

    def __init__(self) -> None:
        super().__init__(slots=2)
        self.go = threading.Event()

    def set(self, slot: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        if len(self.calls) == MESSAGES_PER_TURN // 2:
            assert self.go.wait(60)
        return super().set(slot, name, value, at_ns=at_ns)


def test_one_who_floods_holds_up_nobody_else() -> None:
    engine = HeldUp()
    with (
        OscServer(engine, port=0) as server,
        OscClient(server.port) as flood,
        OscClient(server.port) as other,
    ):
        bundle = encode_bundle([encode("/slot/1/gain", 0.0)] * 1000)
        for _ in range(4):
            flood.socket.send(bundle)
        flood.send("/sync", 1)
        engine.wait_for(MESSAGES_PER_TURN // 2)
        other.send("/slot/2/gain", -6.0)
        engine.go.set()
        flood.expect("/synced")
        assert len(engine.calls) == 4001
        assert engine.calls.index(("set", 2, "gain", -6.0, None)) <= 2 * MESSAGES_PER_TURN
