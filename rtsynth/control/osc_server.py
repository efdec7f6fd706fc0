"""The OSC server: one UDP socket, one thread that reads it, one table that says what to do.

Messages that move sound become timed events at once, in the order they came. A bundle's time tag
is passed on as the time at which its messages should be heard: nothing here sleeps until then, so
a bundle for later delays nobody. A late one runs now and is counted.
"""

import logging
import selectors
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

from rtsynth.control import DEFAULT_OSC_HOST, DEFAULT_OSC_PORT
from rtsynth.control.endpoint import bind_udp, is_loopback
from rtsynth.control.engine import Engine
from rtsynth.control.log import RateLimitedLog
from rtsynth.control.osc_commands import REPLIES, Call, When, checked, find_command
from rtsynth.control.osc_notify import Address, Notifier
from rtsynth.control.osc_packet import (
    MAX_DATAGRAM_BYTES,
    Argument,
    OscError,
    OscMessage,
    decode,
    encode,
)
from rtsynth.control.osc_time import WallClock
from rtsynth.control.osc_worker import Worker
from rtsynth.errors import ControlError, RtsynthError

MAX_AHEAD_S = 60.0
MAX_NAMED_PORTS = 256
DATAGRAMS_PER_TURN = 512  # between looks at whether to stop

logger = logging.getLogger(__name__)


