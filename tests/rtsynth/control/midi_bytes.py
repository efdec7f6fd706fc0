"""MIDI files byte by byte, so that they can be wrong."""


def quantity(value: int) -> bytes:
    """A variable-length quantity."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(0x80 | value & 0x7F)
    return bytes(reversed(parts))


def track(*messages: tuple[int, ...], end: bool = True) -> bytes:
    """A track chunk of (ticks since the one before, bytes...)."""
    body = b"".join(quantity(message[0]) + bytes(message[1:]) for message in messages)
    return chunk(b"MTrk", body + (b"\0\xff\x2f\0" if end else b""))


def chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "big") + body


def header(kind: int = 1, tracks: int = 1, division: int = 500) -> bytes:
    """At 500 ticks a beat and the default tempo a tick is 1 ms."""
    return chunk(b"MThd", b"".join(word.to_bytes(2, "big") for word in (kind, tracks, division)))


def midi(*tracks: bytes) -> bytes:
    return header(tracks=len(tracks)) + b"".join(tracks)
