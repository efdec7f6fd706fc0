"""Priming over OSC: a file is fed, the state is in the bank; what cannot be is said."""

from collections.abc import Iterator

import numpy as np
import pytest
import soundfile

from rtsynth import Host
from rtsynth.compiler.compile import Compiled
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc_client import OscClient

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


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("note") / "note.wav"
    soundfile.write(path, 0.5 * np.sin(np.arange(22_050) / 8), 44_100)
    return str(path)


def test_a_file(host: Host, client: OscClient, note: str) -> None:
    address = "/slot/1/prime"
    assert client.ask(address, note, reply="/done") == (address, note, 0.5, "primed")
    done = client.ask(address, note, 0.25, "note", 2, reply="/done")
    assert done == (address, note, 0.25, "note")
    assert host.banks.names(1) == ["primed", "note"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((0.0,), "give seconds above 0"),
        ((1.0, 1, "x", 9), "has voices 1 to 2"),
        ((), "expects 1 to 4"),
    ],
)
def test_an_input_that_cannot_be_listened_to(
    client: OscClient, arguments: tuple[str | float, ...], problem: str
) -> None:
    """What is wrong is said by the thread that would listen."""
    failed, text = client.ask("/slot/1/prime/input", *arguments, reply="/fail")
    assert failed == "/slot/1/prime/input"
    assert problem in str(text)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("gone.wav",), "gone.wav: no such audio file"),
        (("NOTE", 0.0), "give seconds above 0"),
        (("NOTE", 1.0, "x", 9), "has voices 1 to 2"),
        ((3,), "expects a text"),
    ],
)
def test_what_cannot_be_is_said(
    client: OscClient, note: str, arguments: tuple[str | float, ...], problem: str
) -> None:
    given = [note if argument == "NOTE" else argument for argument in arguments]
    failed, text = client.ask("/slot/1/prime", *given, reply="/fail")
    assert failed == "/slot/1/prime"
    assert problem in str(text)
