"""OSC as a surface of the engine process."""

import threading

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.osc.surface import OscSurface
from rtsynth.control.surface import SurfaceOptions
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.mark.system
def test_it_listens_where_it_says_and_may_end_the_process() -> None:
    ended = threading.Event()
    surface = OscSurface(SurfaceOptions({"osc": "127.0.0.1:0"}))
    surface.start(RecordingEngine(), ended.set)
    kind, _, where = surface.summary().partition(" ")
    assert kind == "OSC"
    port = int(where.removeprefix("127.0.0.1:"))
    with OscClient(port) as client:
        client.ask("/ping", reply="/pong")
        client.send("/quit")
        assert ended.wait(20)
    surface.stop()
    OscSurface(SurfaceOptions({"osc": where}))  # the port is free again


def test_a_busy_port_is_refused_before_anything_else() -> None:
    with OscClient(9) as client, pytest.raises(InputError, match=f":{client.port}"):
        OscSurface(SurfaceOptions({"osc": f"127.0.0.1:{client.port}"}))


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(InputError, match="--osc here:there"):
        OscSurface(SurfaceOptions({"osc": "here:there"}))
