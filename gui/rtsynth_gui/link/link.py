"""The UDP conversation with the engine: subscribes, keeps alive, notices silence, coalesces."""

import contextlib
import math
import socket
import time
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Signal

from rtsynth.common.errors import InputError
from rtsynth.common.supervisor_mark import is_supervised
from rtsynth.control.osc.endpoint import format_endpoint, is_this_machine, parse_endpoint
from rtsynth.control.osc.guests import CONFIRM
from rtsynth.control.osc.packet import Argument
from rtsynth_gui.link.inbox import Batch, Inbox
from rtsynth_gui.link.message import message
from rtsynth_gui.link.worker import Worker

DATAGRAM_BYTES = 65_536
RECEIVE_BUFFER_BYTES = 1 << 20
TURN_S = 0.004
SEND_INTERVAL_S = 0.005
BEAT_MS = 500
LOOK_MS = 150  # for an engine that does not answer
SILENT_AFTER_S = 2.0
NOTIFY_EVERY_S = 3.0
CONFIRM_BYTES = 160
WANTED = ("values", "meters", "scope", "followed", "modulated", "events")


def parse_connect(text: str) -> tuple[str, int]:
    """(host, port) of the engine, from the text behind --connect.

    Raises:
        InputError: not HOST:PORT.
    """
    host, port = parse_endpoint(text, flag="--connect")
    if port == 0:
        raise InputError(f"--connect {text}: give the port that the engine listens at, 1..65535")
    return host, port


class Found(NamedTuple):
    """What a name was resolved to, as sockets take it."""

    family: int
    kind: int
    protocol: int
    address: tuple[Any, ...]


