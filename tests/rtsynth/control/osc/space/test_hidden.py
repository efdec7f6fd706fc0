"""Slots are opened over OSC, and their hidden controls moved like others."""

from collections.abc import Iterator

import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def host(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32") as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def client(host: Host) -> Iterator[OscClient]:
    with OscServer(host, port=0) as server, OscClient(server.port) as opened:
        yield opened


def test_a_slot_is_opened_played_and_closed(host: Host, client: OscClient) -> None:
    assert client.ask("/slot/1/open", 1, reply="/done") == ("/slot/1/open", 1)
    address = "/slot/1/param/audio/layer2_scale"
    assert client.ask(f"{address}/get", reply=address) == (1.0,)
    client.send(address, 0.25)
    client.send("/slot/1/param/audio/layer1_noise/norm", 0.5)
    client.send("/slot/1/param/audio/freeze", 1)
    until(lambda: host.get(1, "audio.freeze") == 1.0)
    assert host.get(1, "audio.layer2_scale") == 0.25
    assert host.get(1, "audio.layer1_noise") == 0.5
    assert client.ask("/slot/1/open", 0, reply="/done") == ("/slot/1/open", 0)
    (answer,) = [client.ask(f"{address}/get", reply="/fail")]
    assert "audio.layer2_scale" in str(answer[1])


@pytest.mark.parametrize(
    ("address", "arguments", "problem"),
    [
        ("/slot/2/open", (1,), "slot 2 is empty"),
        ("/slot/1/open", ("yes",), "expects a number"),
        ("/slot/1/swap", ("timbre", "vessel"), "has no tier 'timbre'; there are audio"),
        ("/slot/1/swap", ("audio", "no-such"), "no-such"),
    ],
)
def test_what_cannot_be_is_said(
    client: OscClient, address: str, arguments: tuple[int | str, ...], problem: str
) -> None:
    (failed, text) = client.ask(address, *arguments, reply="/fail")
    assert failed == address
    assert problem in str(text)
