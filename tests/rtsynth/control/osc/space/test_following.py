"""Following a training run over OSC."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.plugin import Plugin
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.run import new_run, write_network

pytestmark = pytest.mark.system


@pytest.fixture
def client(plugin: Plugin) -> Iterator[OscClient]:
    with (
        Host("null", precision="float32") as host,
        OscServer(host, port=0) as server,
        OscClient(server.port) as opened,
    ):
        host.load(plugin)
        host.start()
        yield opened


def state(client: OscClient) -> tuple[object, ...]:
    return client.ask("/slot/1/follow/get", reply="/slot/1/follow/state")


def test_a_run_is_followed(client: OscClient, plugin: Plugin, tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    write_network(run, plugin, 10)
    client.send("/notify", 1, "events")
    assert state(client) == ("", "", 0)
    assert client.ask("/slot/1/follow", str(run), reply="/done") == ("/slot/1/follow", str(run))
    assert state(client) == (str(run), "follows", 10)
    write_network(run, plugin, 20)
    adopted = "/slot/1/follow/adopted"
    step, file = client.expect(adopted, where=lambda message: message.arguments[0] == 20)
    assert (step, Path(str(file)).parent) == (20, run / "followed")
    assert client.ask("/slot/1/follow/back", reply="/done") == ("/slot/1/follow/back", 10)
    assert state(client) == (str(run), "holds", 10)
    assert client.ask("/slot/1/follow/stop", reply="/done") == ("/slot/1/follow/stop",)
    assert state(client) == ("", "", 0)


@pytest.mark.parametrize(
    ("address", "arguments", "problem"),
    [
        ("follow", ("/nowhere/at/all",), "no such folder; give the folder of a training run"),
        ("follow", (3,), "expects a text"),
        ("follow/back", (), "slot 1 follows no training run"),
        ("follow/stop", (), "slot 1 follows no training run"),
    ],
)
def test_what_cannot_be_is_said(
    client: OscClient, address: str, arguments: tuple[str | float, ...], problem: str
) -> None:
    failed, text = client.ask(f"/slot/1/{address}", *arguments, reply="/fail")
    assert failed == f"/slot/1/{address}"
    assert problem in str(text)