class OscServer:
    """Lets OSC clients play an engine. Use as a context manager, or `start` and `stop`.

    Args:
        engine: what the messages are for.
        host: address to listen at; loopback unless told otherwise.
        port: UDP port; 0 takes any free one, `port` then tells which.
        on_quit: called (from the OSC thread) by `/quit`, which only this machine may send; it
            must only ask the process to end, not wait for it. None refuses `/quit`.

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
    ) -> None:
        self.engine = engine
        self.on_quit = on_quit
        self._socket = bind_udp(host, port)
        self.host: str = self._socket.getsockname()[0]
        self.port: int = self._socket.getsockname()[1]
        self._log = RateLimitedLog(logger)
        self._waker, self._wake = socket.socketpair()
        self._worker = Worker()
        self._clock = WallClock()
        self.notifier = Notifier(engine, self.send, self._report)
        self._named_ports: OrderedDict[Address, Address] = OrderedDict()
        self._counts = dict.fromkeys(("messages", "failed", "late", "unsent"), 0)
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="osc", daemon=True)

    def start(self) -> None:
        """Start to read the socket."""
        self._worker.start()
        self.notifier.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop reading and close the socket. Commands that wait are dropped."""
        self._stopping = True
        self._waker.send(b"\0")
        for part in (self._thread, self._worker, self.notifier):
            if isinstance(part, threading.Thread):
                if part.is_alive():
                    part.join()
            else:
                part.stop()
        for end in (self._socket, self._waker, self._wake):
            end.close()

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
        """Counts since the start: messages, failed, late, unsent; and subscribers now."""
        return {**self._counts, "subscribers": self.notifier.count()}

    # -------------------------------------------------------------------------------- reading

    def _serve(self) -> None:
        buffer = memoryview(bytearray(MAX_DATAGRAM_BYTES + 1))
        arrivals = selectors.DefaultSelector()
        arrivals.register(self._socket, selectors.EVENT_READ)
        arrivals.register(self._wake, selectors.EVENT_READ)
        while not self._stopping:
            arrivals.select()
            for _ in range(DATAGRAMS_PER_TURN):
                try:
                    size, client = self._socket.recvfrom_into(buffer)
                except (BlockingIOError, InterruptedError):
                    break
                except ConnectionError:
                    continue  # Windows tells here that an earlier reply found nobody
                self.handle(bytes(buffer[:size]), client)
        arrivals.close()

    def handle(self, datagram: bytes, client: Address) -> None:
        """Obey one datagram from a client, answering what it asks and what cannot be obeyed."""
        session = ClientSession(self, client)
        try:
            messages = decode(datagram)
        except OscError as error:
            self.fail(session, "/", str(error))
            return
        for message in messages:
            self._counts["messages"] += 1
            try:
                self._obey(message, session)
            except Exception as error:
                self._failed(session, message.address, error)

    def _obey(self, message: OscMessage, session: "ClientSession") -> None:
        address = message.address
        if address in REPLIES:
            return
        bound = find_command(address)
        command = bound.command
        if command.local_only and not is_loopback(session.client):
            raise ControlError("only from the machine the engine runs on")
        arguments = checked(command, message.arguments)
        at_ns = None if message.timetag is None else self._time_of(message.timetag)
        call = Call(session, address, bound.slot, bound.name, arguments, at_ns)
        if command.when is When.EVENT:
            command.run(call)
        elif (
            command.when is When.SLOW
            or at_ns is not None
            or (command.when is When.SYNC and self._worker.is_busy())
        ):
            self._worker.put(partial(self._run_later, command.run, call, session), at_ns)
        else:
            command.run(call)

    def _time_of(self, timetag: int) -> int | None:
        at_ns = self._clock.monotonic_ns(timetag)
        ahead_s = (at_ns - time.monotonic_ns()) / 1e9
        if ahead_s > MAX_AHEAD_S:
            raise ControlError(
                f"the time tag is {ahead_s:.0f} s ahead, at most {MAX_AHEAD_S:.0f} s are allowed; "
                "compare the clocks"
            )
        if ahead_s <= 0:
            self._counts["late"] += 1
            return None
        return at_ns

    def _run_later(self, run: Callable[[Call], None], call: Call, session: "ClientSession") -> None:
        try:
            run(call)
        except Exception as error:
            self._failed(session, call.address, error)

    # ------------------------------------------------------------------------------ answering

    def send(self, datagram: bytes, target: Address) -> None:
        """Send without waiting; what the system does not take is counted as unsent."""
        try:
            self._socket.sendto(datagram, target)
        except OSError as error:
            self._counts["unsent"] += 1
            if not isinstance(error, BlockingIOError) and not self._stopping:
                self._log.warning(f"osc: cannot answer {target[0]}:{target[1]}: {error.strerror}")

    def reply_target(self, client: Address) -> Address:
        """Where answers for a client go: where it sends from, or the port it named."""
        return self._named_ports.get(client, client)

    def name_port(self, client: Address, port: int | None) -> Address:
        """Remember the port a client wants its answers at; None is where it sends from."""
        self._named_ports.pop(client, None)
        if port is not None:
            self._named_ports[client] = (client[0], port, *client[2:])
            if len(self._named_ports) > MAX_NAMED_PORTS:
                self._named_ports.popitem(last=False)
        return self.reply_target(client)

    def fail(
        self,
        session: "ClientSession",
        address: str,
        message: str,
        cause: Exception | None = None,
    ) -> None:
        """Tell a client, and at times the terminal, that a message was not obeyed."""
        self._counts["failed"] += 1
        session.reply("/fail", address, message)
        self._log.warning(f"osc: {address}: {message}", cause)

    def _failed(self, session: "ClientSession", address: str, error: Exception) -> None:
        if isinstance(error, RtsynthError):
            self.fail(session, address, str(error))
        else:  # a mistake of ours: the client hears of it and playing goes on
            self.fail(session, address, f"internal error: {error!r}", error)

    def _report(self, error: Exception) -> None:
        self._log.warning("osc: cannot notify", error)


class ClientSession:
    """The server as one client sees it."""

    __slots__ = ("_server", "client", "engine")

    def __init__(self, server: OscServer, client: Address) -> None:
        self._server = server
        self.client = client
        self.engine = server.engine

    def reply(self, address: str, *arguments: Argument) -> None:
        """Answer the client."""
        self._server.send(encode(address, *arguments), self._server.reply_target(self.client))

    def subscribe(self, port: int | None) -> None:
        """Send it what changes, at the port it named."""
        self._server.notifier.subscribe(self.client, self._server.name_port(self.client, port))

    def unsubscribe(self) -> None:
        """Stop that."""
        self._server.notifier.unsubscribe(self.client)
        self._server.name_port(self.client, None)

    def keep_alive(self) -> None:
        """Take note that the client is there."""
        self._server.notifier.keep_alive(self.client)

    def osc_status(self) -> dict[str, int]:
        """Counts of the server."""
        return self._server.status()

    def quit(self) -> None:
        """Ask the process to end.

        Raises:
            ControlError: it does not belong to this server.
        """
        if self._server.on_quit is None:
            raise ControlError("this engine is part of another program and ends with it")
        self._server.on_quit()
