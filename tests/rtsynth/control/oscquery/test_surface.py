"""OSCQuery as a surface of the engine process."""

import http.client
import json
import logging

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.osc.endpoint import bind_tcp
from rtsynth.control.oscquery import surface as query_surface
from rtsynth.control.oscquery.surface import OscQuerySurface
from rtsynth.control.surface import SurfaceOptions
from tests.rtsynth.control.recording_engine import RecordingEngine


def started(**texts: str) -> OscQuerySurface:
    surface = OscQuerySurface(SurfaceOptions(texts))
    surface.start(RecordingEngine(), lambda: None)
    return surface


@pytest.mark.system
def test_it_answers_at_the_port_behind_that_of_osc() -> None:
    surface = started(osc="127.0.0.1:21140")
    assert surface.summary() == "OSCQuery http://127.0.0.1:21141/"
    connection = http.client.HTTPConnection("127.0.0.1", 21141, timeout=20)
    connection.request("GET", "/?HOST_INFO")
    assert json.loads(connection.getresponse().read())["OSC_PORT"] == 21140
    connection.close()
    surface.stop()
    bind_tcp("127.0.0.1", 21141).close()


def test_a_busy_port_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with bind_tcp("127.0.0.1", 21143), caplog.at_level(logging.WARNING):
        surface = started(osc="127.0.0.1:21142")
    surface.stop()
    assert surface.summary() == "OSCQuery off, port 21143 is busy"
    assert "playing without it" in caplog.text


@pytest.mark.parametrize(
    ("texts", "summary"),
    [({"oscquery": "off"}, "OSCQuery off"), ({"osc": "127.0.0.1:0"}, "OSCQuery off, OSC has no")],
)
def test_it_can_be_absent(texts: dict[str, str], summary: str) -> None:
    surface = started(**texts)
    surface.stop()
    assert surface.summary().startswith(summary)


def test_without_its_libraries_it_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_surface, "LIBRARIES", ("json", "no_such_library"))
    assert started(osc="127.0.0.1:21144").summary() == "OSCQuery off, no_such_library not installed"


def test_what_is_no_mode_is_refused() -> None:
    with pytest.raises(InputError, match="--oscquery maybe: it is on, announce or off"):
        OscQuerySurface(SurfaceOptions({"oscquery": "maybe"}))
