"""The way to JACK's transport: opened where it is wanted, and again after its server has died."""

import threading
from collections.abc import Callable

from rtsynth.host.transport.jack_transport import JackTransport
from rtsynth.host.transport.reading import Reading

RETRY_NS = 3_000_000_000  # between two attempts to become a client
LOST_NS = 2_000_000_000  # a transport that says nothing for so long is that of a dead server


class JackLink:
    """For one thread. Times are `time.monotonic_ns()`.

    A client of a dead server may never get away: it is closed in a thread of its own. While that
    lasts no other one is opened, JACK's library would wait for it.
    """

    def __init__(self, open_jack: Callable[[], JackTransport | None]) -> None:
        self._open_jack = open_jack
        self._transport: JackTransport | None = None
        self._closing: threading.Thread | None = None
        self._retry_ns, self._known_ns = 0, 0

    def read(self, now_ns: int, *, wanted: bool) -> Reading | None:
        """What the transport says; None without a server. It is looked for only where `wanted`."""
        if self._transport is None:
            if not wanted or now_ns < self._retry_ns or self._is_closing():
                return None
            self._retry_ns, self._known_ns = now_ns + RETRY_NS, now_ns
            self._transport = self._open_jack()
            if self._transport is None:
                return None
        reading = self._transport.read()
        if reading is not None:
            self._known_ns = now_ns
        elif now_ns - self._known_ns > LOST_NS:
            self._retry_ns = now_ns + RETRY_NS
            close, self._transport = self._transport.close, None
            self._closing = threading.Thread(target=close, name="jack close", daemon=True)
            self._closing.start()
        return reading

    def close(self) -> None:
        """Leave the server. May not return where that has died."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _is_closing(self) -> bool:
        return self._closing is not None and self._closing.is_alive()
