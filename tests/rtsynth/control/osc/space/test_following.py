"""Following a training run over OSC."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.plugin import Plugin
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.audio.test_input import Device
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


def test_the_input_is_listened_to(
    client: OscClient, plugin: Plugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a device that gives nothing; what is added: tests/rtsynth/host/test_steering.py."""
    monkeypatch.setattr("rtsynth.host.audio.input.find_input", lambda playing_to: 3)
    monkeypatch.setattr("rtsynth.host.audio.input.Listening", Device)
    run = new_run(tmp_path / "run")
    (run / "more").mkdir()
    write_network(run, plugin, 10)
    client.ask("/slot/1/follow", str(run), reply="/done")
    listen, add = "/slot/1/follow/listen", "/slot/1/follow/add/input"
    assert client.ask(add, reply="/fail") == (
        add, "slot 1: the input is not listened to: send /slot/1/follow/listen 1, play into it, "
        "and ask again",
    )  # fmt: skip
    client.send("/notify", 1, "events")
    assert client.ask(listen, reply="/done") == (listen, 1)
    assert client.expect(listen) == (1,)
    assert client.ask(listen, 2, reply="/done") == (listen, 2)
    failed, text = client.ask(add, 5, reply="/fail")
    assert (failed, text) == (
        add,
        "nothing comes from the audio input 'card': connect it and listen again",
    )
    assert client.ask(listen, 3, reply="/fail") == (listen, "no such channel")
    assert client.ask(listen, 0, reply="/done") == (listen, 0)
    assert all(device.closed for device in Device.opened)


@pytest.mark.parametrize(
    ("address", "arguments", "problem"),
    [
        ("follow", ("/nowhere/at/all",), "no such folder; give the folder of a training run"),
        ("follow", (3,), "expects a text"),
        ("follow/back", (), "slot 1 follows no training run"),
        ("follow/stop", (), "slot 1 follows no training run"),
        ("follow/listen", (), "slot 1 follows no training run"),
        ("follow/listen", (1.5,), "expects a whole number"),
        ("follow/add/input", (), "slot 1 follows no training run"),
        ("follow/add/input", ("all",), "expects a number"),
    ],
)
def test_what_cannot_be_is_said(
    client: OscClient, address: str, arguments: tuple[str | float, ...], problem: str
) -> None:
    failed, text = client.ask(f"/slot/1/{address}", *arguments, reply="/fail")
    assert failed == f"/slot/1/{address}"
    assert problem in str(text)
