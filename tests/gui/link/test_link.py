"""The window's line to an engine on another machine: it confirms what it is sent."""

import pytest

from rtsynth.control.osc.guests import CONFIRM
from rtsynth_gui.link import link as module
from rtsynth_gui.link.link import EngineLink
from tests.gui.conftest import Spin
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


def test_a_window_elsewhere_confirms_before_it_asks(
    peer: Peer, spin: Spin, qt: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "is_this_machine", lambda client: False)
    link = EngineLink("127.0.0.1", peer.port)
    link.start()
    try:
        spin(lambda: peer.count("/notify") >= 2 and peer.count("/status") >= 1)
        assert peer.count("/describe") == 0
        peer.tell(CONFIRM, "t0123456789abcdef", 6000)
        spin(lambda: peer.count(CONFIRM) == 1 and peer.count("/describe") >= 1)
        (echo,) = [m.arguments for m in peer.received if m.address == CONFIRM]
        assert echo == ("t0123456789abcdef", 6000)
        peer.tell(CONFIRM, "x" * 1000, 6000)  # no engine sends that: nothing to send back
        peer.tell(CONFIRM, "t9", 6000)
        spin(lambda: peer.count(CONFIRM) == 2)
    finally:
        link.close()


def test_a_window_on_this_machine_asks_at_once(peer: Peer, spin: Spin, qt: object) -> None:
    link = EngineLink("127.0.0.1", peer.port)
    link.start()
    try:
        spin(lambda: peer.count("/describe") >= 1)
    finally:
        link.close()


def test_an_engine_that_moves_is_followed(spin: Spin, qt: object, impatient: None) -> None:
    """Not before it ends; and it may be back at its old place, as where the new one is busy."""
    with Peer() as free:
        new = free.port
    moved: list[str] = []
    with Peer() as peer:
        old = peer.port
        link = EngineLink("127.0.0.1", old)
        link.moved.connect(lambda: moved.append(link.endpoint))
        link.start()
        spin(lambda: link.answering)
        for place in (("", "9"), ("127.0.0.1", "0"), ("127.0.0.1", "x"), ("127.0.0.1", str(old))):
            link.expect_at(*place)  # nowhere else
        link.expect_at("127.0.0.1", str(new))
        count = peer.count("/ping")
        spin(lambda: peer.count("/ping") > count + 2)
        assert link.endpoint == f"127.0.0.1:{old}"
    try:
        with Peer(new) as peer:
            spin(lambda: link.answering and peer.count("/describe"))
            assert link.endpoint == f"127.0.0.1:{new}"
            link.expect_at("127.0.0.1", str(old))
        spin(lambda: not link.answering)
        with Peer(new):
            spin(lambda: link.answering)
        assert link.endpoint == f"127.0.0.1:{new}"
        assert set(moved) == {f"127.0.0.1:{old}", f"127.0.0.1:{new}"}
    finally:
        link.close()
