"""Where OSC may be asked to listen, and whom to allow."""

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.endpoint import bind_udp
from rtsynth.control.osc.listening import check_allowed, check_place

NOW = "127.0.0.1:9420"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:9421", "127.0.0.1:9421"),
        ("9421", "127.0.0.1:9421"),
        ("0.0.0.0:9421", "0.0.0.0:9421"),
        ("0.0.0.0:9420", "0.0.0.0:9420"),
    ],
)
def test_where_it_may_listen(text: str, place: str) -> None:
    with bind_udp("127.0.0.1", 9420):  # as the engine does
        assert check_place(text, NOW) == place


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
        check_place(text, NOW)
    assert says in str(raised.value)


def test_a_busy_port_is_refused_while_the_engine_still_plays() -> None:
    with bind_udp("127.0.0.1", 0) as other, pytest.raises(ControlError, match="the port is busy"):
        check_place(f"127.0.0.1:{other.getsockname()[1]}", NOW)


def test_whom_it_allows() -> None:
    assert check_allowed(" 192.0.2.7 , 198.51.100.0/24,") == "192.0.2.7,198.51.100.0/24"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (",", "give addresses or networks"),
        ("my tablet", "osc-allow my tablet: give an address"),
        ("0.0.0.0/0", "every machine"),
        ("::/0", "every machine"),
        ("192.0.2.7,10.0.0.0/0", "every machine"),
    ],
)
def test_whom_it_does_not(text: str, says: str) -> None:
    with pytest.raises(ControlError) as raised:
        check_allowed(text)
    assert says in str(raised.value)
