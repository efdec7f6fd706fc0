"""The OSC server: a UDP and a TCP socket of one number, and one thread that reads them.

Clients take turns, each a small piece of work; those of one client stay in their order.
"""

import logging
import selectors
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType
from typing import Self

from rtsynth.common.errors import InputError
from rtsynth.common.log import RateLimitedLog
from rtsynth.control import DEFAULT_OSC_HOST, DEFAULT_OSC_PORT
from rtsynth.control.osc.admission import EVERYBODY, Admission, refusal
from rtsynth.control.osc.endpoint import Address, bind_tcp, bind_udp, format_endpoint, socket_drops
from rtsynth.control.osc.guests import AnswerBudget, Handshake
from rtsynth.control.osc.monitor import OscMonitor
from rtsynth.control.osc.notify import Notifier
from rtsynth.control.osc.packet import MAX_DATAGRAM_BYTES
from rtsynth.control.osc.session import ClientSession
from rtsynth.control.osc.streams import StreamAddress, Streams
from rtsynth.control.osc.surface.dispatcher import Dispatcher
from rtsynth.control.osc.turns import Turns
from rtsynth.host.protocol import Engine

MAX_NAMED_PORTS = 256
COUNTS = ("unsent", "withheld", "dropped")
DATAGRAMS_PER_READ = 512  # at most
WORK_S = 0.001  # between two looks at the sockets, and the piece of work that was begun by then
DROPS_S = 1.0  # between two looks at what the system has dropped
STREAM_BYTES = 1 << 18  # that wait of a connection until it is read no further

logger = logging.getLogger(__name__)


