"""Packets in a stream, cut into pieces anywhere."""

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth.control.osc.framing import Framing, LengthPrefixed, Slip, framing_of
from rtsynth.control.osc.packet import MAX_DATAGRAM_BYTES, OscError


def slip(packet: bytes) -> bytes:
    """RFC 1055, byte by byte."""
    sent = bytearray(b"\xc0")
    for byte in packet:
        sent += {0xC0: b"\xdb\xdc", 0xDB: b"\xdb\xdd"}.get(byte, bytes([byte]))
    return bytes(sent + b"\xc0")


def prefixed(packet: bytes) -> bytes:
    return struct.pack(">i", len(packet)) + packet


PACKETS = st.lists(st.binary(min_size=1, max_size=40) | st.text("\xc0\xdb\xdc\xdd", min_size=1).map(
    lambda text: text.encode("latin-1")), min_size=1, max_size=8)  # fmt: skip


@pytest.mark.parametrize(("make", "wrap"), [(LengthPrefixed, prefixed), (Slip, slip)])
@given(packets=PACKETS, cuts=st.lists(st.integers(0, 300), max_size=10))
def test_packets_come_out_as_they_were_sent(
    make: type[Framing], wrap: type[bytes], packets: list[bytes], cuts: list[int]
) -> None:
    framing = make()
    stream = b"".join(map(wrap, packets))
    assert b"".join(map(framing.wrap, packets)) == stream
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    found = []
    for start, end in itertools.pairwise(edges):
        found += framing.packets(stream[start:end])
    assert found == packets
    assert not framing.begun
    assert list(framing.packets(stream[:1])) == []
    assert framing.begun is (make is LengthPrefixed)  # END alone begins nothing


@pytest.mark.parametrize(
    ("first", "kind"),
    [(b"\0\0\0\x10/a", LengthPrefixed), (b"\xc0/a", Slip), (b"/a\0\0", Slip), (b"#bundle", Slip)],
)
def test_the_first_byte_says_which(first: bytes, kind: type[Framing]) -> None:
    assert isinstance(framing_of(first), kind)


@pytest.mark.parametrize("first", [b"GET / HTTP/1.1", b"\x16\x03\x01", b"\xff", b"x"])
def test_other_protocols_are_refused(first: bytes) -> None:
    with pytest.raises(OscError, match="not OSC"):
        framing_of(first)


def test_nothing_grows_without_end() -> None:
    for data in (b"\0\0\0\0", b"\0\x01\0\0", b"\xff\xff\xff\xff"):
        with pytest.raises(OscError, match="a packet of"):
            list(LengthPrefixed().packets(data))
    framing = Slip()
    with pytest.raises(OscError, match="a packet of more than"):
        for _ in range(100):
            list(framing.packets(b"a" * 4096))
    with pytest.raises(OscError, match="at most"):
        list(Slip().packets(b"a" * (MAX_DATAGRAM_BYTES + 1) + b"\xc0"))


def test_an_escape_that_stands_for_nothing() -> None:
    for data in (b"/a\xdb\x01\xc0", b"/a\xdb\xc0"):
        with pytest.raises(OscError, match="escape"):
            list(Slip().packets(data))
