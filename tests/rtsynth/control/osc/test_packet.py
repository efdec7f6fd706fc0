"""OSC packets: every type round-trips, every malformed packet is an `OscError`."""

import math
import struct
import time

import pytest
import pythonosc.osc_message
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from rtsynth.control.osc import packet as osc_packet
from rtsynth.control.osc.packet import (
    MAX_BUNDLE_DEPTH,
    OscError,
    OscMessage,
    decode,
    encode,
)
from rtsynth.control.osc.time import WallClock
from tests.rtsynth.control.osc_messages import encode as encode_by_python_osc
from tests.rtsynth.control.osc_messages import encode_bundle

ENDLESS_LOOP = b"#bundle\0" + struct.pack(">Qi", 1, -4) + b"\0" * 8  # hangs python-osc 1.10.2

floats = st.floats(width=32)
arguments = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    floats,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.binary(),
)
# python-osc writes no empty blob, and -2^31 in 64 bits.
shared_arguments = arguments.filter(lambda value: value not in (b"", -(1 << 31)))
addresses = st.text("abcxyz_/0123456789", max_size=30).map(lambda tail: "/" + tail)


def same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    return type(left) is type(right) and left == right


@given(addresses, st.lists(arguments, max_size=6))
def test_what_is_encoded_is_decoded(address: str, values: list[object]) -> None:
    (message,) = decode(encode(address, *values))
    assert message.address == address
    assert message.timetag is None
    assert len(message.arguments) == len(values)
    assert all(map(same, message.arguments, values))


@given(addresses, st.lists(shared_arguments, max_size=6))
def test_python_osc_writes_the_same_bytes(address: str, values: list[object]) -> None:
    assert encode(address, *values) == encode_by_python_osc(address, *values)


@given(addresses, st.lists(shared_arguments, max_size=6))
def test_python_osc_reads_the_same_values(address: str, values: list[object]) -> None:
    read = pythonosc.osc_message.OscMessage(encode(address, *values))
    assert read.address == address
    assert all(map(same, read.params, values))
    assert len(read.params) == len(values)


@pytest.mark.parametrize(("tag", "value"), [("d", 1 / 3), ("h", 5), ("m", (1, 2, 3, 4)), ("r", 7)])
def test_reads_the_types_that_python_osc_writes_only_on_request(tag: str, value: object) -> None:
    builder = OscMessageBuilder("/slot/1/x")
    builder.add_arg(value, tag)
    (message,) = decode(builder.build().dgram)
    read = 0x01020304 if tag == "m" else value
    assert message == OscMessage("/slot/1/x", (read,), None)


def test_bundles_are_flattened_in_order_with_their_own_time_tags() -> None:
    inner = encode_bundle([encode("/b", 2), encode("/c", 3)], timetag=1 << 33)
    outer = encode_bundle([encode("/a", 1), inner, encode("/d")], timetag=1 << 32)
    assert decode(outer) == [
        OscMessage("/a", (1,), 1 << 32),
        OscMessage("/b", (2,), 1 << 33),
        OscMessage("/c", (3,), 1 << 33),
        OscMessage("/d", (), 1 << 32),
    ]
    assert decode(encode_bundle([])) == []


def test_reads_bundles_of_python_osc() -> None:
    at_s = time.time() + 20.0
    builder = OscBundleBuilder(at_s)
    message = OscMessageBuilder("/slot/1/gain")
    message.add_arg(-6.0)
    builder.add_content(message.build())
    (decoded,) = decode(builder.build().dgram)
    assert decoded.timetag is not None
    ahead_ns = WallClock().monotonic_ns(decoded.timetag) - time.monotonic_ns()
    assert 10e9 < ahead_ns <= 20.001e9


def test_a_message_without_type_tags_has_no_arguments() -> None:
    assert decode(b"/ping\0\0\0") == [OscMessage("/ping", ())]


