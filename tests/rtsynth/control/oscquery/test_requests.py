"""What HTTP requests are answered, and which pages may send them."""

import json

import pytest

from rtsynth.control.oscquery.requests import EXTENSIONS, answer, forbidden_page, host_info
from rtsynth.control.oscquery.tree import build_tree
from tests.rtsynth.control.recording_engine import RecordingEngine

INFO = host_info(("127.0.0.1", 9000), ("127.0.0.1", 9001))


def ask(engine: RecordingEngine, target: str) -> tuple[int, object]:
    found = answer(target, build_tree(engine.describe()), engine.get, INFO)
    return found.status.value, json.loads(found.text) if found.is_json else found.text


def test_host_info_says_where_everything_is(engine: RecordingEngine) -> None:
    for target in ("/?HOST_INFO", "/slot/1?HOST_INFO"):
        assert ask(engine, target) == (200, INFO)
    assert (INFO["OSC_PORT"], INFO["WS_PORT"], INFO["OSC_TRANSPORT"]) == (9000, 9001, "UDP")
    assert INFO["EXTENSIONS"] == dict.fromkeys(EXTENSIONS, True)


def test_attributes_are_answered_one_by_one(engine: RecordingEngine) -> None:
    pitch = "/slot/1/param/pitch"
    assert ask(engine, f"{pitch}?VALUE") == (200, {"VALUE": [69.0]})
    assert ask(engine, f"{pitch}?RANGE") == (200, {"RANGE": [{"MIN": 64.0, "MAX": 76.0}]})
    assert ask(engine, f"{pitch}?TYPE") == (200, {"TYPE": "f"})
    assert ask(engine, f"{pitch}/?ACCESS") == (200, {"ACCESS": 3})
    assert ask(engine, "/slot/1?VALUE") == (204, "")
    assert ask(engine, "/slot/1/param?UNIT") == (204, "")


@pytest.mark.parametrize(
    ("target", "status"),
    [("/slot/9", 404), ("/%2e%2e/etc", 404), ("/slot/1?COLOUR", 400), ("/slot/1?value", 400),
     ("/slot/1%2Fgain", 200), ("//slot//1", 200), ("/" + "x/" * 4000, 404), ("/%ff%00", 404)],
)  # fmt: skip
def test_what_there_is_not(engine: RecordingEngine, target: str, status: int) -> None:
    code, found = ask(engine, target)
    assert code == status
    assert status == 200 or len(str(found)) < 400


@pytest.mark.parametrize(
    ("origin", "host", "may"),
    [
        (None, "127.0.0.1:9001", True),
        (None, None, True),
        ("http://localhost:3000", "127.0.0.1:9001", True),
        ("http://127.0.0.1:5500", "localhost:9001", True),
        ("http://192.168.1.20:8080", "192.168.1.20:9001", True),
        ("http://studio.local", "studio.local:9001", True),
        ("https://example.com", "127.0.0.1:9001", False),
        ("null", "127.0.0.1:9001", False),
        ("http://example.com:9001", "example.com:9001", False),
        ("http://127.0.0.1.example.com", "127.0.0.1:9001", False),
        ("http://[", "127.0.0.1:9001", False),
        (None, "example.com", False),
    ],
)
def test_pages_from_elsewhere_may_not(origin: str | None, host: str | None, may: bool) -> None:
    assert (forbidden_page(origin, host) == "") is may
