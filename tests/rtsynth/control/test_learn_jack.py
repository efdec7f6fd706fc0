"""Knobs are learned on a real JACK server: start learning, move one; and after a restart."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.requirements import require_portaudio
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import (
    jack_server,
    running,
    wait_for_engine,
    wait_until,
)
from tests.rtsynth.control.step_plugin import step_plugin

ADDRESS = "/slot/1/param/knob"
PAN, MASTER = "/slot/1/pan", "/master/gain"

pytestmark = [pytest.mark.measure, pytest.mark.alone, pytest.mark.jack]


@contextmanager
def engine(plugin: Path) -> Iterator[OscClient]:
    """A client of an engine process that plays to the JACK server."""
    port = free_port()
    command = [sys.executable, "-m", "rtsynth", "serve", str(plugin), "--device", "system"]
    command += ["--precision", "float32", "--osc", f"127.0.0.1:{port}"]
    with running(command) as process, OscClient(port) as client:
        wait_for_engine(process, client)
        yield client


def value(client: OscClient, address: str = ADDRESS) -> float:
    return float(client.ask(f"{address}/get", reply=address)[0])


def test_a_knob_is_learned_and_still_mapped_after_a_restart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    require_portaudio()
    monkeypatch.setenv("RTSYNTH_MAPPINGS", str(tmp_path / "mappings"))
    plugin = step_plugin(tmp_path / "step.safetensors", threshold=0.98, rate_hz=16_000).path
    assert plugin is not None
    with jack_server(monkeypatch):
        keyboard = Keyboard("keys")
        with engine(plugin) as client:
            client.send("/notify", 1)
            client.send("/midi/monitor", 1)
            client.sync()
            keyboard.send(0xB4, 55, 64)
            message = client.expect("/midi/message")
            assert message == ("keys:out", "CC 55 = 64, channel 5", "unmapped")
            assert client.ask("/midi/learn", ADDRESS, reply="/done") == ("/midi/learn", ADDRESS)
            keyboard.send(0xB4, 55, 127)  # the second step, and the last one
            assert client.expect("/midi/learned") == (ADDRESS, "CC 55, channel 5, keys:out")
            assert wait_until(lambda: value(client) == 1.0)
            keyboard.send(0xB4, 55, 0)
            assert wait_until(lambda: value(client) == 0.0)
            keyboard.send(0xB4, 10, 0)  # without a map: the pan of what the channel plays
            assert wait_until(lambda: value(client, PAN) == -1.0)
            for number, address in ((30, PAN), (31, MASTER)):
                client.ask("/midi/learn", address, reply="/done")
                keyboard.send(0xB4, number, 127)
                assert client.expect("/midi/learned")[0] == address
            assert wait_until(lambda: value(client, MASTER) == 12.0)
            assert value(client, PAN) == 1.0
        with engine(plugin) as client:
            keyboard.send(0xB4, 55, 127)
            assert wait_until(lambda: value(client) == 1.0)
            assert client.ask("/midi/map", reply="/midi/mapped") == (
                ADDRESS, "CC 55, channel 5, keys:out", "learned",
            )  # fmt: skip
            midi = client.ask_json("/status")["midi"]
            assert (midi["learned"], midi["learning"], midi["messages"]) == (3, None, 1)
            keyboard.send(0xB4, 30, 0)
            keyboard.send(0xB4, 31, 0)
            assert wait_until(lambda: value(client, MASTER) == -60.0)
            assert value(client, PAN) == -1.0
        keyboard.unplug()


def test_pads_keep_and_put_back_states(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    require_portaudio()
    monkeypatch.setenv("RTSYNTH_MAPPINGS", str(tmp_path / "mappings"))
    plugin = step_plugin(tmp_path / "step.safetensors", threshold=0.98, rate_hz=16_000).path
    assert plugin is not None
    with jack_server(monkeypatch):
        keyboard = Keyboard("pads")
        with engine(plugin) as client:
            client.send("/notify", 1)
            client.send("/midi/monitor", 1)
            client.sync()
            address = "/slot/1/bank/save here"
            client.ask("/midi/learn", address, "kind", "note", reply="/done")
            keyboard.send(0x99, 36, 100)
            assert client.expect("/midi/learned") == (address, "note 36, channel 10, pads:out")
            client.expect("/slot/1/bank/changed")
            named = client.ask("/slot/1/bank/list", reply="/slot/1/bank/names")
            assert named == (0, 1, "here")
            for number, command in ((5, "recall here"), (6, "loop here 0.5"), (7, 'loop "" 0')):
                settings = ("kind", "program", "number", number)
                client.ask("/midi/assign", f"/slot/1/bank/{command}", *settings, reply="/done")
                keyboard.send(0xC0, number)
                effect = ""
                while f"program {number}," not in effect:
                    _, effect, did = client.expect("/midi/message")
                assert did == f"slot 1 bank/{command}"
                looped = client.ask("/slot/1/bank/list", reply="/slot/1/bank/loop")
                assert looped == (("here", 0.5) if number == 6 else ("", 0.0))
        keyboard.unplug()
