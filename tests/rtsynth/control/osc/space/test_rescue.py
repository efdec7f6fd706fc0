"""How a slot is rescued, over OSC; what is learnt of the plugin is no matter here."""

from collections.abc import Iterator

import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.host.rescue.profiles import Profiles
from tests.rtsynth.control.osc_client import OscClient

pytestmark = pytest.mark.system


@pytest.fixture
def host(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setattr(Profiles, "of", lambda self, plugin: None)
    with Host("null", precision="float32") as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def client(host: Host) -> Iterator[OscClient]:
    with OscServer(host, port=0) as server, OscClient(server.port) as opened:
        yield opened


def test_a_slot_is_rescued_as_it_is_told(host: Host, client: OscClient) -> None:
    assert client.ask("/slot/1/rescue/get", reply="/slot/1/rescue") == ("off", 0, 1)
    client.send("/notify", 1, "values", "events")
    assert client.ask("/slot/1/rescue", "firm", reply="/done") == ("/slot/1/rescue", "firm")
    assert client.expect("/slot/1/rescue") == ("firm",)  # to whoever wants events
    client.send("/slot/1/rescue", "gentle")
    while client.expect_json("/describe")["slots"][0]["rescue"] != "gentle":
        pass
    client.send("/notify", 0)
    assert client.ask("/slot/1/rescue", "firm", reply="/done") == ("/slot/1/rescue", "firm")
    assert client.ask("/slot/1/rescue/get", reply="/slot/1/rescue") == ("firm", 0, 1)
    assert host.rescue.mode(1) == "firm"


@pytest.mark.parametrize(
    ("address", "arguments", "problem"),
    [
        ("/slot/1/rescue", ("hard",), "no rescue 'hard'; there are off, gentle, firm"),
        ("/slot/1/rescue", (1,), "expects a text"),
        ("/slot/2/rescue", ("firm",), "slot 2 is empty"),
        ("/slot/2/rescue/get", (), "slot 2 is empty"),
    ],
)
def test_what_cannot_be_is_said(
    client: OscClient, address: str, arguments: tuple[object, ...], problem: str
) -> None:
    client.send(address, *arguments)
    failed = [message for message in client.messages(1.0) if message.address == "/fail"]
    assert problem in str(failed[0].arguments)
