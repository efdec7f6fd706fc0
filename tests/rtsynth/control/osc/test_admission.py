"""Which machines may talk to the engine."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.osc.admission import EVERYBODY, Admission, read_admission
from rtsynth.control.osc.endpoint import Address
from rtsynth.control.osc.packet import decode
from rtsynth.control.osc.streams import StreamAddress
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc_messages import encode
from tests.rtsynth.control.recording_engine import RecordingEngine

LISTED = read_admission("192.0.2.7, 198.51.100.0/24,2001:db8::/32")


@pytest.mark.parametrize(
    ("host", "admitted"),
    [("192.0.2.7", True), ("192.0.2.8", False), ("198.51.100.200", True), ("198.51.101.1", False),
     ("2001:db8::1", True), ("2001:db9::1", False), ("::ffff:192.0.2.7", True), ("127.0.0.1", True),
     ("fe80::1%eth0", False)],
)  # fmt: skip
def test_those_on_the_list_and_this_machine(host: str, admitted: bool) -> None:
    assert LISTED.admits((host, 5000)) is admitted


def test_an_empty_list_is_this_machine_alone() -> None:
    assert not read_admission("").admits(("192.0.2.7", 5000))
    assert read_admission("").admits(("127.0.0.1", 5000))
    assert Admission(EVERYBODY).admits(("192.0.2.7", 5000))


@pytest.mark.parametrize("text", ["studio", "192.0.2.7:9000", "192.0.2.0/33", "1,2"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(InputError, match=r"^--osc-allow .*: give an address or a network"):
        read_admission(text)


def test_who_is_not_on_the_list_is_told(engine: RecordingEngine) -> None:
    server = OscServer(engine, port=0, admission=LISTED)
    sent: list[tuple[Address, str]] = []
    server.send = lambda datagram, target: sent.append((target, str(decode(datagram)[0].arguments)))
    server.handle(encode("/slot/1/gain", -3.0), ("192.0.2.8", 5000))
    server.handle(encode("/slot/1/gain", -6.0), ("192.0.2.7", 5000))
    server.stop()
    assert [call[:4] for call in engine.calls] == [("set", 1, "gain", -6.0)]
    ((target, text),) = sent
    assert target == ("192.0.2.8", 5000)
    assert "--osc-allow 192.0.2.8" in text


def test_a_connection_is_admitted_by_its_address(engine: RecordingEngine) -> None:
    server = OscServer(engine, port=0, admission=LISTED)
    sent: list[str] = []
    server.send = lambda datagram, target: sent.append(str(decode(datagram)[0].arguments))
    for other, listed, rest in (
        ("192.0.2.8", "192.0.2.7", ()),
        ("2001:db9::1", "2001:db8::1", (0, 0)),
    ):
        server.handle(encode("/slot/1/gain", -3.0), StreamAddress(other, 5000, rest, 3))
        server.handle(encode("/slot/1/gain", -6.0), StreamAddress(listed, 5000, rest, 4))
    server.stop()
    assert [call[:4] for call in engine.calls] == [("set", 1, "gain", -6.0)] * 2
    assert ["--osc-allow 192.0.2.8" in sent[0], "--osc-allow 2001:db9::1" in sent[1]] == [True] * 2
