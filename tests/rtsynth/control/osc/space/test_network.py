"""The network over OSC: described, a voice chosen, and what subscribers are sent."""

import json
from collections.abc import Iterator

import numpy as np
import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.surface.commands import OF_SLOTS
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.host.network import NetworkState
from tests.rtsynth.control.osc_client import OscClient
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


def test_what_there_is_to_see(client: OscClient) -> None:
    (text,) = client.ask("/slot/1/network/get", reply="/slot/1/network")
    described = json.loads(str(text))
    assert [layer["name"] for layer in described["layers"]] == ["GRU 1", "GRU 2"]
    assert described["draws"][0]["most_bits"] == 8.0
    address, problem = client.ask("/slot/5/network/get", reply="/fail")
    assert (address, "slot 5 is empty" in str(problem)) == ("/slot/5/network/get", True)


def test_a_voice_is_chosen(host: Host, client: OscClient) -> None:
    client.send("/slot/1/network/voice", 2)
    client.sync()
    assert host.network.read(1).voice == 2
    _, problem = client.ask("/slot/1/network/voice", 7, reply="/fail")
    assert "7 is out of range: clamped to 2" in str(problem)
    client.send("/slot/1/network/voice", 0)
    client.sync()
    assert host.network.read(1).voice == 1


def test_subscribers_are_sent_it_thirty_times_a_second_and_others_are_not(
    host: Host, client: OscClient
) -> None:
    until(lambda: host.network.read(1).bits[0] > 0)
    client.send("/notify", 1, "network")
    received = list(client.messages(1.0))
    assert {message.address for message in received} == {"/slot/1/network/state"}
    assert 10 <= len(received) <= 32
    voice, _, bits, values = received[-1].arguments
    assert voice == 1
    states = [np.frombuffer(m.arguments[1], np.int8) for m in received]
    assert {len(state) for state in states} == {40}
    assert np.any(states[0] != states[-1])
    assert 0 < np.frombuffer(bits, "<f4")[0] <= 8
    assert values == b""
    client.send("/notify", 1, "meters")
    client.sync()
    list(client.messages(0.1))
    assert "/slot/1/network/state" not in {m.address for m in client.messages(0.3)}


def test_only_the_slots_that_are_chosen_are_sent(
    host: Host, client: OscClient, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.load_into(2, compiled)

    def received() -> set[str]:
        client.sync()
        list(client.messages(0.1))
        return {message.address for message in client.messages(0.4)}

    client.send("/notify", 1, "network/2")
    assert received() == {"/slot/2/network/state"}
    client.send("/notify", 1, "network", "meters")
    both = {"/slot/1/network/state", "/slot/2/network/state"}
    levels = {"/meter", "/meter/master", "/load"}
    assert received() == both | levels
    read = host.network.read

    def fails(slot: int) -> NetworkState:
        if slot == 1:
            raise RuntimeError("damaged")
        return read(slot)

    monkeypatch.setattr(host.network, "read", fails)
    assert received() == {"/slot/2/network/state"} | levels
    host.unload(2)


def test_what_strangers_may(client: OscClient) -> None:
    assert OF_SLOTS["network/get"].afar is Afar.CONFIRMED
    assert OF_SLOTS["network/voice"].afar is Afar.ALLOWED
