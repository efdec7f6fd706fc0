"""Presets over OSC: what the engine is asked, and what is answered; once with a playing engine."""

import os
import unicodedata
from pathlib import Path

import pytest
import pythonosc.osc_message

from rtsynth import Host, Plugin
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc.space.sent import Sent, check_call
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine
from tests.rtsynth.host.live import until

CALLS: list[Sent] = [
    ("/slot/1/preset/save", ("a",), ("preset_save", 1, "a")),
    ("/slot/2/preset/recall", ("a",), ("preset_recall", 2, "a", None)),
    ("/slot/1/preset/rename", ("a", "c"), ("preset_rename", 1, "a", "c")),
    ("/slot/1/preset/delete", ("a",), ("preset_delete", 1, "a")),
    ("/slot/1/preset/next", (), ("preset_recall", 1, "a", None)),
    ("/slot/1/preset/next", (1,), ("preset_recall", 1, "a", None)),
    ("/slot/1/preset/previous", (), ("preset_recall", 1, "b", None)),
    ("/slot/1/preset/morph", ("a", "b", 0.25), ("preset_morph", 1, {"a": 0.75, "b": 0.25}, 0.0,
                                                None)),
    ("/slot/1/preset/morph", ("a", "b", 1, 3), ("preset_morph", 1, {"a": 0.0, "b": 1.0}, 3.0,
                                                None)),
    ("/slot/1/preset/blend", (2.0, "a", 1, "b", 2.5, "c", 0),
     ("preset_morph", 1, {"a": 1.0, "b": 2.5, "c": 0.0}, 2.0, None)),
]  # fmt: skip


@pytest.mark.parametrize("sent", CALLS)
def test_addresses_reach_the_engine(client: OscClient, engine: RecordingEngine, sent: Sent) -> None:
    check_call(client, engine, sent)


def test_lists_are_answered_in_parts(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/slot/1/preset/list")
    assert client.expect("/slot/1/preset/names") == (0, 2, "a", "b")
    assert client.expect("/slot/1/preset/current") == ("",)
    engine.presets.names = [f"{n}" for n in range(130)]
    engine.presets.at = "7"
    client.send("/slot/1/preset/list", 1)
    names: list[object] = []
    for first in (0, 64, 128):
        start, count, *some = client.expect("/slot/1/preset/names")
        assert (start, count) == (first, 130)
        names += some
    assert names == engine.presets.names
    assert client.expect("/slot/1/preset/current") == ("7",)
    engine.presets.names = []
    client.send("/slot/1/preset/list")
    assert client.expect("/slot/1/preset/names") == (0, 0)


def test_what_does_not_fit_is_reported_before_done(
    client: OscClient, engine: RecordingEngine
) -> None:
    engine.presets.problems = ["it has no breath"]
    client.send("/slot/1/preset/recall", "b")
    assert client.expect("/fail") == ("/slot/1/preset/recall", "it has no breath")
    assert client.expect("/done") == ("/slot/1/preset/recall", "b")
    client.send("/slot/1/preset/next")
    client.expect("/fail")
    assert client.expect("/done") == ("/slot/1/preset/next", "a")
    client.send("/slot/1/preset/morph", "a", "b", 0.5)
    assert client.expect("/fail") == ("/slot/1/preset/morph", "it has no breath")


@pytest.mark.parametrize(
    ("address", "arguments", "message"),
    [
        ("recall", ("x",), "preset 'x' does not exist"),
        ("recall", (), "expects 1 argument, name, got 0"),
        ("morph", ("a", "b", 2.0), "2 is out of range: clamped to 1"),
        ("morph", ("a", "b"), "expects 3 to 4 arguments"),
        ("blend", (0, "a", 1, "b"), "a weight behind every name"),
        ("blend", (0, "a", 1, "a", 1), "named twice"),
    ],
)
def test_refusals(client: OscClient, address: str, arguments: tuple, message: str) -> None:
    client.send(f"/slot/1/preset/{address}", *arguments)
    assert message in str(client.expect("/fail")[1])


@pytest.mark.system
def test_a_playing_engine(plugin: Plugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path))
    with (
        Host("null", precision="float32", rate_hz=48_000, block_frames=64) as host,
        OscServer(host, port=0) as server,
        OscClient(server.port) as client,
    ):
        host.load(plugin)
        host.start()
        client.send("/notify", 1)
        for name, pitch in (("low", 64.0), ("high", 76.0)):
            client.send("/slot/1/param/pitch", pitch)
            client.ask("/slot/1/preset/save", name, reply="/done")
            assert client.expect("/slot/1/preset/current") == (name,)
        client.ask("/slot/1/preset/recall", "low", reply="/done")
        client.send("/slot/1/param/pitch", 65.0)  # at once: nothing of the recall comes after it
        assert client.ask("/slot/1/param/pitch/get", reply="/slot/1/param/pitch") == (65.0,)
        client.send("/slot/1/preset/morph", "low", "high", 0.5, 0.1)
        until(lambda: host.get(1, "pitch") == 70)
        client.ask("/slot/1/preset/next", reply="/done")
        assert host.presets.current(1) == "high"


@pytest.mark.system
def test_letters_of_any_script_from_end_to_end(
    plugin: Plugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """python-osc to the engine, to the file system, and back to python-osc."""
    for kind in ("PRESETS", "SETS", "STATES"):
        monkeypatch.setenv(f"RTSYNTH_{kind}", str(tmp_path / kind))
    name = "Übung é ø 漢字 🎺"
    typed = unicodedata.normalize("NFD", name)  # as some keyboards and file systems have it
    assert typed != name
    with (
        Host("null", precision="float32", rate_hz=48_000, block_frames=64) as host,
        OscServer(host, port=0) as server,
        OscClient(server.port) as client,
    ):
        host.load(plugin)
        host.start()
        for save in ("/slot/1/preset/save", "/set/save", "/state/save"):
            assert client.ask(save, typed, reply="/done") == (save, name)
        client.send("/slot/1/bank/save", typed)
        folders = (tmp_path / "PRESETS" / plugin.name, tmp_path / "SETS", tmp_path / "STATES")
        assert [os.listdir(folder) for folder in folders] == 3 * [[f"{name}.json"]]
        client.send("/slot/1/preset/list")
        while (read := datagram(client)).address != "/slot/1/preset/names":
            pass
        assert read.params == [0, 1, name]
        assert client.ask("/set/list", reply="/set/names") == (0, 1, name)
        assert client.ask("/slot/1/bank/list", reply="/slot/1/bank/names") == (0, 1, name)
        for recall in ("/slot/1/preset/recall", "/set/recall", "/state/recall"):
            for asked in (name, typed):
                assert client.ask(recall, asked, reply="/done") == (recall, name)
        # What came from a machine whose files have decomposed names is the same preset.
        file = folders[0] / f"{name}.json"
        file.rename(folders[0] / f"{typed}.json")
        assert client.ask("/slot/1/preset/list", reply="/slot/1/preset/names") == (0, 1, name)
        assert client.ask("/slot/1/preset/save", name, reply="/done")[1] == name
        assert os.listdir(folders[0]) == [f"{typed}.json"]
        client.ask("/slot/1/preset/rename", name, "déjà vu", reply="/done")
        assert os.listdir(folders[0]) == ["déjà vu.json"]
        client.send("/slot/1/preset/save", "über/mut")
        assert "none of / " in str(client.expect("/fail")[1])


def datagram(client: OscClient) -> pythonosc.osc_message.OscMessage:
    """The next message as python-osc reads it."""
    return pythonosc.osc_message.OscMessage(client.socket.recv(65_536))
