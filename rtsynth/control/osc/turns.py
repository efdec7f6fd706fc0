"""Whose datagram is next: clients take turns, so that one who floods holds up nobody else.

What one client sends stays in its order.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator

from rtsynth.control.osc.endpoint import Address

MAX_CLIENT_BYTES = 4 << 20  # that wait of one client
MAX_BYTES = 16 << 20  # and of all together
LEAST_BYTES = 128  # that a datagram counts: what keeping it costs

Work = Iterator[None]  # what a datagram asks for, in pieces that take a few milliseconds at most


class _Queue:
    """What waits of one client."""

    __slots__ = ("datagrams", "dropped", "size", "work")

    def __init__(self) -> None:
        self.datagrams: deque[bytes] = deque()
        self.size = 0
        self.dropped = 0
        self.work: Work | None = None  # of the datagram before, started and not done


class Turns:
    """Datagrams that wait, and the work on those that were started. For one thread.

    Args:
        begin: begins the work that a client's datagram asks for.
        on_dropped: called with a client and how many of its datagrams found no room, when it has
            come through with the others.
    """

    def __init__(
        self,
        begin: Callable[[bytes, Address], Work],
        on_dropped: Callable[[Address, int], None],
    ) -> None:
        self._begin = begin
        self._on_dropped = on_dropped
        self._queues: OrderedDict[Address, _Queue] = OrderedDict()  # whose turn it is, first
        self._size = 0

    def __bool__(self) -> bool:
        return bool(self._queues)

    def put(self, datagram: bytes, client: Address) -> None:
        """Keep a datagram until it is its turn; where there is no room, count it."""
        queue = self._queues.get(client)
        size = max(len(datagram), LEAST_BYTES)
        full = self._size + size > MAX_BYTES
        if queue is None:
            if full:
                self._on_dropped(client, 1)
                return
            queue = self._queues[client] = _Queue()
        if full or queue.size + size > MAX_CLIENT_BYTES:
            queue.dropped += 1
            return
        queue.datagrams.append(datagram)
        queue.size += size
        self._size += size

    def waiting_bytes(self, client: Address) -> int:
        """How much waits of a client."""
        queue = self._queues.get(client)
        return 0 if queue is None else queue.size

    def take_turn(self) -> None:
        """Do a piece of the work of the client whose turn it is; there has to be one."""
        client, queue = next(iter(self._queues.items()))
        self._queues.move_to_end(client)
        if queue.work is None and queue.datagrams:
            datagram = queue.datagrams.popleft()
            size = max(len(datagram), LEAST_BYTES)
            queue.size -= size
            self._size -= size
            queue.work = self._begin(datagram, client)
        if queue.work is not None:
            for _ in queue.work:
                return
            queue.work = None
        if not queue.datagrams:
            del self._queues[client]
            if queue.dropped:
                self._on_dropped(client, queue.dropped)
