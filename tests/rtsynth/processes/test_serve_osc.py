"""The engine process as a client sees it: it starts, answers, refuses a busy port, and quits."""

import socket
import subprocess
import sys

import pytest

from rtsynth.plugin import Plugin
from tests.ports import free_port
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.programs import running, wait_for_engine
from tests.rtsynth.shared_engine import SharedEngine

pytestmark = pytest.mark.system


def command(plugin: Plugin, port: int) -> list[str]:
    serve = [sys.executable, "-m", "rtsynth", "serve", str(plugin.path), "--device", "null"]
    return [*serve, "--midi", "none", "--precision", "float32", "--osc", f"127.0.0.1:{port}"]


def test_quit_ends_the_process(plugin: Plugin) -> None:
    port = free_port()
    with running(command(plugin, port)) as engine, OscClient(port) as client:
        wait_for_engine(engine, client)
        assert client.ask("/quit", reply="/done") == ("/quit",)
        assert engine.wait(20) == 0, engine.log()


def test_what_is_no_number_is_refused(shared_engine: SharedEngine) -> None:
    with OscClient(shared_engine.port) as client:
        client.send("/slot/1/param/pitch", float("nan"))
        assert "not a finite number" in client.expect("/fail")[1]


def test_escape_codes_of_a_stranger_do_not_reach_the_terminal(plugin: Plugin) -> None:
    port = free_port()
    with running(command(plugin, port)) as engine, OscClient(port) as client:
        wait_for_engine(engine, client)
        client.ask("/a\x1b]0;title\x07\nrtsynth: all is well", reply="/fail")
        client.ask("/slot/1/load", "\x1b[2J\u202e", reply="/fail")
        client.ask("/quit", reply="/done")
        assert engine.wait(20) == 0, engine.log()
        shown = engine.log()
    assert "in the address" in shown  # the bracket of the escape code makes it a pattern
    assert not {character for character in shown if not character.isprintable()} - {"\n"}
    assert "\nrtsynth: all is well" not in shown


def test_a_busy_port_is_one_line_and_status_2(plugin: Plugin) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        ended = subprocess.run(command(plugin, port), capture_output=True, timeout=120, check=False)
    assert ended.returncode == 2
    assert ended.stdout == b""
    (line,) = ended.stderr.decode().splitlines()
    assert line.startswith(f"rtsynth: --osc 127.0.0.1:{port}: the port is busy")


@pytest.mark.parametrize("text", ["127.0.0.1:70000", "no.such.host.invalid:9000"])
def test_a_bad_address_is_one_line_and_status_2(plugin: Plugin, text: str) -> None:
    arguments = [*command(plugin, 0)[:-1], text]
    ended = subprocess.run(arguments, capture_output=True, timeout=120, check=False)
    assert ended.returncode == 2
    (line,) = ended.stderr.decode().splitlines()
    assert line.startswith(f"rtsynth: --osc {text}: ")
