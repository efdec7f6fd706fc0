"""Sessions: the OSC server as one client sees it, and what answers to any client share."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.endpoint import Address, is_this_machine
from rtsynth.control.osc.guests import CONFIRM, AnswerBudget, Handshake
from rtsynth.control.osc.monitor import Counted, OscMonitor, Seen, client_text
from rtsynth.control.osc.notify import Notifier
from rtsynth.control.osc.packet import Argument, encode
from rtsynth.control.osc.streams import StreamAddress
from rtsynth.host.protocol import Engine

MAX_FAILS = 20  # that one datagram is answered; it may hold thousands of messages


class Server(Protocol):
    """What a session needs of the server; see `rtsynth.control.osc.surface.server.OscServer`."""

    engine: Engine
    on_quit: Callable[[], None] | None
    notifier: Notifier
    handshake: Handshake
    budget: AnswerBudget

    def send(self, datagram: bytes, target: Address) -> None: ...
    def withhold(self) -> None: ...
    def reply_target(self, client: Address) -> Address: ...
    def on_port(self, client: Address, port: int) -> Address: ...
    def name_port(self, client: Address, port: int | None) -> Address: ...
    def status(self) -> dict[str, int]: ...
    @property
    def monitor(self) -> OscMonitor: ...


class AnsweringSession(ABC):
    """Answers to one packet of a client: no question twice, and no more than `MAX_FAILS` /fail."""

    def __init__(self, engine: Engine, client: Address, *, is_here: bool) -> None:
        self.engine, self.client, self.is_here = engine, client, is_here
        self._asked: set[str] = set()
        self._fails = 0
        self.problems: dict[str, str] = {}  # why not, or not quite, by address: for the monitor

    @abstractmethod
    def _send_reply(self, datagram: bytes) -> None:
        """Send the client an answer."""

    def reply(self, address: str, *arguments: Argument) -> None:
        """Answer the client. The /fail behind the `MAX_FAILS`-th are counted instead."""
        if address == "/fail":
            self.problems[str(arguments[0])] = str(arguments[1])
            self._fails += 1
            if self._fails > MAX_FAILS:
                return
        self._send_reply(encode(address, *arguments))

    def sum_up(self) -> None:
        """Say how many /fail of a datagram were left out."""
        if self._fails > MAX_FAILS:
            more, self._fails = self._fails - MAX_FAILS, 0
            self.reply("/fail", "/", f"{more} more messages of this datagram have failed")

    def first(self, address: str) -> bool:
        """Whether a question comes for the first time in its datagram: it is answered once."""
        asked = address in self._asked
        self._asked.add(address)
        return not asked


class ClientSession(AnsweringSession):
    """The server as one client sees it."""

    def __init__(self, server: Server, client: Address) -> None:
        stream = client if isinstance(client, StreamAddress) else None
        here = is_this_machine(client if stream is None else stream.peer)
        super().__init__(server.engine, client, is_here=here)
        self._server = server
        self._connected = stream is not None

    def _send_reply(self, datagram: bytes) -> None:
        self._answer(datagram, self._server.reply_target(self.client))

    def _answer(self, datagram: bytes, target: Address) -> None:
        server, host = self._server, self.client[0]
        if self.is_here or server.budget.allows(host, len(datagram), confirmed=self.is_confirmed()):
            server.send(datagram, target)
        else:
            server.withhold()

    def is_confirmed(self) -> bool:
        """Whether it is known to be where it says it is: it is connected, or has confirmed."""
        return self._connected or self._server.notifier.has_host(self.client[0])

    def subscribe(self, port: int | None, choice: Choice) -> None:
        """Send it what it chose, at the port it named.

        A client on another machine is sent a token first, and is a subscriber when it has sent it
        back: anybody could have put its address on the datagram. A connection needs none of that.

        Raises:
            ControlError: it is connected and names a port; or there are too many subscribers.
        """
        server = self._server
        if self._connected:
            if port is not None:
                raise ControlError("over TCP all comes back on the connection; name no port")
            server.notifier.subscribe(self.client, self.client, choice, afar=not self.is_here)
            return
        target = self.client if port is None else server.on_port(self.client, port)
        if self.is_here:
            server.notifier.subscribe(self.client, server.name_port(self.client, port), choice)
        elif not server.notifier.renew(self.client, target, choice):
            token = server.handshake.token(self.client[0], target[1])
            self._answer(encode(CONFIRM, token, target[1], *choice.words()), target)

    def confirm(self, token: str, port: int, choice: Choice) -> None:
        """Take what a client has sent back.

        Raises:
            ControlError: it was not sent that, or not lately; or there are too many subscribers; or
                it is connected.
        """
        if self._connected:
            raise ControlError("over TCP, send /notify 1")
        server = self._server
        if not server.handshake.is_good(token, self.client[0], port):
            raise ControlError("a wrong or expired token; send /notify 1 again")
        named = None if port == self.client[1] else port
        target = server.name_port(self.client, named)
        server.notifier.subscribe(self.client, target, choice, afar=not self.is_here)

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

    def watch(self, on: bool) -> None:
        """Send it what other clients send from now on, or no more."""
        watchers = self._server.monitor.watchers
        if on:
            watchers.add(self.client, self._show)
        else:
            watchers.remove(self.client)

    def _show(self, each: Seen | Counted) -> None:
        if each.client == self.client:
            return
        where = client_text(each.client)
        if isinstance(each, Seen):
            shown = each if self.is_here else each.guarded
            self.reply("/osc/message", where, shown.address, shown.arguments, shown.problem)
        else:
            self.reply("/osc/activity", where, each.messages)

    def quit(self) -> None:
        """Ask the process to end.

        Raises:
            ControlError: it does not belong to this server.
        """
        if self._server.on_quit is None:
            raise ControlError("this engine is part of another program and ends with it")
        self._server.on_quit()
