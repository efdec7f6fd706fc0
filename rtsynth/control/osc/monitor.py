"""The last OSC messages that reached the engine, for whoever wants to see them.

Without a watcher a message costs one look at a flag. With one, only the last message of a client
to an address is kept, and nothing is made a text of before it is shown.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from rtsynth.common.plain_text import plain
from rtsynth.common.watchers import Watchers
from rtsynth.control.osc.endpoint import Address, format_endpoint
from rtsynth.control.osc.guests import CONFIRM
from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth.control.osc.streams import StreamAddress

TICK_S = 0.1
MOST_SHOWN = 32  # messages in a tick
MOST_CLIENTS = 32
MOST_ARGUMENTS = 16
LONGEST_ARGUMENT = 40
LONGEST = 160
HIDDEN = "…"  # a text that is not shown
REFUSED = "not obeyed"
# What clients say to be kept company, and ask all the time: it is neither shown nor counted.
KEEPING = frozenset(("/ping", "/notify", CONFIRM, "/status"))


class Seen(NamedTuple):
    """A message from a client: address, arguments as one text, and why it was not obeyed, or "".

    `outline`: the arguments without their texts, which may name files.
    """

    client: Address
    address: str
    arguments: str
    problem: str = ""
    outline: str = ""

    @property
    def guarded(self) -> "Seen":
        """What another machine may see of it: no file of this one."""
        return self._replace(arguments=self.outline, problem=REFUSED if self.problem else "")


class Counted(NamedTuple):
    """How many messages came from a client since the last tick."""

    client: Address
    messages: int


Show = Callable[[Seen | Counted], None]


class OscMonitor:
    """Collects in the thread that obeys; watchers are called in one of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fresh: OrderedDict[tuple[Address, str], tuple[OscMessage, str]] = OrderedDict()
        self._counts: dict[Address, int] = {}
        self.watchers = Watchers("osc-monitor", self._collect, TICK_S)

    def put(self, client: Address, message: OscMessage) -> None:
        """A message was taken; call it only while `watchers.any`."""
        if message.address in KEEPING:
            return
        with self._lock:
            if client in self._counts or len(self._counts) < MOST_CLIENTS:
                self._counts[client] = self._counts.get(client, 0) + 1
        self.fail(client, message, "")

    def fail(self, client: Address, message: OscMessage, problem: str) -> None:
        """A message that was taken could not be obeyed, or not quite."""
        if message.address in KEEPING:
            return
        key = client, message.address
        with self._lock:
            self._fresh[key] = message, problem
            self._fresh.move_to_end(key)
            if len(self._fresh) > MOST_SHOWN:
                self._fresh.popitem(last=False)

    def _collect(self) -> Iterable[Seen | Counted]:
        with self._lock:
            fresh, self._fresh = self._fresh, OrderedDict()
            counts, self._counts = self._counts, {}
        for (client, address), (message, problem) in fresh.items():
            values = message.arguments
            outline = arguments_text(tuple(HIDDEN if isinstance(v, str) else v for v in values))
            problem = plain(problem, LONGEST)
            shown = plain(address, LONGEST)
            yield Seen(client, shown, arguments_text(values), problem, outline)
        for client, count in counts.items():
            yield Counted(client, count)


def client_text(client: Address) -> str:
    """Where a client is: 127.0.0.1:57120; with TCP, where it is connected."""
    if isinstance(client, StreamAddress):
        return f"{format_endpoint(*client.peer[:2])} TCP"
    return format_endpoint(*client[:2])


def arguments_text(arguments: tuple[Argument, ...]) -> str:
    """Arguments as one reads them: 69.5 "a text" <12 bytes>; cut where they are long."""
    more = " …" if len(arguments) > MOST_ARGUMENTS else ""
    return plain(" ".join(map(_shown, arguments[:MOST_ARGUMENTS])), LONGEST) + more


def _shown(argument: Argument) -> str:
    match argument:
        case None:
            return "nil"
        case bool():
            return "true" if argument else "false"
        case str():
            cut = argument[:LONGEST_ARGUMENT]
            return f'"{cut}…"' if len(cut) < len(argument) else f'"{cut}"'
        case bytes():
            return f"<{len(argument)} bytes>"
        case float():
            return f"{argument:.7g}"
        case _:
            return str(argument)[:LONGEST_ARGUMENT]
