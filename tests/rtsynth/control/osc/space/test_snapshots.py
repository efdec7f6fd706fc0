"""Snapshots over OSC, with a playing engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host, Plugin
from rtsynth.control.osc.session import ClientSession
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc.test_guests import Guest
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def played(plugin: Plugin) -> Iterator[tuple[Host, OscServer]]:
    with Host("null", precision="float32") as host:
        host.load_into(1, plugin)
        host.start()
        with OscServer(host, port=0) as server:
            yield host, server


def test_what_was_done_is_undone(played: tuple[Host, OscServer]) -> None:
    host, server = played
    host.set(1, "pitch", 66)
    with OscClient(server.port) as client:
        client.send("/snapshot/keep", "before", 1, "mappings")
        assert client.expect("/done") == ("/snapshot/keep", "before", 1, "mappings")
        client.send("/slot/1/unload")
        client.send("/snapshot/recall", "before")
        assert client.expect("/done") == ("/slot/1/unload",)
        assert client.expect("/done") == ("/snapshot/recall", "before")
        until(lambda: host.get(1, "pitch") == 66)


@pytest.mark.parametrize(
    ("address", "arguments", "text"),
    [
        ("/snapshot/recall", ("nothing",), "no snapshot 'nothing' any more"),
        ("/snapshot/keep", ("a", 17), "slots are 1 to 16"),
        ("/snapshot/keep", ("a", 1.5), "whole number"),
        ("/snapshot/keep", ("a", "colours"), "no section 'colours'"),
        ("/snapshot/keep", (), "expects 1 to 18 arguments"),
    ],
)
def test_what_is_refused(
    played: tuple[Host, OscServer], address: str, arguments: tuple[float | str, ...], text: str
) -> None:
    with OscClient(played[1].port) as client:
        client.send(address, *arguments)
        failed, message = client.expect("/fail")
        assert failed == address
        assert text in str(message)


def test_what_has_been_moved_since_stays(played: tuple[Host, OscServer]) -> None:
    host, server = played
    with OscClient(server.port) as client:
        host.set(1, "pitch", 66)
        client.send("/snapshot/keep", "before", 1)
        client.expect("/done")
        host.set(1, "pitch", 68)
        client.send("/snapshot/keep", "after", 1)
        client.expect("/done")
        client.send("/snapshot/recall", "before", "after")
        assert client.expect("/done") == ("/snapshot/recall", "before", "after")
        until(lambda: host.get(1, "pitch") == 66)
        host.set(1, "pitch", 70)
        client.send("/snapshot/recall", "after", "before")
        assert client.expect("/snapshot/lost") == ("after", "before")
        assert "by something else since" in str(client.expect("/fail")[1])
        assert host.get(1, "pitch") == 70
        client.send("/snapshot/recall", "", "before")  # the slot, empty
        assert client.expect("/done") == ("/snapshot/recall", "", "before")
        assert len(host.slots) == 0
        client.send("/snapshot/recall", "before", "")
        assert client.expect("/done") == ("/snapshot/recall", "before", "")
        until(lambda: host.get(1, "pitch") == 66)


def test_a_preset_that_was_deleted_is_there_again(
    played: tuple[Host, OscServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    host, server = played
    host.presets.save(1, "dark")
    with OscClient(server.port) as client:
        part = "preset/1/dark"
        client.send("/snapshot/keep", "before", "presets", part)
        client.send("/slot/1/preset/delete", "dark")
        client.send("/snapshot/keep", "after", "presets", part)
        assert client.expect("/done") == ("/snapshot/keep", "before", "presets", part)
        assert client.expect("/done") == ("/slot/1/preset/delete", "dark")
        assert client.expect("/done") == ("/snapshot/keep", "after", "presets", part)
        assert host.presets.list(1) == []
        client.send("/snapshot/recall", "before", "after")
        assert client.expect("/snapshot/file") == (part,)
        assert client.expect("/done") == ("/snapshot/recall", "before", "after")
        assert (host.presets.list(1), host.presets.current(1)) == (["dark"], "dark")


def test_files_are_for_this_machine_only(
    played: tuple[Host, OscServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTSYNTH_SETS", str(tmp_path))
    monkeypatch.setattr(ClientSession, "is_confirmed", lambda session: True)
    host, server = played
    host.sets.save("live")
    host.snapshots.keep("own", files=["set/live"])
    host.sets.delete("live")
    guest = Guest(server)
    guest.send("/snapshot/keep", "theirs", "set/live")
    guest.send("/snapshot/recall", "own")
    guest.send("/snapshot/keep", "theirs", 1)
    until(lambda: len(guest.received) >= 4)
    answers = [message.arguments for _, message, _ in guest.received]
    refusal = "files: only from the machine the engine runs on"
    assert answers == [
        ("/snapshot/keep", refusal),
        ("own",),  # lost
        ("/snapshot/recall", refusal),
        ("/snapshot/keep", "theirs", 1),
    ]
    assert host.sets.list() == []