def resolve(host: str, port: int) -> Found:
    """Where a host is; may wait for the network.

    Raises:
        InputError: no such host.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[
            0
        ]
    except OSError as error:
        raise _refusal(host, port, error) from error
    return Found(family, kind, protocol, address)


def _refusal(host: str, port: int, error: OSError) -> InputError:
    return InputError(f"--connect {format_endpoint(host, port)}: {error.strerror or error}")


class EngineLink(QObject):
    """An engine at HOST:PORT. Lives on the GUI thread; never blocks it.

    `answering_changed(bool)`: the engine began or ceased to answer. `moved()`: another `endpoint`.
    `expected()`: `restarting` has changed.
    Reading takes at most `TURN_S` per turn of the event loop, so a flood leaves time to draw;
    `take()` hands over the newest of everything. `move()` sends at most one message per address
    and `SEND_INTERVAL_S`, the newest value always last.
    """

    answering_changed = Signal(bool)
    moved = Signal()
    expected = Signal()

    def __init__(self, host: str, port: int, parent: QObject | None = None) -> None:
        """
        Raises:
            InputError: the host name cannot be resolved.
        """
        super().__init__(parent)
        self.endpoint = format_endpoint(host, port)
        self._host, self._port = host, port
        self._elsewhere: list[tuple[str, int]] = []  # where it may be once it is lost, in turn
        self.is_local = False
        self.answering = self.answered = False  # now; ever
        self.restarting = False  # as it was asked to
        self.inbox = Inbox()
        self._resolver = Worker("resolver", self)
        self._socket = self._open(host, port, resolve(host, port))
        self._confirmed = self.is_local  # on another machine we have to show that we receive it
        self._received_s = float("-inf")
        self._notified_s = float("-inf")
        self._more: dict[str, None] = {}  # kinds that are wanted for the time being
        self._pending: dict[str, float] = {}
        self._sent_s: dict[str, float] = {}
        self._notifier = self._notified()
        self._beat_timer = QTimer(self, interval=LOOK_MS)
        self._beat_timer.timeout.connect(self._beat)
        self._flush_timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._flush_timer.timeout.connect(self._flush)

    def _open(self, host: str, port: int, found: Found) -> socket.socket:
        try:
            connection = socket.socket(found.family, found.kind, found.protocol)
            connection.setblocking(False)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            # Connected: only the engine's datagrams come in, and a closed port is noticed at once.
            connection.connect(found.address)
        except OSError as error:
            raise _refusal(host, port, error) from error
        self.is_local = is_this_machine(connection.getpeername())
        return connection

    def _notified(self) -> QSocketNotifier:
        notifier = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._read)
        return notifier

    def expect(self, restarting: bool) -> None:
        """Whether the engine has been asked to end and start again, and is not back yet."""
        if restarting != self.restarting:
            self.restarting = restarting
            self.expected.emit()

    @property
    def returns(self) -> bool:
        """Whether it stopped by itself, and who started this window with it starts it again."""
        return self.answered and not (self.answering or self.restarting) and is_supervised()

    def expect_at(self, host: str, port: str) -> None:
        """The engine is about to end, and to be back at another place, or else at this one.

        `host`: as it is reached on its own machine; from elsewhere only the port is another.
        """
        try:
            host, number = parse_connect(format_endpoint(host, int(port)))
        except (InputError, ValueError):
            return  # not from an engine of ours
        place = (host if self.is_local else self._host, number)
        if place != (self._host, self._port):
            self._elsewhere = [place]

    def _look_elsewhere(self) -> None:
        """Ask at the next place where the engine may be, and not here meanwhile."""
        place = self._elsewhere.pop(0)
        self._resolver.do(partial(resolve, *place), partial(self._go, place))

    def _go(self, place: tuple[str, int], where: Found) -> None:
        """Talk to the engine at another place."""
        if self.answering:
            return  # it is here
        try:
            found = self._open(*place, where)
        except InputError:
            return  # it cannot be there
        self._elsewhere.append((self._host, self._port))
        self._notifier.setEnabled(False)
        self._notifier.deleteLater()
        self._socket.close()
        self._socket, (self._host, self._port) = found, place
        self._notifier = self._notified()
        self.endpoint = format_endpoint(*place)
        self._confirmed = self.is_local
        self.moved.emit()
        self._subscribe()

    def start(self) -> None:
        """Begin to talk."""
        self._beat_timer.start()
        self._beat()

    def close(self) -> None:
        """Unsubscribe and stop."""
        self.send("/notify", 0)
        self._beat_timer.stop()
        self._flush_timer.stop()
        self._notifier.setEnabled(False)
        self._socket.close()

    def take(self) -> Batch:
        """What arrived since the last call."""
        return self.inbox.take()

    def send(self, address: str, *arguments: Argument) -> None:
        """Send one message now. An engine that is not there loses it, like any datagram."""
        self._transmit(message(address, *arguments))

    def ask_status(self) -> None:
        """Ask for the engine's status."""
        self.send("/status")

    def move(self, address: str, value: float) -> None:
        """Send the newest value of a control: now, or as soon as its interval is over."""
        self._pending[address] = value
        self._flush()

    def _flush(self) -> None:
        """Send what is due; come back for the rest."""
        now_s = time.monotonic()
        due_s = {a: self._sent_s.get(a, float("-inf")) + SEND_INTERVAL_S for a in self._pending}
        for address in [a for a, s in due_s.items() if s <= now_s]:
            self._sent_s[address] = now_s
            self.send(address, float(self._pending.pop(address)))
        if self._pending and not self._flush_timer.isActive():
            wait_s = min(due_s[a] for a in self._pending) - now_s
            self._flush_timer.start(max(1, math.ceil(wait_s * 1000)))

    def _transmit(self, datagram: bytes) -> None:
        try:
            self._socket.send(datagram)
        except BlockingIOError:
            pass  # The network's queue is full; the next value follows soon.
        except OSError:
            self._lost()  # Nobody at that port (yet), or the network is down.

    def _read(self) -> None:
        end_s = time.monotonic() + TURN_S
        received = False
        while time.monotonic() < end_s:
            try:
                datagram = self._socket.recv(DATAGRAM_BYTES)
            except BlockingIOError:
                break
            except OSError:
                self._lost()
                return
            address = self.inbox.file(datagram)
            received |= bool(address)
            if address == CONFIRM and len(datagram) <= CONFIRM_BYTES:
                self._confirmed = True
                self._transmit(datagram)
                self.send("/describe")
        if received:
            self._received_s = time.monotonic()
            if not self.answering:
                self.answering = self.answered = True
                self._beat_timer.setInterval(BEAT_MS)
                self._elsewhere.clear()  # it is here
                self._subscribe()
                self.answering_changed.emit(True)

    def want(self, kind: str, wanted: bool) -> None:
        """Be sent a kind of message that costs the engine something, or no more."""
        if wanted == (kind in self._more):
            return
        if wanted:
            self._more[kind] = None
        else:
            del self._more[kind]
        if self.answering:
            self.send("/notify", 1, *WANTED, *self._more)

    def _subscribe(self) -> None:
        """Ask for everything; the description also makes up for lost datagrams."""
        self._notified_s = time.monotonic()
        self.send("/notify", 1, *WANTED, *self._more)
        if self._confirmed:
            self.send("/describe")
        if not self.answering:
            self.ask_status()

    def _beat(self) -> None:
        now_s = time.monotonic()
        if self.answering and now_s - self._received_s > SILENT_AFTER_S:
            self._lost()
        if not self.answering and self._elsewhere:
            self._look_elsewhere()
        elif not self.answering or now_s - self._notified_s >= NOTIFY_EVERY_S:
            self._subscribe()
        else:
            self.send("/ping")

    def _lost(self) -> None:
        if self.answering:
            self.answering = False
            self._beat_timer.setInterval(LOOK_MS)
            self._confirmed = self.is_local
            self._pending.clear()
            self.answering_changed.emit(False)
        with contextlib.suppress(OSError):
            # Take the pending error off the socket, or the notifier would spin on it.
            self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
