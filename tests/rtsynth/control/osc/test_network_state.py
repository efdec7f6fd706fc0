"""The datagram of a network's picture."""

import numpy as np

from rtsynth.control.osc.network_state import network_datagram
from rtsynth.control.osc.packet import decode
from rtsynth.host.network import NetworkState


def test_it_is_a_voice_and_three_blobs() -> None:
    hidden = np.array([-127, 0, 127], np.int8)
    bits, values = np.array([0.5, 8.0], np.float32), np.array([440.0], np.float32)
    (message,) = decode(network_datagram(3, NetworkState(2, hidden, bits, values)))
    assert message.address == "/slot/3/network/state"
    voice, *blobs = message.arguments
    assert voice == 2
    for blob, dtype, sent in zip(blobs, ("i1", "<f4", "<f4"), (hidden, bits, values), strict=True):
        assert isinstance(blob, bytes)
        np.testing.assert_array_equal(np.frombuffer(blob, dtype), sent)
