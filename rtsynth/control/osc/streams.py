"""OSC over TCP: connections, each of them bounded in what it may hold, and how long.

Packets go the way of datagrams: the same turns, the same commands. A client that sends faster than
it is obeyed is read no further meanwhile; one that does not take its answers is dropped.
"""

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from rtsynth.control.osc.endpoint import format_endpoint, is_this_machine
from rtsynth.control.osc.framing import Framing, framing_of
from rtsynth.control.osc.packet import OscError

MAX_HERE = 32  # connections from this machine
MAX_AFAR = 16  # from others, ...
MAX_PER_HOST = 4  # ... and from each of them
MAX_WAITING_BYTES = 1 << 20  # of answers that a client has not taken
READ_BYTES = 65_536
BEGUN_S = 10.0  # in which a packet that was begun, and the first one, has to be complete
CHECK_S = 1.0

Ready = list[tuple[selectors.SelectorKey, int]]

logger = logging.getLogger(__name__)


class StreamAddress(NamedTuple):
    """A connection, where datagrams have an address. Never equal to one of those."""

    host: str
    port: int
    rest: tuple[Any, ...]
    number: int

    @property
    def peer(self) -> tuple[Any, ...]:
        """The address of the client's end, as the socket gives it."""
        return (self.host, self.port, *self.rest)


class _Connection:
    """One client. `waiting` and `broken` are for the holder of `lock`."""

    def __init__(self, end: socket.socket, address: StreamAddress, is_here: bool) -> None:
        self.socket, self.address, self.is_here = end, address, is_here
        self.framing: Framing | None = None
        self.lock = threading.Lock()
        self.waiting = bytearray()
        self.broken = ""
        self.begun_s: float | None = time.monotonic()  # of the packet that is incomplete
        self.read_s = time.monotonic()

    def send(self, packet: bytes) -> bool:
        """Send what the system takes, keep the rest; whether there is a rest."""
        with self.lock:
            if self.framing is None or self.broken:
                return bool(self.broken)
            data = self.framing.wrap(packet)
            if len(self.waiting) + len(data) > MAX_WAITING_BYTES:
                self.broken = "it does not take its answers"
                return True
            self.waiting += data
            return self._flush()

    def flush(self) -> bool:
        """Send what waits; whether there is still something."""
        with self.lock:
            return self._flush()

    def _flush(self) -> bool:
        while self.waiting and not self.broken:
            try:
                del self.waiting[: self.socket.send(self.waiting)]
            except BlockingIOError:
                return True
            except OSError as error:
                self.broken = str(error.strerror)
        return bool(self.broken)


