"""What a client on a WebSocket sends, and is sent."""

import json

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.packet import OscMessage, decode
from rtsynth.control.oscquery import client as osc_client
from rtsynth.control.oscquery.client import (
    Listening,
    WebSession,
    failure,
    path_change,
    read_command,
)
from tests.rtsynth.control.recording_engine import RecordingEngine

KNOWN = {"/slot/1/gain": (1, "gain"), "/slot/1/param/pitch": (1, "pitch")}


def listen(path: object, command: str = "LISTEN") -> str:
    return json.dumps({"COMMAND": command, "DATA": path})


def test_paths_are_listened_to_until_they_are_ignored() -> None:
    listening = Listening()
    assert listening.obey(listen("/slot/1/gain"), KNOWN) == "/slot/1/gain"
    assert listening.obey(listen("/slot/1/param/pitch"), KNOWN) == "/slot/1/param/pitch"
    assert listening.obey(listen("/slot/1/gain", "IGNORE"), KNOWN) is None
    assert listening.paths == {"/slot/1/param/pitch"}


def test_there_is_an_end_to_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    listening = Listening()
    with pytest.raises(ControlError, match="no value to listen to"):
        listening.obey(listen("/slot/2/gain"), KNOWN)
    monkeypatch.setattr(osc_client, "MAX_LISTENED", 1)
    listening.obey(listen("/slot/1/gain"), KNOWN)
    with pytest.raises(ControlError, match="1 paths already"):
        listening.obey(listen("/slot/1/param/pitch"), KNOWN)


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", "null", listen(3), listen("/a", "PATH_ADDED"), '{"COMMAND": "LISTEN"}',
     "[" * 60_000],
)  # fmt: skip
def test_what_is_no_command(frame: str) -> None:
    with pytest.raises(ControlError, match="expects"):
        read_command(frame)


def test_a_session_answers_on_its_socket(engine: RecordingEngine) -> None:
    sent: list[OscMessage] = []
    ended: list[bool] = []
    session = WebSession(
        engine,
        ("127.0.0.1", 5000),
        lambda datagram: sent.extend(decode(datagram)),
        {"messages": 3},
        lambda: ended.append(True),
        is_here=True,
    )
    session.reply("/pong")
    session.keep_alive()
    session.unsubscribe()
    assert sent == [OscMessage("/pong", ())]
    assert session.is_confirmed()
    assert session.osc_status() == {"messages": 3}
    for refused in (
        lambda: session.subscribe(None, Choice()),
        lambda: session.confirm("t", 1, Choice()),
    ):
        with pytest.raises(ControlError, match="send LISTEN instead"):
            refused()
    session.quit()
    assert ended == [True]


def test_frames() -> None:
    assert json.loads(path_change("PATH_ADDED", "/slot/2")) == {
        "COMMAND": "PATH_ADDED", "DATA": "/slot/2"
    }  # fmt: skip
    assert decode(failure(ControlError("no"))) == [OscMessage("/fail", ("/", "no"))]
