"""What OSC clients send, made by python-osc: nothing of ours encodes what our server reads."""

import math
import struct
from collections.abc import Iterable

from pythonosc.osc_message_builder import OscMessageBuilder

from rtsynth.control.osc.packet import IMMEDIATELY, Argument

LARGEST = (2 - 2**-23) * 2.0**127  # of a float32


def encode(address: str, *arguments: Argument) -> bytes:
    """The datagram of one message; a float goes as a double where a float32 cannot hold it."""
    builder = OscMessageBuilder(address)
    for argument in arguments:
        large = isinstance(argument, float) and LARGEST < abs(argument) < math.inf
        builder.add_arg(argument, "d" if large else None)
    return bytes(builder.build().dgram)


def encode_bundle(packets: Iterable[bytes], timetag: int = IMMEDIATELY) -> bytes:
    """One bundle of datagrams, with any time tag: python-osc's takes only seconds."""
    elements = b"".join(struct.pack(">i", len(packet)) + packet for packet in packets)
    return b"#bundle\0" + struct.pack(">Q", timetag) + elements
