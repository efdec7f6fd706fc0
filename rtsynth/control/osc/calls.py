"""The records of the table of OSC commands: commands, calls, and the client a call came from."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.packet import Argument
from rtsynth.host.protocol import Engine


class Session(Protocol):
    """What a command may ask of the server it came through, for the client it came from."""

    engine: Engine

    @property
    def client(self) -> Hashable: ...
    @property
    def is_here(self) -> bool: ...
    def reply(self, address: str, *arguments: Argument) -> None: ...
    def first(self, address: str) -> bool: ...
    def subscribe(self, port: int | None, choice: Choice) -> None: ...
    def confirm(self, token: str, port: int, choice: Choice) -> None: ...
    def unsubscribe(self) -> None: ...
    def keep_alive(self) -> None: ...
    def quit(self) -> None: ...
    def osc_status(self) -> dict[str, int]: ...
    def watch(self, on: bool) -> None: ...


class Call(NamedTuple):
    """One message on its way to its handler: checked arguments, and when it should take effect."""

    session: Session
    address: str
    slot: int
    name: str
    arguments: tuple[float | int | str, ...]
    at_ns: int | None


class When(Enum):
    """How a command meets time tags and the worker."""

    EVENT = "the engine applies it at its sample"
    QUICK = "done where it is read; with a time tag, by the worker at that time"
    SLOW = "done by the worker"
    SYNC = "done where it is read, unless the worker is busy: then behind its work"


Kind = Callable[[Argument], float | int | str]


class Command(NamedTuple):
    """A row of the table. Arguments past `required` may be left out.

    `arguments` names those of `kinds`, `about` says what the command does and `answer` what comes
    back: the reference page of the address space is made from these.
    """

    run: Callable[[Call], None]
    kinds: tuple[Kind, ...] = ()
    required: int = 0
    when: When = When.QUICK
    afar: Afar = Afar.ALLOWED
    arguments: tuple[str, ...] = ()
    about: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A command found for an address."""

    command: Command
    slot: int = 0
    name: str = ""
