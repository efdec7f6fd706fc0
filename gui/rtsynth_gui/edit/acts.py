"""Acts that no value describes, undone by the engine's snapshots: one before, one after.

The engine does what follows each other in order: keep, act, keep. The act is a step of the history
when the second snapshot is there, and the act was done.
"""

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth_gui.edit.history import Snapshot, Step

KEEP, RECALL = "/snapshot/keep", "/snapshot/recall"
MOST = 64  # under way
Part = int | str  # a slot by its number, a section by its name
Send = Callable[..., None]


class Act(NamedTuple):
    """What to do, and which parts of the engine it concerns; none are all of them."""

    title: str
    parts: tuple[Part, ...]
    address: str
    arguments: tuple[Argument, ...] = ()


@dataclass
class _Pending:
    act: Act
    before: str
    after: str
    done: bool = False


class Acts:
    """Sends acts, and hands over the steps that undo them.

    Args:
        send: one message to the engine.
        add: takes a step.
    """

    def __init__(self, send: Send, add: Callable[[Step], None]) -> None:
        self._send, self._add = send, add
        self._own = secrets.token_hex(4)  # other windows take snapshots, too
        self._count = 0
        self._there = True
        self._pending: deque[_Pending] = deque(maxlen=MOST)
        self._begun: tuple[Act, str] | None = None

    def do(self, act: Act) -> None:
        """Have the engine do something that it does in order and answers by /done."""
        before = self._keep(act.parts)
        self._send(act.address, *act.arguments)
        after = self._keep(act.parts)
        self._pending.append(_Pending(act, before, after))

    def begin(self, act: Act) -> None:
        """A hand begins to do something; its messages are sent elsewhere, until `end`."""
        self._begun = act, self._keep(act.parts)

    def end(self) -> None:
        """It has let go."""
        if self._begun is not None:
            (act, before), self._begun = self._begun, None
            self._pending.append(_Pending(act, before, self._keep(act.parts), done=True))

    def _keep(self, parts: tuple[Part, ...]) -> str:
        self._count += 1
        name = f"{self._own} {self._count}"
        if self._there:
            self._send(KEEP, name, *parts)
        return name

    def take(self, answers: Iterable[OscMessage], unknown: Iterable[str]) -> None:
        """Once a frame: what the engine has done, and which addresses it does not have."""
        if KEEP in unknown:  # it is of another version
            self._there = False
            self.forget()
        for message in answers:
            match message.address, message.arguments:
                case "/done", (str(done), str(name), *_) if done == KEEP:
                    self._kept(name)
                case "/done", (str(done), *_):
                    self._done(done)

    def _done(self, address: str) -> None:
        pending = next((p for p in self._pending if p.act.address == address and not p.done), None)
        if pending is not None:
            pending.done = True

    def _kept(self, name: str) -> None:
        """A snapshot is there; those before it that are not were lost on the way."""
        if all(pending.after != name for pending in self._pending):
            return
        while (pending := self._pending.popleft()).after != name:
            pass
        if pending.done:
            key = " ".join(str(part) for part in pending.act.parts)
            before, after = Snapshot(pending.before), Snapshot(pending.after)
            self._add(Step(pending.act.title, {key: before}, {key: after}))

    def forget(self) -> None:
        """The engine is gone."""
        self._pending.clear()
        self._begun = None

    def answering(self) -> None:
        """An engine answers, maybe another one."""
        self._there = True
