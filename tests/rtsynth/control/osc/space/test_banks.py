"""States of networks over OSC: kept, put back, listed; what cannot be is said."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.control.osc.time import timetag_at
from rtsynth.engine.live import shared as sh
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def host(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", voices=2) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def client(host: Host) -> Iterator[OscClient]:
    with OscServer(host, port=0) as server, OscClient(server.port) as opened:
        yield opened


def names(client: OscClient) -> tuple[object, ...]:
    found = client.ask("/slot/1/bank/list", reply="/slot/1/bank/names")
    client.expect("/slot/1/bank/start")
    client.expect("/slot/1/bank/loop")
    return found


def test_states_are_kept_and_put_back(host: Host, client: OscClient) -> None:
    assert names(client) == (0, 0)
    client.send("/slot/1/bank/save", "soft")
    client.send("/slot/1/bank/save", "loud")
    assert names(client) == (0, 2, "soft", "loud")
    client.send("/slot/1/bank/recall", "soft")
    client.send("/slot/1/bank/recall", "loud", 2)
    client.send("/slot/1/bank/rename", "soft", "dark")
    client.send("/slot/1/bank/delete", "loud")
    assert names(client) == (0, 1, "dark")
    until(lambda: host.banks.back(1, 0.1) == pytest.approx(0.1))  # it has played so long
    client.send("/slot/1/bank/back", 0.1)
    client.send("/sync", 5)
    answered = [message.address for message in client.messages(0.5)]
    assert answered == ["/synced"], "nothing was refused"


def test_between_states_notes_and_loops(host: Host, client: OscClient) -> None:
    for name in host.banks.names(1):
        host.banks.delete(1, name)
    for name in ("a", "b"):
        host.banks.put(1, name, host.banks.now(1))
    client.send("/slot/1/bank/fork", "a", "c")
    client.send("/slot/1/bank/fork", "a", "second", 2)
    client.send("/slot/1/bank/delete", "second")
    client.send("/slot/1/bank/average", "mean", "a", "b", "b")
    client.send("/slot/1/bank/morph", "a", "b", 0.3)
    client.send("/slot/1/bank/morph", "a", "b", 0.3, 2)
    client.send("/slot/1/bank/number", 1)
    client.send("/slot/1/bank/start", "c")
    assert names(client) == (0, 4, "a", "b", "c", "mean")
    assert client.ask("/slot/1/bank/list", 1, reply="/slot/1/bank/start") == ("c",)
    client.expect("/slot/1/bank/loop")
    for name, seconds in (("a", 0.01), ("", 0.5), ("", 0)):
        client.send("/slot/1/bank/loop", name, seconds)
        looped = client.ask("/slot/1/bank/list", 1, reply="/slot/1/bank/loop")
        assert looped == (name, pytest.approx(seconds, abs=1e-4))
    client.send("/slot/1/bank/save", "passed", 0.1)
    for voice in (-1, 0, 2):
        client.send("/slot/1/bank/save", "passed", 0, voice)
    client.send("/slot/1/bank/start", "")
    client.send("/sync", 6)
    assert [message.address for message in client.messages(0.5)] == ["/synced"]
    assert host.banks.starts_from(1) == ""


def test_a_timed_one_is_at_its_sample(host: Host, client: OscClient) -> None:
    """The engine gets it before its time, as a note: not a worker at about that time."""
    host.banks.save(1, "a")
    voice, due_ns = host.slot(1).voice, time.time_ns() + 2_000_000_000
    message = encode("/slot/1/bank/recall", "a")
    client.socket.send(encode_bundle([message], timetag_at(due_ns)))
    until(lambda: int(sh.read_word(voice.words, sh.S_EVENT_COUNT)) > 0)
    assert time.time_ns() < due_ns


def test_files(host: Host, client: OscClient, tmp_path: Path) -> None:
    path = str(tmp_path / "states.safetensors")
    host.banks.put(1, "a", host.banks.now(1))
    asked = ("/slot/1/bank/write", path)
    assert client.ask(*asked, reply="/done") == asked
    host.banks.delete(1, "a")
    asked = ("/slot/1/bank/read", path)
    assert client.ask(*asked, reply="/done") == asked
    assert "a" in host.banks.names(1)


@pytest.mark.parametrize(
    ("address", "arguments", "problem"),
    [
        ("fork", ("dark", "dark"), "has a state 'dark' already"),
        ("average", ("mean",), "expects 2 to 9 arguments"),
        ("morph", ("gone", "dark", 0.5), "has no state 'gone'"),
        ("morph", ("dark", "dark", 1.5), "1.5 is out of range: clamped to 1"),
        ("loop", ("dark", 61.0), "a loop takes 0.001 to 60 s"),
        ("start", ("gone",), "has no state 'gone'"),
        ("read", ("/nowhere/x.safetensors",), "no such file"),
        ("recall", ("gone",), "has no state 'gone'"),
        ("number", (9,), "number 9: slot 1 has states 0 to"),
        ("recall", ("dark", 9), "has voices 1 to 2"),
        ("save", ("dark", 0.0, 3), "voice 3: slot 1 has voices 1 to 2"),
        ("fork", ("dark", "new", -1), "voice -1: slot 1 has voices 1 to 2"),
        ("back", (61.0,), "the last 60 s are kept"),
        ("back", (59.0,), "59 is out of range: clamped to"),
        ("save", (3,), "expects a text"),
    ],
)
def test_what_cannot_be_is_said(
    client: OscClient, address: str, arguments: tuple[str | float, ...], problem: str
) -> None:
    client.send("/slot/1/bank/save", "dark")
    failed, text = client.ask(f"/slot/1/bank/{address}", *arguments, reply="/fail")
    assert failed == f"/slot/1/bank/{address}"
    assert problem in str(text)
