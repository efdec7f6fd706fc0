"""What a packet asks for is done here, whatever way it came: the table of commands is applied.

Messages that move sound become timed events at once, in the order they came. A bundle's time tag
is passed on as the time at which its messages should take effect: nothing here sleeps until then,
so a bundle for later delays nobody. A late one runs now and is counted.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol

from rtsynth.common.errors import ControlError, RtsynthError
from rtsynth.common.log import RateLimitedLog
from rtsynth.control.osc.arguments import checked
from rtsynth.control.osc.calls import Call, Session, When
from rtsynth.control.osc.clocks import FOREIGN_S, Clocks
from rtsynth.control.osc.endpoint import Address, format_endpoint
from rtsynth.control.osc.guests import check_afar
from rtsynth.control.osc.monitor import OscMonitor
from rtsynth.control.osc.packet import OscError, OscMessage, decode
from rtsynth.control.osc.patterns import is_pattern
from rtsynth.control.osc.surface.address_book import AddressBook
from rtsynth.control.osc.surface.commands import LONGEST_ADDRESS, REPLIES, find_command
from rtsynth.control.osc.time import WallClock
from rtsynth.control.osc.worker import Worker
from rtsynth.host.protocol import Engine
from rtsynth.host.schedule import LONGEST_S

COUNTS = ("messages", "failed", "late", "foreign_time_tags")
MESSAGES_PER_TURN = 100  # of one client, a millisecond or two


class Caller(Session, Protocol):
    """A session, and what decides what it may do."""

    client: Address
    is_here: bool
    problems: dict[str, str]

    def is_confirmed(self) -> bool: ...
    def sum_up(self) -> None: ...


class Dispatcher:
    """Obeys packets. `begin` is for one thread; `stop` drops the commands that wait."""

    def __init__(self, engine: Engine, log: RateLimitedLog) -> None:
        self._log = log
        self.monitor = OscMonitor()
        self._worker = Worker()
        self._clock = WallClock()
        self._clocks = Clocks()
        self._book = AddressBook(engine)
        self.counts = dict.fromkeys(COUNTS, 0)

    def start(self) -> None:
        """Start the worker."""
        self._worker.start()

    def stop(self) -> None:
        """End it."""
        self.monitor.watchers.clear()
        self._worker.stop()

    def begin(self, packet: bytes, session: Caller) -> Iterator[None]:
        """Obey a packet in pieces of `MESSAGES_PER_TURN`."""
        try:
            messages = decode(packet)
        except OscError as error:
            self.fail(session, "/", str(error))
            if self.monitor.watchers.any:
                self.monitor.fail(session.client, OscMessage("/", ()), str(error))
            return
        left = MESSAGES_PER_TURN
        found: Sequence[OscMessage]
        for message in messages:
            self.counts["messages"] += 1
            problem = ""
            if self.monitor.watchers.any:  # before: it may be done, and fail, in another thread
                self.monitor.put(session.client, message)
            if is_pattern(message.address):
                left = 0  # to match one may take as long as many messages
                found, problem = self._matched(message, session)
            else:
                found = (message,)
            for one in found:
                try:
                    self._obey(one, session)
                except Exception as error:
                    self._failed(session, one.address, error)
                problem = session.problems.pop(one.address, problem)
                left -= 1
                if left <= 0:
                    left = MESSAGES_PER_TURN
                    yield
            if problem and self.monitor.watchers.any:
                self.monitor.fail(session.client, message, problem)
            if not found:
                yield
        session.sum_up()

    def _matched(self, message: OscMessage, session: Caller) -> tuple[Sequence[OscMessage], str]:
        """The messages that a pattern stands for; none, and why, if it reaches nothing."""
        try:
            addresses = self._book.matching(message.address)
        except ControlError as error:
            self.fail(session, message.address, str(error))
            return (), str(error)
        return [message._replace(address=address) for address in addresses], ""

    def _obey(self, message: OscMessage, session: Caller) -> None:
        address = message.address
        if address in REPLIES:
            return
        bound = find_command(address)
        command = bound.command
        arguments = checked(command, message.arguments)
        if not session.is_here:
            check_afar(command.afar, arguments, confirmed=session.is_confirmed())
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

    def _time_of(self, message: OscMessage, session: Caller) -> int | None:
        """When a message with a time tag should take effect; None is now.

        Raises:
            ControlError: too far ahead.
        """
        at_ns = self._clock.monotonic_ns(message.timetag or 0)
        now_ns = time.monotonic_ns()
        ahead_s = (at_ns - now_ns) / 1e9
        client, now_s = session.client, now_ns / 1e9
        if abs(ahead_s) > FOREIGN_S:  # no clock is this wrong: another epoch, or no time at all
            self.counts["foreign_time_tags"] += 1
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
            self.counts["late"] += 1
            return None
        if lead_s := self._clocks.steady_lead(client, ahead_s, now_s):
            text = (
                f"takes effect in {lead_s:.0f} s, as its time tag says, like all before it; "
                "if that is not intended, compare the clocks"
            )
            session.reply("/fail", message.address, text)
            self._log.warning(f"osc: {format_endpoint(*client[:2])}: {message.address}: {text}")
        return at_ns

    def _run_later(self, run: Callable[[Call], None], call: Call, session: Caller) -> None:
        try:
            run(call)
        except Exception as error:
            self._failed(session, call.address, error)
        problem = session.problems.pop(call.address, "")
        if problem and self.monitor.watchers.any:  # it was shown before it was done
            self.monitor.fail(session.client, OscMessage(call.address, call.arguments), problem)

    def fail(
        self, session: Session, address: str, message: str, cause: Exception | None = None
    ) -> None:
        """Tell a client, and at times the terminal, that a message was not obeyed."""
        self.counts["failed"] += 1
        session.reply("/fail", address, message)
        self._log.warning(f"osc: {address[:LONGEST_ADDRESS]}: {message}", cause)

    def _failed(self, session: Session, address: str, error: Exception) -> None:
        if isinstance(error, RtsynthError):
            self.fail(session, address, str(error))
        else:  # a bug of ours: report it to the client and keep playing
            self.fail(session, address, f"internal error: {error!r}", error)
