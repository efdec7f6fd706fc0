"""Sends OSC at a rate, as a patch with many faders does: a process of its own, for `flood`.

    python -m tests.rtsynth.control.flood_sender udp|tcp PORT MESSAGES_PER_S SECONDS

Four of five messages are knobs, of the others half are notes; some come in bundles, and some of
those are for 50 ms later. Prints one line of JSON: messages, seconds, cpu_s.
"""

import json
import random
import socket
import struct
import sys
import time
from collections.abc import Callable

from rtsynth.control.osc.time import timetag_at
from tests.rtsynth.control.osc_messages import encode, encode_bundle

PACKETS = 4096  # that are made beforehand and sent over and over
BURST_S = 0.001
LATER_NS = 50_000_000
KNOBS = ("pitch", "amplitude", "instrument")
TAG = struct.Struct(">Q")
LENGTH = struct.Struct(">I")


def knob(draw: random.Random) -> bytes:
    """A fader that moves: most are on positions, some in units."""
    if draw.random() < 0.75:
        return encode(f"/slot/1/param/{draw.choice(KNOBS)}/norm", draw.random())
    if draw.random() < 0.5:
        return encode("/slot/1/param/pitch", 64.0 + 12.0 * draw.random())
    return encode("/slot/1/gain", -6.0 * draw.random())


def note(draw: random.Random) -> bytes:
    """A key that goes down or up."""
    key = draw.randint(64, 76)
    if draw.random() < 0.5:
        return encode("/slot/1/note/on", key, 0.1 + 0.9 * draw.random())
    return encode("/slot/1/note/off", key)


def packets(seed: int = 1) -> list[tuple[bytes, int, bool]]:
    """(packet, its messages, whether it wants a time tag), `PACKETS` of them."""
    draw, made = random.Random(seed), []
    for _ in range(PACKETS):
        kind = draw.random()
        if kind < 0.90:
            made.append((knob(draw) if draw.random() < 0.85 else note(draw), 1, False))
        else:
            parts = [note(draw), *(knob(draw) for _ in range(3))]
            made.append((encode_bundle(parts), len(parts), kind > 0.98))
    return made


def connected(transport: str, port: int) -> tuple[socket.socket, Callable[[bytes], bytes]]:
    """A socket, and how a packet is put on it."""
    if transport == "udp":
        link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        link.connect(("127.0.0.1", port))
        return link, lambda packet: packet
    link = socket.create_connection(("127.0.0.1", port))
    return link, lambda packet: LENGTH.pack(len(packet)) + packet


def main() -> int:
    transport, port, rate, seconds = sys.argv[1], *map(int, sys.argv[2:4]), float(sys.argv[4])
    link, framed = connected(transport, port)
    made, sent, number = packets(), 0, 0
    start = time.monotonic()
    while (now := time.monotonic() - start) < seconds:
        while sent < now * rate:
            packet, messages, timed = made[number % PACKETS]
            if timed:
                packet = packet[:8] + TAG.pack(timetag_at(time.time_ns() + LATER_NS)) + packet[16:]
            link.sendall(framed(packet))
            sent += messages
            number += 1
        time.sleep(BURST_S)
    took_s = time.monotonic() - start
    link.close()  # a connection only when all has been sent
    print(json.dumps({"messages": sent, "seconds": took_s, "cpu_s": time.process_time()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
