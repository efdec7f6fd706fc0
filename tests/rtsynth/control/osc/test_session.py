"""What a client is answered: once, not without end, and at the port it named."""

from collections.abc import Iterator

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.endpoint import Address
from rtsynth.control.osc.monitor import Counted, Seen
from rtsynth.control.osc.packet import OscMessage, decode
from rtsynth.control.osc.session import MAX_FAILS, ClientSession
from rtsynth.control.osc.streams import StreamAddress
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.recording_engine import RecordingEngine

CLIENT = ("127.0.0.1", 5000)

Sent = list[tuple[OscMessage, Address]]


@pytest.fixture
def sent() -> Sent:
    return []


@pytest.fixture
def session(
    engine: RecordingEngine, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClientSession]:
    server = OscServer(engine, port=0)
    monkeypatch.setattr(
        server, "send", lambda datagram, target: sent.append((decode(datagram)[0], target))
    )
    yield ClientSession(server, CLIENT)
    server.stop()


def test_a_question_is_answered_once_in_a_datagram(session: ClientSession) -> None:
    assert session.first("/status")
    assert not session.first("/status")
    assert session.first("/describe")


def test_other_machines_are_shown_what_names_no_file(
    session: ClientSession, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen(("127.0.0.1", 7), "/load", '"/home/x"', "no file", '"…"')
    for is_here in (True, False):
        monkeypatch.setattr(session, "is_here", is_here)
        monkeypatch.setattr(session, "_answer", lambda d, t: sent.append((decode(d)[0], t)))
        session._show(seen)
    session._show(Counted(CLIENT, 3))
    assert [message.arguments for message, _ in sent] == [
        ("127.0.0.1:7", "/load", '"/home/x"', "no file"),
        ("127.0.0.1:7", "/load", '"…"', "not obeyed"),
    ], "nobody is shown his own"


def test_failures_are_summed_up(session: ClientSession, sent: Sent) -> None:
    for _ in range(MAX_FAILS + 7):
        session.reply("/fail", "/x", "no")
    session.sum_up()
    session.sum_up()
    assert len(sent) == MAX_FAILS + 1
    assert sent[-1][0].arguments == ("/", "7 more messages of this datagram have failed")


def test_answers_go_to_the_port_it_named(session: ClientSession, sent: Sent) -> None:
    session.subscribe(6000, Choice())
    session.reply("/pong")
    session.unsubscribe()
    session.reply("/pong")
    assert [target for _, target in sent] == [("127.0.0.1", 6000), CLIENT]


def test_a_token_that_was_never_sent(session: ClientSession) -> None:
    with pytest.raises(ControlError, match="a wrong or expired token"):
        session.confirm("t123", 5000, Choice())


def test_a_connection_confirms_nothing(engine: RecordingEngine) -> None:
    server = OscServer(engine, port=0)
    token = server.handshake.token("192.0.2.7", 5000)
    connected = ClientSession(server, StreamAddress("192.0.2.7", 5000, (), 3))
    with pytest.raises(ControlError, match="^over TCP, send /notify 1$"):
        connected.confirm(token, 6000, Choice())
    assert server.notifier.count() == 0
    server.stop()


def test_an_engine_in_another_program_cannot_be_ended(session: ClientSession) -> None:
    with pytest.raises(ControlError, match="part of another program"):
        session.quit()
