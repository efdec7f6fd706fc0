"""Voices over OSC: what reaches a slot that plays, and what is refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.engine.program.layout import BUILT_IN
from rtsynth.host.voicing import Voicing
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.test_slot_notes import heading

pytestmark = pytest.mark.system

PITCH = BUILT_IN + 2


@pytest.fixture
def host(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", voices=3) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def client(host: Host) -> Iterator[OscClient]:
    with OscServer(host, port=0) as server, OscClient(server.port) as opened:
        yield opened


def test_a_parameter_of_one_voice(host: Host, client: OscClient) -> None:
    for note in (66, 68, 70):
        client.send("/slot/1/note/on", note, 1.0)
    clamped = client.ask("/slot/1/voice/3/param/pitch", 61.5, reply="/fail")[1]
    assert clamped == "61.5 is out of range: clamped to 64"
    client.send("/slot/1/voice/2/param/pitch", 69.5)
    client.sync()
    while heading(host.slot(1), PITCH) != [66.0, 69.5, 64.0]:
        client.sync()
    for address in ("/slot/1/voice/4/param/pitch", "/slot/1/voice/0/param/pitch"):
        assert "has voices 1 to 3" in client.ask(address, 70.0, reply="/fail")[1]
    assert "nope" in client.ask("/slot/1/voice/1/param/nope", 70.0, reply="/fail")[1]
    for address in ("/slot/1/voice/x/param/pitch", "/slot/1/voice/1/param/pitch/norm"):
        assert client.ask(address, 1.0, reply="/fail")[1] == "unknown address"


def test_how_notes_are_played(host: Host, client: OscClient, tmp_path: Path) -> None:
    scale, keys = tmp_path / "a.scl", tmp_path / "a.kbm"
    scale.write_text("fifths\n1\n3/2\n")
    keys.write_text("0\n0\n127\n60\n69\n440.0\n0\n")
    client.send("/slot/1/bend/range", 12)
    client.send("/slot/1/pressure/target", "instrument")
    client.send("/slot/1/timbre/target", "none")
    client.send("/slot/1/voice/mode", "legato")
    client.send("/slot/1/velocity/curve", "soft")
    assert client.ask("/slot/1/tuning", str(scale), str(keys), reply="/done")[0] == "/slot/1/tuning"
    expected = Voicing(12.0, "instrument", "none", "legato", 0.5, (str(scale), str(keys)))
    _, problem = client.ask("/slot/1/note/on", 71.0, reply="/fail")  # two fifths above 440 Hz
    assert problem == "71 is tuned to 83.0391, which is out of range: clamped to 76"
    asked = client.ask("/slot/1/voicing/get", reply="/slot/1/voicing")
    assert json.loads(asked[0]) == expected.stored()
    assert client.ask("/slot/1/voices", 5, reply="/done") == ("/slot/1/voices", 5)
    assert host.slot(1).voices == 5
    assert host.voicing.of(1) == expected
    client.ask("/tuning", "off", reply="/done")
    assert host.voicing.of(1).tuning == ("off",)


@pytest.mark.parametrize(
    ("address", "argument", "refusal"),
    [
        ("/slot/1/voice/mode", "loud", "retrigger, legato"),
        ("/slot/1/velocity/curve", "loud", "soft, linear, hard"),
        ("/slot/1/velocity/curve", 99.0, "clamped to 10"),
        ("/slot/1/bend/range", 200.0, "clamped to 96"),
        ("/slot/1/timbre/target", "pitch", "cannot move 'pitch'"),
        ("/slot/1/tuning", "nowhere", "does not exist"),
        ("/slot/1/voices", 1.5, "whole number"),
        ("/slot/2/voices", 3, "slot 2 is empty"),
        ("/slot/2/bend/range", 3, "slot 2 is empty"),
    ],
)
def test_refusals_say_what_there_is(
    client: OscClient, address: str, argument: float | str, refusal: str
) -> None:
    assert refusal in client.ask(address, argument, reply="/fail")[1]