class OscServer:
    """Lets OSC clients play an engine. Use as a context manager, or `start` and `stop`.

    Args:
        engine: what the messages are for.
        host: address to listen at; loopback by default.
        port: UDP port, and TCP port if it is free; 0 takes any free one, `port` then says which.
        on_quit: called (from the OSC thread) by `/quit`, which only this machine may send; it
            must only ask the process to end, not wait for it. None refuses `/quit`.
        admission: which other machines may talk to it; None is all.

    Raises:
        InputError: the port is busy or cannot be listened at.
    """

    def __init__(
        self,
        engine: Engine,
        host: str = DEFAULT_OSC_HOST,
        port: int = DEFAULT_OSC_PORT,
        *,
        on_quit: Callable[[], None] | None = None,
        admission: Admission | None = None,
    ) -> None:
        self.engine = engine
        self.on_quit = on_quit
        self._admission = admission or Admission(EVERYBODY)
        self._socket = bind_udp(host, port)
        self.host: str = self._socket.getsockname()[0]
        self.port: int = self._socket.getsockname()[1]
        self._log = RateLimitedLog(logger)
        self._waker, self._wake = socket.socketpair()
        self._waker.setblocking(False)
        self._dispatcher = Dispatcher(engine, self._log)
        self.handshake = Handshake()
        self.budget = AnswerBudget()
        self.notifier = Notifier(engine, self.send, self._report)
        self._named_ports: OrderedDict[Address, Address] = OrderedDict()
        self._counts = dict.fromkeys(COUNTS, 0)
        self._drops, self._drops_due_s = 0, 0.0
        self._stopping = False
        self._turns = Turns(self._begin, self._dropped)
        self._arrivals = selectors.DefaultSelector()
        self._arrivals.register(self._socket, selectors.EVENT_READ)
        self._arrivals.register(self._wake, selectors.EVENT_READ)
        self._streams = self._listen(host)
        self._thread = threading.Thread(target=self._serve, name="osc", daemon=True)

    def _listen(self, host: str) -> Streams | None:
        try:
            listener = bind_tcp(host, self.port)
        except InputError as error:
            logger.warning("OSC over UDP only, not over TCP: %s", error)
            return None
        return Streams(
            self._arrivals,
            listener,
            on_packet=self._turns.put,
            has_room=lambda client: self._turns.waiting_bytes(client) < STREAM_BYTES,
            on_closed=self.notifier.unsubscribe,
            wake=self._wake_up,
            admits=self._admits,
        )

    def start(self) -> None:
        """Start to read the sockets."""
        self._dispatcher.start()
        self.notifier.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop reading and close the sockets. Commands that wait are dropped."""
        self._stopping = True
        self._wake_up()
        if self._thread.is_alive():
            self._thread.join()
        self._dispatcher.stop()
        self.notifier.stop()
        if self._streams is not None:
            self._streams.close()
        self._arrivals.close()
        for end in (self._socket, self._waker, self._wake):
            end.close()

    def _wake_up(self) -> None:
        try:
            self._waker.send(b"\0")
        except BlockingIOError:
            return  # it is awake

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def status(self) -> dict[str, int]:
        """Counts since the start, and subscribers and connections now.

        messages, failed, late (time tags that had passed), foreign_time_tags (that were no times),
        unsent (answers the system did not take), withheld (more than other machines are answered),
        dropped (datagrams that found no room, because their client sends too fast), socket_drops
        (the same, but by the system; 0 where it does not say).
        """
        return {
            **self._dispatcher.counts,
            **self._counts,
            "socket_drops": socket_drops(self._socket),
            "subscribers": self.notifier.count(),
            "connections": 0 if self._streams is None else len(self._streams),
        }

    @property
    def monitor(self) -> OscMonitor:
        """What arrives, for those who watch."""
        return self._dispatcher.monitor

    # -------------------------------------------------------------------------------- reading

    def _serve(self) -> None:
        buffer = memoryview(bytearray(MAX_DATAGRAM_BYTES + 1))
        turns, streams, read = self._turns, self._streams, self._socket.recvfrom_into
        while not self._stopping:
            wait_s = None if streams is None else streams.wait_s
            ready = self._arrivals.select(0.0 if turns else wait_s)
            if any(key.fileobj is self._wake for key, _ in ready):
                self._wake.recv(4096)
            if streams is not None:
                self._guarded(partial(streams.serve, ready))
            for _ in range(DATAGRAMS_PER_READ):
                try:
                    size, client = read(buffer)
                except (BlockingIOError, InterruptedError):
                    break
                except ConnectionError:
                    continue  # Windows reports here that an earlier reply reached nobody
                turns.put(bytes(buffer[:size]), client)
            if turns:
                self._guarded(self._work)
            if time.monotonic() > self._drops_due_s:
                self._drops_due_s = time.monotonic() + DROPS_S
                self._report_drops()

    def _work(self) -> None:
        """Take turns for a while."""
        turns, end_s = self._turns, time.monotonic() + WORK_S
        while turns and time.monotonic() < end_s:
            turns.take_turn()

    def _report_drops(self) -> None:
        """Log that the system dropped datagrams; nobody knows whose they were."""
        drops = socket_drops(self._socket)
        if drops > self._drops:
            self._log.warning(
                f"osc: the system dropped {drops - self._drops} datagrams: "
                "they came faster than they were read"
            )
        self._drops = drops

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do a piece of work; a mistake of ours in it is logged and does not end the thread."""
        try:
            work()
        except Exception as error:
            self._log.warning("osc: internal error", error)

    def handle(self, datagram: bytes, client: Address) -> None:
        """Obey one datagram from a client, answering what it asks and what cannot be obeyed."""
        for _ in self._begin(datagram, client):
            pass

    def _begin(self, datagram: bytes, client: Address) -> Iterator[None]:
        """Obey a packet in pieces."""
        session = ClientSession(self, client)
        peer = client.peer if isinstance(client, StreamAddress) else client
        if not session.is_here and not self._admission.admits(peer):
            self._dispatcher.fail(session, "/", refusal(peer))
            if isinstance(client, StreamAddress) and self._streams is not None:
                self._streams.drop(client, "it is not on the list of --osc-allow")
            return iter(())
        return self._dispatcher.begin(datagram, session)

    def _admits(self, peer: Address) -> bool:
        """Whether a connection from there is taken."""
        admitted = self._admission.admits(peer)
        if not admitted:
            self._log.warning(f"osc: {refusal(peer)}")
        return admitted

    def _dropped(self, client: Address, count: int) -> None:
        self._counts["dropped"] += count
        session = ClientSession(self, client)
        self._dispatcher.fail(
            session, "/", f"too fast: {count} datagrams were dropped because the queue was full"
        )

    # ------------------------------------------------------------------------------ answering

    def send(self, datagram: bytes, target: Address) -> None:
        """Send without waiting; what the system does not take is counted as unsent."""
        if isinstance(target, StreamAddress):
            if self._streams is not None and not self._streams.send(datagram, target):
                self._counts["unsent"] += 1
            return
        try:
            self._socket.sendto(datagram, target)
        except OSError as error:
            self._counts["unsent"] += 1
            if not isinstance(error, BlockingIOError) and not self._stopping:
                where = format_endpoint(*target[:2])
                self._log.warning(f"osc: cannot answer {where}: {error.strerror}")

    def reply_target(self, client: Address) -> Address:
        """Where answers for a client go: where it sends from, or the port it named."""
        return self._named_ports.get(client, client)

    @staticmethod
    def on_port(client: Address, port: int) -> Address:
        """A port of a client's machine."""
        return (client[0], port, *client[2:])

    def withhold(self) -> None:
        """Count an answer that another machine is not sent."""
        self._counts["withheld"] += 1

    def name_port(self, client: Address, port: int | None) -> Address:
        """Remember the port a client wants its answers at; None is where it sends from."""
        self._named_ports.pop(client, None)
        if port is not None:
            self._named_ports[client] = self.on_port(client, port)
            if len(self._named_ports) > MAX_NAMED_PORTS:
                self._named_ports.popitem(last=False)
        return self.reply_target(client)

    def _report(self, error: Exception) -> None:
        self._log.warning("osc: cannot notify", error)
