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
