"""OSC packets and what can be broken about them, by someone who knows how they are made.

Run as a program it decodes mutants: SEED, COUNT. It prints what became of them as JSON.
"""

import json
import random
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rtsynth.control.osc.packet import Argument, OscError, decode, encode
from rtsynth.control.osc.time import timetag_at
from tests.rtsynth.control.osc_messages import encode_bundle

ADDRESSES = (
    "/slot/1/param/knob", "/slot/1/param/knob/norm", "/slot/1/param/knob/get", "/slot/1/gain",
    "/slot/1/sampling/top_k", "/slot/1/note/on", "/slot/1/note/off", "/slot/1/reset",
    "/slot/1/seed", "/slot/1/load", "/slot/2/gain", "/state/save", "/state/recall", "/panic",
    "/ping", "/status", "/describe", "/sync", "/notify", "/notify/confirm", "/record/stop",
    "/fail", "/describe.part", "/nothing", "/slot/1/param/knob/take",
)  # fmt: skip
NUMBERS = (0, 1, -1, 60, 0.5, 1e30, float("nan"), float("inf"), 1 << 31, (1 << 63) - 1, True)
TEXTS = ("a", "", "x" * 300, "../x", "\x1b[2J", "‮", "%s", "a\tb", "nowhere.safetensors")
EDGES = (0, 1, 2, 3, 4, 7, 8, 16, 0x7F, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF)


def argument(rng: random.Random) -> Argument:
    kind = rng.randrange(6)
    if kind < 3:
        return rng.choice(NUMBERS)
    if kind == 3:
        return rng.choice(TEXTS)
    return None if kind == 4 else rng.randbytes(rng.randrange(20))


def packet(rng: random.Random, depth: int = 0) -> bytes:
    """A well-formed one, though what it asks may make no sense."""
    if depth < 10 and rng.random() < (0.3 if depth else 0.5):
        tag = rng.choice((0, 1, rng.getrandbits(64), (1 << 64) - 1, timetag_at(time.time_ns())))
        return encode_bundle([packet(rng, depth + 1) for _ in range(rng.randrange(4))], tag)
    return encode(rng.choice(ADDRESSES), *[argument(rng) for _ in range(rng.randrange(4))])


def mutant(rng: random.Random) -> bytes:
    """A packet with up to three things wrong."""
    data = bytearray(packet(rng))
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(data) + 1)
        word = at & ~3
        match rng.randrange(8):
            case 0:  # a byte
                data[at : at + 1] = rng.randbytes(1)
            case 1:  # a length, a number or a count
                data[word : word + 4] = struct.pack(">I", rng.choice(EDGES))
            case 2:  # the end is missing
                del data[rng.choice((at, word)) :]
            case 3:  # a piece is missing
                del data[word : word + 4 * rng.randrange(1, 5)]
            case 4:  # another packet inside
                data[word:word] = packet(rng)
            case 5:  # a piece twice
                data[word:word] = data[word : word + 4 * rng.randrange(1, 9)]
            case 6:  # other type tags
                comma = data.find(b",")
                if comma >= 0:
                    tags = bytes(rng.choice(b"ifsbhtdScrmTFNI[]xyz\0,") for _ in range(3))
                    data[comma + 1 : comma + 4] = tags
            case 7:  # a NUL fewer
                data = data.replace(b"\0\0\0\0", rng.randbytes(4), 1)
    return bytes(data[:65_507])


def mutants(seed: int, count: int) -> Iterator[bytes]:
    rng = random.Random(seed)
    return (mutant(rng) for _ in range(count))


def memory_mb(name: str) -> int:
    """A line of what Linux reports of this process's memory; elsewhere 0."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith(name)), 0)


def main(seed: str, count: str) -> int:
    outcomes: Counter[str] = Counter()
    slowest_s, before_mb = 0.0, memory_mb("VmRSS:")
    for data in mutants(int(seed), int(count)):
        began_s = time.thread_time()
        try:
            decode(data)
        except OscError:
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
        slowest_s = max(slowest_s, time.thread_time() - began_s)
    grown_mb = memory_mb("VmHWM:") - before_mb
    print(json.dumps({**outcomes, "slowest_s": slowest_s, "grown_mb": grown_mb}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
