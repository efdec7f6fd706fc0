"""What the network of a slot is doing, as subscribers are sent it."""

from rtsynth.control.osc.addresses import network_address
from rtsynth.control.osc.packet import encode
from rtsynth.host.network import NetworkState


def network_datagram(slot: int, state: NetworkState) -> bytes:
    """/slot/N/network/state voice hidden bits values: an integer and three blobs.

    `hidden` is int8, -127..127 for -1..1; the others are float32, little-endian.
    """
    return encode(
        network_address(slot),
        state.voice,
        state.hidden.tobytes(),
        state.bits.astype("<f4").tobytes(),
        state.values.astype("<f4").tobytes(),
    )
