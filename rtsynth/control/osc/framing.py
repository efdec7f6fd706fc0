"""Packets in a stream of bytes: behind their length (OSC 1.0), or between SLIP's END (OSC 1.1).

Source: "Features and Future of Open Sound Control version 1.1 for NIME" (Freed, Schmeder, 2009);
SLIP is RFC 1055.
"""

import re
import struct
from collections.abc import Iterator
from typing import Protocol

from rtsynth.control.osc.packet import MAX_DATAGRAM_BYTES, OscError

_LENGTH = struct.Struct(">I")
_END, _ESCAPE = b"\xc0", b"\xdb"
_ESCAPED = re.compile(rb"\xdb(.?)", re.DOTALL)
_MEANING = {b"\xdc": _END, b"\xdd": _ESCAPE}


class Framing(Protocol):
    """How the packets of one connection are told apart. `begun`: whether one is incomplete."""

    begun: bool

    def packets(self, data: bytes) -> Iterator[bytes]:
        """The packets that are complete with these bytes; OscError ends the stream."""

    def wrap(self, packet: bytes) -> bytes:
        """A packet as it is sent."""


class LengthPrefixed:
    """Implements `Framing`: four bytes of length, then the packet."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.begun = False

    def packets(self, data: bytes) -> Iterator[bytes]:
        """See `Framing`."""
        buffer = self._buffer
        buffer += data
        start = 0
        while len(buffer) - start >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(buffer, start)
            if not 0 < size <= MAX_DATAGRAM_BYTES:
                raise OscError(f"a packet of {size} bytes, at most {MAX_DATAGRAM_BYTES}")
            if len(buffer) - start - _LENGTH.size < size:
                break
            start += _LENGTH.size
            yield bytes(buffer[start : start + size])
            start += size
        del buffer[:start]
        self.begun = bool(buffer)

    def wrap(self, packet: bytes) -> bytes:
        """See `Framing`."""
        return _LENGTH.pack(len(packet)) + packet


class Slip:
    """Implements `Framing`: END at both ends of a packet; one at its end alone will do."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.begun = False

    def packets(self, data: bytes) -> Iterator[bytes]:
        """See `Framing`."""
        *whole, rest = data.split(_END)
        for part in whole:
            self._buffer += part
            if self._buffer:
                packet = _ESCAPED.sub(_unescaped, bytes(self._buffer))
                self._buffer.clear()
                if len(packet) > MAX_DATAGRAM_BYTES:
                    raise OscError(f"a packet of {len(packet)} bytes, at most {MAX_DATAGRAM_BYTES}")
                yield packet
        self._buffer += rest
        if len(self._buffer) > 2 * MAX_DATAGRAM_BYTES:
            raise OscError(f"a packet of more than {MAX_DATAGRAM_BYTES} bytes")
        self.begun = bool(self._buffer)

    def wrap(self, packet: bytes) -> bytes:
        """See `Framing`."""
        escaped = packet.replace(_ESCAPE, b"\xdb\xdd").replace(_END, b"\xdb\xdc")
        return _END + escaped + _END


def _unescaped(found: re.Match[bytes]) -> bytes:
    meaning = _MEANING.get(found[1])
    if meaning is None:
        raise OscError("a SLIP escape that stands for nothing")
    return meaning


def framing_of(first: bytes) -> Framing:
    """The framing that a stream has, by its first byte.

    A packet is shorter than 16 MB, so the first byte of a length is 0.

    Raises:
        OscError: neither; another protocol.
    """
    if first[:1] == b"\0":
        return LengthPrefixed()
    if first[:1] in (_END, b"/", b"#"):
        return Slip()
    raise OscError("not OSC: neither a length nor SLIP")
