"""States of networks over OSC: kept, put back, listed; what cannot be is said."""

from collections.abc import Iterator

import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.server import OscServer
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


def names(client: OscClient) -> tuple[object, ...]:
    return client.ask("/slot/1/bank/list", reply="/slot/1/bank/names")


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


@pytest.mark.parametrize(
    ("address", "arguments", "problem"),
    [
        ("recall", ("gone",), "has no state 'gone'"),
        ("recall", ("dark", 9), "has voices 1 to 2"),
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
