"""Texts that say where to listen."""

import contextlib
import socket
import sys

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control import DEFAULT_OSC_PORT
from rtsynth.control.osc.endpoint import (
    bind_udp,
    format_endpoint,
    host_from_here,
    is_loopback,
    is_this_machine,
    parse_endpoint,
    socket_drops,
)


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("127.0.0.1:9001", ("127.0.0.1", 9001)),
        ("0.0.0.0", ("0.0.0.0", DEFAULT_OSC_PORT)),
        ("studio.local:57120", ("studio.local", 57120)),
        (":9001", ("127.0.0.1", 9001)),
        ("9001", ("127.0.0.1", 9001)),
        ("[::1]:9001", ("::1", 9001)),
        ("::1", ("::1", DEFAULT_OSC_PORT)),
        ("::", ("::", DEFAULT_OSC_PORT)),
        ("[::]:0", ("::", 0)),
        ("[fe80::1%eth0]:9001", ("fe80::1%eth0", 9001)),
        ("::ffff:127.0.0.1", ("::ffff:127.0.0.1", DEFAULT_OSC_PORT)),
        ("", ("127.0.0.1", DEFAULT_OSC_PORT)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_endpoints(text: str, endpoint: tuple[str, int]) -> None:
    assert parse_endpoint(text) == endpoint
    assert parse_endpoint(format_endpoint(*endpoint)) == endpoint


@pytest.mark.parametrize(
    ("host", "reached"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("0:0::0", "::1"), ("::1", "::1"), ("a.b", "a.b")],
)
def test_where_a_listener_is_reached_on_its_own_machine(host: str, reached: str) -> None:
    assert host_from_here(host) == reached


@pytest.mark.parametrize(("host", "reached"), [("::1", "::1"), ("::", "::1"), ("::", "127.0.0.1")])
def test_ipv6_is_listened_at(host: str, reached: str) -> None:
    with bind_udp(host, 0) as listener:
        port = listener.getsockname()[1]
        family = socket.AF_INET6 if ":" in reached else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"x", (reached, port))
        listener.settimeout(20.0)
        _, source = listener.recvfrom(8)
    assert is_loopback(source)


@pytest.mark.parametrize(
    "text",
    [
        "host:port",
        "a b:1",
        "127.0.0.1:70000",
        "host:-1",
        "[::1]x",
        "[::1",
        "::1]:9",
        "1:2:3",
        "[]:9",
        "a:b:c",
        "[x]:1",
        "host:٣",
        "1:2:3:4:5:6:7:8:9",
        "h:99999999",
    ],
)
def test_other_texts_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match=r"^--connect .*HOST:PORT"):
        parse_endpoint(text, flag="--connect")


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("192.0.2.1", 0, "not an address of this machine"),
        ("no.such.host.invalid", 0, "no such host"),
    ],
)
def test_hosts_that_are_not_here(host: str, port: int, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        bind_udp(host, port)


@pytest.mark.parametrize(
    ("address", "here"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.7", False),
     ("fe80::1%eth0", False)],
)  # fmt: skip
def test_loopback(address: str, here: bool) -> None:
    assert is_loopback((address, 1)) is here


def test_this_machine_is_known_by_all_its_addresses() -> None:
    assert is_this_machine(("127.0.0.1", 1))
    assert not is_this_machine(("192.0.2.7", 1))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.7", 9))
        except OSError:
            return  # no network: nothing to be known by
        assert is_this_machine(probe.getsockname())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says it")
def test_what_the_system_drops_is_counted() -> None:
    with bind_udp("127.0.0.1", 0) as listener, socket.socket(type=socket.SOCK_DGRAM) as sender:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        assert socket_drops(listener) == 0
        for _ in range(100):
            sender.sendto(b"x" * 1000, listener.getsockname())
        taken = 0
        with contextlib.suppress(BlockingIOError):
            while listener.recv(2000):
                taken += 1
        assert 0 < taken < 100
        assert socket_drops(listener) == 100 - taken
    assert socket_drops(listener) == 0  # it is closed
