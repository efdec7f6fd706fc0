"""Where OSC may be asked to listen, and whom to allow."""

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.endpoint import bind_udp
from rtsynth.control.osc.listening import check_allowed, check_place
from tests.ports import free_port


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:{free}", "127.0.0.1:{free}"),
        ("{free}", "127.0.0.1:{free}"),
        ("0.0.0.0:{free}", "0.0.0.0:{free}"),
        ("0.0.0.0:{own}", "0.0.0.0:{own}"),
    ],
)
def test_where_it_may_listen(text: str, place: str) -> None:
    free = free_port()
    with bind_udp("127.0.0.1", 0) as engines:
        own = engines.getsockname()[1]
        found = check_place(text.format(free=free, own=own), f"127.0.0.1:{own}")
    assert found == place.format(free=free, own=own)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("127.0.0.1:80", "1024..65535"),
        ("127.0.0.1:0", "1024..65535"),
        ("127.0.0.1:99999", "a port is at most 65535"),
        ("192.0.2.1:9421", "not an address of this machine"),
        ("a b", "give HOST:PORT"),
    ],
)
def test_where_it_may_not(text: str, says: str) -> None:
    with pytest.raises(ControlError) as raised:
        check_place(text, "127.0.0.1:9000")
    assert says in str(raised.value)


def test_a_busy_port_is_refused_while_the_engine_still_plays() -> None:
    with bind_udp("127.0.0.1", 0) as other, pytest.raises(ControlError, match="the port is busy"):
        check_place(f"127.0.0.1:{other.getsockname()[1]}", "127.0.0.1:9000")


def test_whom_it_allows() -> None:
    assert check_allowed(" 192.0.2.7 , 198.51.100.0/24,") == "192.0.2.7,198.51.100.0/24"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (",", "give addresses or networks"),
        ("my tablet", "osc-allow my tablet: give an address"),
        ("0.0.0.0/0", "0.0.0.0/0 is too large"),
        ("::/0", "::/0 is too large"),
        ("192.0.2.7,10.0.0.0/0", "too large"),
        ("0.0.0.0/1,128.0.0.0/1", "0.0.0.0/0 is too large"),
        ("8000::/1,::/1", "::/0 is too large"),
        ("10.0.0.0/8,11.0.0.0/8", "10.0.0.0/7 is too large"),
    ],
)
def test_whom_it_does_not(text: str, says: str) -> None:
    with pytest.raises(ControlError) as raised:
        check_allowed(text)
    assert says in str(raised.value)