MALFORMED = {
    "empty": b"",
    "not a multiple of four": b"/a\0",
    "neither message nor bundle": b"abcd",
    "address without end": b"/abc",
    "address not ASCII": b"/\xff\0\0,\0\0\0",
    "no comma": b"/a\0\0f\0\0\0",
    "tags without end": b"/a\0\0,fff",
    "truncated float": b"/a\0\0,f\0\0",
    "truncated double": b"/a\0\0,d\0\0\0\0\0\0",
    "unknown tag": b"/a\0\0,qf\0" + b"\0" * 8,
    "array": b"/a\0\0,[f]\0\0\0\0" + b"\0" * 4,
    "text without end": b"/a\0\0,s\0\0abcd",
    "text not UTF-8": b"/a\0\0,s\0\0\xff\xfe\0\0",
    "negative blob": b"/a\0\0,b\0\0" + struct.pack(">i", -1),
    "blob beyond the end": b"/a\0\0,b\0\0" + struct.pack(">i", 100) + b"\0" * 8,
    "blob without padding": b"/a\0\0,b\0\0" + struct.pack(">i", 5) + b"\0" * 4,
    "bytes left over": b"/a\0\0,\0\0\0\0\0\0\0",
    "bundle without time tag": b"#bundle\0\0\0\0\0",
    "element of size -4": ENDLESS_LOOP,
    "element of size 0": b"#bundle\0" + struct.pack(">Qi", 1, 0),
    "element beyond the end": b"#bundle\0" + struct.pack(">Qi", 1, 64) + b"/a\0\0",
    "element not aligned": b"#bundle\0" + struct.pack(">Qi", 1, 6) + b"/a\0\0,\0\0\0",
    "half an element size": b"#bundle\0" + struct.pack(">Qh", 1, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_packets_are_refused(name: str) -> None:
    with pytest.raises(OscError):
        decode(MALFORMED[name])


def test_nesting_is_limited() -> None:
    packet = encode("/a")
    for _ in range(MAX_BUNDLE_DEPTH):
        packet = encode_bundle([packet])
    assert decode(packet) == [OscMessage("/a", ())]
    with pytest.raises(OscError, match="nested"):
        decode(encode_bundle([packet]))


def test_one_bad_message_spoils_its_bundle() -> None:
    with pytest.raises(OscError):
        decode(encode_bundle([encode("/a", 1.0), MALFORMED["truncated float"]]))


WORDS = [b"#bundle\0", b"/a\0\0", b",f\0\0", b",bsf"] + [
    struct.pack(">i", size) for size in (0, 8, 16, -4, 0x7FFFFFFF)
]


@settings(max_examples=1000, deadline=200)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda tail: b"#bundle\0" + tail),
        st.binary(max_size=100).map(lambda tail: b"/a\0\0," + tail),
        st.lists(st.sampled_from(WORDS), max_size=24).map(b"".join),
    )
)
@example(ENDLESS_LOOP)
def test_any_bytes_decode_or_raise(data: bytes) -> None:
    try:
        messages = decode(data)
    except OscError:
        return
    assert all(message.address.startswith("/") for message in messages)


@settings(max_examples=300, deadline=200)
@given(st.lists(arguments, max_size=4), st.data())
def test_cut_or_changed_packets_decode_or_raise(values: list[object], data: st.DataObject) -> None:
    packet = bytearray(encode_bundle([encode("/slot/1/a", *values)] * 2))
    for _ in range(data.draw(st.integers(1, 4))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(packet[: data.draw(st.integers(0, len(packet)))])
    try:
        decode(cut)
    except OscError:
        return


@pytest.fixture
def heads(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, object]:
    """What is remembered of messages: nothing yet."""
    known: dict[bytes, object] = {}
    monkeypatch.setattr(osc_packet, "_heads", known)
    return known


def outcome(packet: bytes) -> str:
    try:
        return repr(decode(packet))
    except OscError as error:
        return str(error)


@given(st.data())
def test_what_is_remembered_of_a_message_changes_nothing(data: st.DataObject) -> None:
    number = st.one_of(st.integers(-9, 9), floats)
    packet = encode("/slot/1/gain", data.draw(number))
    changed = bytearray(packet + data.draw(st.sampled_from([b"", bytes(4)])))
    for _ in range(data.draw(st.integers(0, 2))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    later = bytes(changed)
    for one in (later, encode_bundle([later], 77)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(osc_packet, "_heads", {})
            unknown = outcome(one)
            decode(packet)
            decode(encode("/slot/1/gain", 1 if ",f" in repr(packet) else 1.0))
            assert outcome(one) == unknown


def test_what_is_remembered_is_used_and_bounded(
    heads: dict[bytes, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_packet, "_MOST_KNOWN", 10)
    for value in (1.0, 2.0):
        assert decode(encode("/gain", value)) == [OscMessage("/gain", (value,))]
        assert len(heads) == 1
    decode(encode(f"/{'x' * 300}", 1.0))
    decode(encode("/note/on", 60, 1.0))
    assert len(heads) == 1
    for number in range(25):
        decode(encode(f"/{number}", number))
        assert len(heads) <= 10
    assert heads


def test_the_largest_datagram_is_read_in_bounded_time() -> None:
    elements = [encode("/a")] * 5457
    packet = encode_bundle(elements)
    assert 65_000 < len(packet) <= 65_507
    began = time.thread_time()
    assert len(decode(packet)) == 5457
    assert time.thread_time() - began < 1.0


@pytest.mark.parametrize("value", [1 << 63, -(1 << 63) - 1, "a\0b", object()])
def test_values_without_an_osc_type_are_refused(value: object) -> None:
    with pytest.raises(OscError):
        encode("/a", value)


def test_what_a_float32_cannot_hold_is_sent_as_a_double() -> None:
    (message,) = decode(encode("/a", 1e300))
    assert message.arguments == (1e300,)


def test_addresses_start_with_a_slash() -> None:
    with pytest.raises(OscError, match="starts with"):
        encode("a")
