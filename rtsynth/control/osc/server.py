"""The OSC server: one UDP socket, one thread that reads it, one table of commands.

Clients take turns, each a small piece of work; those of one client stay in their order.
Messages that move sound become timed events at once, in the order they came. A bundle's time tag
is passed on as the time at which its messages should take effect: nothing here sleeps until then,
so a bundle for later delays nobody. A late one runs now and is counted.
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

from rtsynth.common.errors import ControlError, RtsynthError
from rtsynth.common.log import RateLimitedLog
from rtsynth.control import DEFAULT_OSC_HOST, DEFAULT_OSC_PORT
from rtsynth.control.osc.arguments import checked
from rtsynth.control.osc.calls import Call, When
from rtsynth.control.osc.clocks import FOREIGN_S, Clocks
from rtsynth.control.osc.commands import REPLIES, find_command
from rtsynth.control.osc.endpoint import bind_udp, format_endpoint
from rtsynth.control.osc.guests import AnswerBudget, Handshake, check_afar
from rtsynth.control.osc.notify import Notifier
from rtsynth.control.osc.packet import (
    MAX_DATAGRAM_BYTES,
    OscError,
    OscMessage,
    decode,
)
from rtsynth.control.osc.session import ClientSession
from rtsynth.control.osc.subscribers import Address
from rtsynth.control.osc.time import WallClock
from rtsynth.control.osc.turns import Turns
from rtsynth.control.osc.worker import Worker
from rtsynth.host.protocol import Engine
from rtsynth.host.schedule import LONGEST_S

MAX_NAMED_PORTS = 256
COUNTS = ("messages", "failed", "late", "foreign_time_tags", "unsent", "withheld", "dropped")
DATAGRAMS_PER_TURN = 512  # read at most between two pieces of work
MESSAGES_PER_TURN = 100  # of one client, a millisecond or two

logger = logging.getLogger(__name__)


class OscServer:
    """Lets OSC clients play an engine. Use as a context manager, or `start` and `stop`.

    Args:
        engine: what the messages are for.
        host: address to listen at; loopback by default.
        port: UDP port; 0 takes any free one, `port` then says which.
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
        self._clocks = Clocks()
        self.handshake = Handshake()
        self.budget = AnswerBudget()
        self.notifier = Notifier(engine, self.send, self._report)
        self._named_ports: OrderedDict[Address, Address] = OrderedDict()
        self._counts = dict.fromkeys(COUNTS, 0)
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
        """Counts since the start, and subscribers now.

        messages, failed, late (time tags that had passed), foreign_time_tags (that were no times),
        unsent (answers the system did not take), withheld (more than other machines are answered),
        dropped (datagrams that found no room, because their client sends too fast).
        """
        return {**self._counts, "subscribers": self.notifier.count()}

    # -------------------------------------------------------------------------------- reading

    def _serve(self) -> None:
        buffer = memoryview(bytearray(MAX_DATAGRAM_BYTES + 1))
        arrivals = selectors.DefaultSelector()
        arrivals.register(self._socket, selectors.EVENT_READ)
        arrivals.register(self._wake, selectors.EVENT_READ)
        turns = Turns(self._begin, self._dropped)
        while not self._stopping:
            if not turns:
                arrivals.select()
            for _ in range(DATAGRAMS_PER_TURN):
                try:
                    size, client = self._socket.recvfrom_into(buffer)
                except (BlockingIOError, InterruptedError):
                    break
                except ConnectionError:
                    continue  # Windows reports here that an earlier reply reached nobody
                turns.put(bytes(buffer[:size]), client)
            if turns:
                turns.take_turn()
        arrivals.close()

    def handle(self, datagram: bytes, client: Address) -> None:
        """Obey one datagram from a client, answering what it asks and what cannot be obeyed."""
        for _ in self._begin(datagram, client):
            pass

    def _begin(self, datagram: bytes, client: Address) -> Iterator[None]:
        """Obey a datagram in pieces of `MESSAGES_PER_TURN`."""
        session = ClientSession(self, client)
        try:
            messages = decode(datagram)
        except OscError as error:
            self.fail(session, "/", str(error))
            return
        for number, message in enumerate(messages, start=1):
            self._counts["messages"] += 1
            try:
                self._obey(message, session)
            except Exception as error:
                self._failed(session, message.address, error)
            if number % MESSAGES_PER_TURN == 0:
                yield
        session.sum_up()

    def _dropped(self, client: Address, count: int) -> None:
        self._counts["dropped"] += count
        session = ClientSession(self, client)
        self.fail(
            session, "/", f"too fast: {count} datagrams were dropped because the queue was full"
        )

    def _obey(self, message: OscMessage, session: ClientSession) -> None:
        address = message.address
        if address in REPLIES:
            return
        bound = find_command(address)
        command = bound.command
        arguments = checked(command, message.arguments)
        if not session.is_here:
            known = self.notifier.has_host(session.client[0])
            check_afar(command.afar, arguments, confirmed=known)
        at_ns = None if message.timetag is None else self._time_of(message, session)
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

    def _time_of(self, message: OscMessage, session: ClientSession) -> int | None:
        """When a message with a time tag should take effect; None is now.

        Raises:
            ControlError: too far ahead.
        """
        at_ns = self._clock.monotonic_ns(message.timetag or 0)
        now_ns = time.monotonic_ns()
        ahead_s = (at_ns - now_ns) / 1e9
        client, now_s = session.client, now_ns / 1e9
        if abs(ahead_s) > FOREIGN_S:  # no clock is this wrong: another epoch, or no time at all
            self._counts["foreign_time_tags"] += 1
            if self._clocks.may_report(client, now_s):
                self._log.warning(
                    f"osc: {format_endpoint(*client[:2])} sends invalid time tags "
                    "(they count seconds since 1900); such bundles take effect at once"
                )
            return None
        if ahead_s > LONGEST_S:
            raise ControlError(
                f"the time tag is {ahead_s:,.0f} s ahead, at most {LONGEST_S:,.0f} s are allowed; "
                "compare the clocks"
            )
        if ahead_s <= 0:
            self._counts["late"] += 1
            return None
        if lead_s := self._clocks.steady_lead(client, ahead_s, now_s):
            text = (
                f"takes effect in {lead_s:.0f} s, as its time tag says, like all before it; "
                "if that is not intended, compare the clocks"
            )
            session.reply("/fail", message.address, text)
            self._log.warning(f"osc: {format_endpoint(*client[:2])}: {message.address}: {text}")
        return at_ns

    def _run_later(self, run: Callable[[Call], None], call: Call, session: ClientSession) -> None:
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

    def fail(
        self,
        session: ClientSession,
        address: str,
        message: str,
        cause: Exception | None = None,
    ) -> None:
        """Tell a client, and at times the terminal, that a message was not obeyed."""
        self._counts["failed"] += 1
        session.reply("/fail", address, message)
        self._log.warning(f"osc: {address}: {message}", cause)

    def _failed(self, session: ClientSession, address: str, error: Exception) -> None:
        if isinstance(error, RtsynthError):
            self.fail(session, address, str(error))
        else:  # a bug of ours: report it to the client and keep playing
            self.fail(session, address, f"internal error: {error!r}", error)

    def _report(self, error: Exception) -> None:
        self._log.warning("osc: cannot notify", error)
