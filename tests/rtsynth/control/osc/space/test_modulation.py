"""Modulation over OSC: assigned, listed, cleared, timed, and what subscribers are sent."""

from collections.abc import Iterator

import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.host.modulation import Assignment
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture
def host(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32") as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def client(host: Host) -> Iterator[OscClient]:
    with OscServer(host, port=0) as server, OscClient(server.port) as opened:
        yield opened


def test_assign_list_and_clear(host: Host, client: OscClient) -> None:
    client.send("/slot/1/modulate", "lfo1", "pitch", 0.25)
    client.send("/slot/1/modulate", "macro2", "sampling/temperature", -0.5)
    client.sync()
    assert host.modulation.of(1) == [
        Assignment("lfo1", "pitch", 0.25),
        Assignment("macro2", "temperature", -0.5),
    ]
    client.send("/slot/1/modulation")
    answers = []
    while not answers or answers[-1].address != "/done":
        answers += client.messages(0.05)
    assert [(m.address, m.arguments) for m in answers] == [
        ("/slot/1/modulate", ("lfo1", "pitch", 0.25)),
        ("/slot/1/modulate", ("macro2", "temperature", -0.5)),
        ("/done", ("/slot/1/modulation",)),
    ]
    client.send("/slot/1/modulate", "lfo1", "pitch", 0)
    client.sync()
    assert host.modulation.of(1) == [Assignment("macro2", "temperature", -0.5)]
    client.send("/slot/1/modulate/clear", 0)  # a button that is released
    client.sync()
    assert len(host.modulation.of(1)) == 1
    client.send("/slot/1/modulate/clear")
    client.sync()
    assert host.modulation.of(1) == []


def test_what_cannot_be_obeyed_is_answered(host: Host, client: OscClient) -> None:
    for arguments, text in (
        (("lfo9", "pitch", 0.5), "modulation source 'lfo9' is unknown"),
        (("lfo1", "pich", 0.5), "'pich' is unknown"),
        (("lfo1", "macro1", 0.5), "macro1 cannot be modulated"),
        (("lfo1", "pitch", 3.0), "3 is out of range: clamped to 1"),
    ):
        address, message = client.ask("/slot/1/modulate", *arguments, reply="/fail")
        assert address == "/slot/1/modulate"
        assert text in str(message)
    assert host.modulation.of(1) == [Assignment("lfo1", "pitch", 1.0)]
    assert "slot 2 is empty" in str(client.ask("/slot/2/modulation", reply="/fail")[1])


def test_a_datagram_is_answered_once_and_in_short_lines(host: Host, client: OscClient) -> None:
    host.modulation.assign(1, "lfo1", "pitch", 0.5)
    client.socket.send(encode_bundle([encode("/slot/1/modulation")] * 50))
    client.send("/sync", 1)
    answers = []
    while not answers or answers[-1].address != "/synced":
        answers += client.messages(0.05)
    assert [m.address for m in answers] == ["/slot/1/modulate", "/done", "/synced"]
    for source, parameter in (("lfo" * 5000, "pitch"), ("lfo1", "pit" * 5000)):
        _, message = client.ask("/slot/1/modulate", source, parameter, 0.5, reply="/fail")
        assert "is unknown" in str(message)
        assert len(str(message)) < 500


def test_settings_are_controls(host: Host, client: OscClient) -> None:
    client.send("/slot/1/modulation/lfo1_rate", 7.5)
    client.send("/slot/1/param/macro3", 0.25)
    client.sync()
    assert (host.get(1, "lfo1_rate"), host.get(1, "macro3")) == (7.5, 0.25)
    assert client.ask("/slot/1/modulation/macro3/get", reply="/slot/1/modulation/macro3") == (0.25,)


def test_subscribers_are_sent_what_is_modulated(host: Host, client: OscClient) -> None:
    client.send("/notify", 1, "modulated", "events")
    client.send("/slot/1/modulate", "macro1", "pitch", 0.25)
    client.send("/slot/1/modulation/macro1", 1.0)
    until(lambda: host.modulation.values(1).get("pitch") == 72.0)
    messages = list(client.messages(0.5))
    assert ("macro1", "pitch", 0.25) in [
        m.arguments for m in messages if m.address == "/slot/1/modulate"
    ]
    pairs = [m.arguments for m in messages if m.address == "/slot/1/modulated"]
    assert pairs[-1] == ("pitch", 72.0)
    assert len(pairs) < 30