class Streams:
    """The connections of a server. All but `send` is for the thread that selects.

    Args:
        selector: where the owner waits; it calls `serve` with what is ready.
        listener: a TCP socket that listens, not blocking.
        on_packet: called with a packet and where it came from.
        has_room: whether more packets of a client should be read now.
        on_closed: called with the address of a connection that is gone.
        wake: called from any thread when `serve` should be called soon.
        admits: whether a connection from an address is taken; else it is closed at once.
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        listener: socket.socket,
        on_packet: Callable[[bytes, StreamAddress], None],
        has_room: Callable[[StreamAddress], bool],
        on_closed: Callable[[StreamAddress], None],
        wake: Callable[[], None],
        admits: Callable[[tuple[Any, ...]], bool],
    ) -> None:
        self._listener = listener
        self._on_packet, self._has_room, self._on_closed = on_packet, has_room, on_closed
        self._wake, self._admits = wake, admits
        self._selector = selector
        self._selector.register(listener, selectors.EVENT_READ, self)
        self._open: dict[StreamAddress, _Connection] = {}  # the last to send last
        self._unsent: set[StreamAddress] = set()
        self._paused: set[StreamAddress] = set()  # that are read no further
        self._count = 0
        self._check_s = 0.0

    def __len__(self) -> int:
        return len(self._open)

    def send(self, packet: bytes, address: StreamAddress) -> bool:
        """Send without waiting; False if the connection is gone. Any thread may."""
        connection = self._open.get(address)
        if connection is None:
            return False
        if connection.send(packet):
            self._unsent.add(address)
            self._wake()
        return True

    @property
    def wait_s(self) -> float | None:
        """How long to wait for something to be ready until `serve` should be called again."""
        if self._paused:
            return 0.0
        return CHECK_S if self._open else None

    def serve(self, ready: Ready) -> None:
        """Take what has arrived, send what waits, drop who is broken or too slow."""
        for address in self._unsent.copy():
            self._unsent.discard(address)
            if (connection := self._open.get(address)) and connection.flush():
                self._watch(connection)
        for address in self._paused.copy():
            self._watch(self._open[address])
        now_s = time.monotonic()
        for connection in list(self._open.values()) if now_s >= self._check_s else ():
            if connection.begun_s is not None and now_s - connection.begun_s > BEGUN_S:
                self._drop(connection, f"no whole packet in {BEGUN_S:.0f} s")
        self._check_s = now_s + CHECK_S if now_s >= self._check_s else self._check_s
        for key, events in ready:
            if key.data is self:
                self._accept()
            if not isinstance(key.data, _Connection) or key.data.address not in self._open:
                continue
            if events & selectors.EVENT_WRITE:
                key.data.flush()
            if events & selectors.EVENT_READ:
                self._read(key.data)
            self._watch(key.data)

    def _watch(self, connection: _Connection) -> None:
        """Wait for what a connection can do next, or drop it."""
        if connection.address not in self._open:
            return
        if connection.broken:
            self._drop(connection, connection.broken)
            return
        events = selectors.EVENT_WRITE if connection.waiting else 0
        self._paused.discard(connection.address)
        if self._has_room(connection.address):
            events |= selectors.EVENT_READ
        else:
            self._paused.add(connection.address)
        with contextlib.suppress(KeyError):
            self._selector.unregister(connection.socket)
        if events:
            self._selector.register(connection.socket, events, connection)

    def _accept(self) -> None:
        try:
            end, peer = self._listener.accept()
        except OSError:
            return  # it has gone again, or there are too many files
        if not self._admits(peer):
            end.close()
            return
        end.setblocking(False)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        is_here = is_this_machine(peer)
        self._count += 1
        address = StreamAddress(peer[0], peer[1], tuple(peer[2:]), self._count)
        connection = _Connection(end, address, is_here)
        if not self._make_room(connection):
            end.close()
            return
        self._open[address] = connection
        self._selector.register(end, selectors.EVENT_READ, connection)

    def _make_room(self, new: _Connection) -> bool:
        """Here, the one that was silent longest goes; one from elsewhere is refused."""
        others = [known for known in self._open.values() if known.is_here is new.is_here]
        if not new.is_here:
            same = sum(known.address.host == new.address.host for known in others)
            return len(others) < MAX_AFAR and same < MAX_PER_HOST
        if len(others) >= MAX_HERE:
            silent = min(others, key=lambda known: known.read_s)
            self._drop(silent, f"there are {MAX_HERE} others")
        return True

    def _read(self, connection: _Connection) -> None:
        try:
            data = connection.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._drop(connection, str(error.strerror))
            return
        if not data:
            self._drop(connection, "")
            return
        connection.read_s = time.monotonic()
        try:
            if connection.framing is None:
                connection.framing = framing_of(data)
            for packet in connection.framing.packets(data):
                connection.begun_s = None
                self._on_packet(packet, connection.address)
        except OscError as error:
            self._drop(connection, str(error))
            return
        if not connection.framing.begun:
            connection.begun_s = None
        elif connection.begun_s is None:
            connection.begun_s = connection.read_s

    def drop(self, address: StreamAddress, why: str) -> None:
        """Close a connection."""
        if connection := self._open.get(address):
            self._drop(connection, why)

    def _drop(self, connection: _Connection, why: str) -> None:
        if self._open.pop(connection.address, None) is None:
            return
        self._paused.discard(connection.address)
        with contextlib.suppress(KeyError):
            self._selector.unregister(connection.socket)
        connection.socket.close()
        self._on_closed(connection.address)
        if why:
            where = format_endpoint(*connection.address[:2])
            logger.warning("osc: closed the connection of %s: %s", where, why)

    def close(self) -> None:
        """Close them all."""
        for connection in list(self._open.values()):
            self._drop(connection, "")
        self._selector.unregister(self._listener)
        self._listener.close()
