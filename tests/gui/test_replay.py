"""The program that measures frames on a busy machine: every frame has what it should have."""

import json

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from rtsynth.control.osc.packet import encode
from tests.gui.own_folders import own_folders
from tests.gui.peer import Peer, mixed
from tests.gui.replay import Sent, replay, taken_down

pytestmark = pytest.mark.system


def test_what_is_sent_is_taken_down_in_order(peer: Peer) -> None:
    sent = taken_down(peer.port, 0.4)
    assert [each.at_s for each in sent] == sorted(each.at_s for each in sent)
    assert any(each.datagram.startswith(b"/describe.reply") for each in sent)
    assert peer.count("/slot/1/network/get") == 1


@pytest.mark.measure
def test_a_window_shows_it_and_its_frames_are_timed(qt: QApplication) -> None:
    described = encode("/describe.reply", json.dumps(mixed(2)))
    meters = [Sent(n / 30, encode("/meter", 1, -6.0, -12.0)) for n in range(1, 100)]
    with own_folders():
        costs_s = replay([Sent(0.0, described), *meters], (1280, 720), "Browser")
    assert 10 <= len(costs_s) <= 40  # of 3.3 s, after the first three
    assert np.all(costs_s > 0)
    assert costs_s.max() < 1.0
