"""Acts that no value describes, undone by the engine's snapshots: one before, one after.

The engine does what follows each other in order: keep, act, keep. The act is a step of the history
from the start, and can be undone when the second snapshot is there, if the act was done. What the
engine is at for a while, beside everything else, has its second snapshot once it says that it is
done.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth.control.osc.space.snapshots import EMPTY, KEEP, LOST, RECALL
from rtsynth_gui.edit.history import History, Setting, Snapshot, Step
from rtsynth_gui.edit.moments import Moment, Since, sent

MOST = 64  # under way
HELD_S = 0.5  # that a hand waits for the first snapshot; what it does goes on without, then
NUDGED_S = 0.6  # notches that come sooner are one gesture
SETTLED_S = 0.1  # after the hand has let go, the controls are where it left them
GIVEN_UP_S = 30.0  # that an answer is waited for
Part = int | str  # a slot by its number, a section or file by its name
Send = Callable[..., None]
Places = Mapping[str, float]  # in the window, by what stands for them among the steps
NOWHERE: Places = {}


class Act(NamedTuple):
    """What to do, and which parts of the engine it concerns; () are all of them, and None is an
    empty slot that the engine chooses: it is the last argument of its answer. `joins`: the act
    right before it, of which it is the rest: the two are one step. `lasts`: the engine does other
    things meanwhile."""

    title: str
    parts: tuple[Part, ...] | None
    address: str
    arguments: tuple[Argument, ...] = ()
    joins: "Act | None" = None
    lasts: bool = False

    @property
    def is_kept_when_done(self) -> bool:
        """Whether what is after it is asked for only when its answer is there."""
        return self.lasts or self.parts is None


@dataclass(eq=False)
class _Pending:
    act: Act
    step: Step
    settings: dict[str, Setting]  # after it: those of the step
    before: str
    after: str
    since_s: float
    done: bool = False


@dataclass
class _Gesture:
    """A hand does something: `held` is the latest of it, until the first snapshot is there."""

    pending: _Pending
    kept: bool = False
    ended: bool = False
    held: tuple[str, tuple[Argument | Since, ...]] | None = None


class Acts:
    """Sends acts, and adds the steps that undo them.

    Args:
        send: one message to the engine.
        history: where the steps go.
        recalled: called with whether a snapshot was gone back to.
    """

    def __init__(
        self, send: Send, history: History, recalled: Callable[[bool], None] = lambda done: None
    ) -> None:
        self._send, self._history, self._recalled = send, history, recalled
        self._own = secrets.token_hex(4)  # other windows take snapshots, too
        self._count = 0
        self._there = True
        self._pid = 0.0
        self._pending: deque[_Pending] = deque()
        self._acted: deque[tuple[Act, Step]] = deque(maxlen=MOST)  # what others may join
        self._gesture: _Gesture | None = None
        self._recalling: tuple[Snapshot, float] | None = None

    def do(self, act: Act) -> None:
        """Have the engine do something that it answers by /done."""
        if not self._there:
            self._send(act.address, *act.arguments)
            return
        pending = self._begun(act)
        if act.parts is not None:
            self._keep(pending.before, act.parts)
        self._send(act.address, *act.arguments)
        if act.parts is not None and not act.is_kept_when_done:
            self._keep(pending.after, act.parts)
        self._await(pending)

    def begin(self, act: Act, places: Places = NOWHERE) -> None:
        """A hand begins to do something, by `move`, until `end`; undone, `places` are as now."""
        self._end_gesture()
        if self._there:
            self._gesture = _Gesture(self._begun(act, places))
            self._keep(self._gesture.pending.before, act.parts or ())

    def move(self, address: str, *arguments: Argument | Since) -> None:
        """Part of what it does: sent once the engine has kept what was before."""
        gesture = self._gesture_at(address)
        if gesture is not None and not gesture.kept:
            gesture.held = address, arguments
        else:
            self._send(address, *sent(arguments, time.monotonic()))

    def end(self, address: str, places: Places = NOWHERE) -> None:
        """It has let go of what it did at an address; done again, `places` are as now."""
        gesture = self._gesture_at(address)
        if gesture is not None:
            gesture.pending.settings.update(places)
            gesture.ended = True
            if gesture.kept:
                self._end_gesture()

    def _gesture_at(self, address: str) -> _Gesture | None:
        gesture = self._gesture
        return gesture if gesture and gesture.pending.act.address == address else None

    def recall(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot."""
        self._recalling = snapshot, time.monotonic()
        self._send(RECALL, snapshot.name, snapshot.standing)

    @property
    def recalling(self) -> bool:
        """Whether a snapshot is being gone back to."""
        return self._recalling is not None

    def _begun(self, act: Act, places: Places = NOWHERE) -> _Pending:
        before, after = EMPTY if act.parts is None else self._name(), self._name()
        key = " ".join(map(str, act.parts or ()))
        settings: dict[str, Setting] = {key: Snapshot(after, before)}
        step = Step(act.title, {key: Snapshot(before, after), **places}, settings)
        self._history.begin(step)
        self._acted.append((act, step))
        return _Pending(act, step, settings, before, after, time.monotonic())

    def _name(self) -> str:
        self._count += 1
        return f"{self._own} {self._count}"

    def _keep(self, name: str, parts: Iterable[Part]) -> None:
        self._send(KEEP, name, *parts)

    def _await(self, pending: _Pending) -> None:
        self._pending.append(pending)
        while len(self._pending) > MOST:
            self._drop(self._pending.popleft())

    def _drop(self, pending: _Pending) -> None:
        self._history.drop(lambda step: step is pending.step)

    def _release(self, gesture: _Gesture) -> None:
        """What the hand did meanwhile goes out, and what follows."""
        gesture.kept = True
        if gesture.held:
            address, arguments = gesture.held
            self._send(address, *sent(arguments, time.monotonic()))
        if gesture.ended:
            self._end_gesture()

    def _go_on_without(self) -> None:
        """A hand that waits for its first snapshot waits no more: it is no step."""
        gesture = self._gesture
        if gesture is not None and not gesture.kept:
            self._gesture = None
            self._drop(gesture.pending)
            self._release(gesture)

    def _end_gesture(self) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            pending = gesture.pending
            if gesture.kept:
                pending.done, pending.since_s = True, time.monotonic()
                self._keep(pending.after, pending.act.parts or ())
                self._await(pending)
            else:
                self._drop(pending)

    def take(
        self,
        answers: Iterable[OscMessage],
        unknown: Iterable[str] = (),
        refused: Iterable[str] = (),
    ) -> None:
        """Once a frame: what the engine has done, which addresses it does not have, and which
        commands it did not obey."""
        if KEEP in unknown:  # it is of another version
            self._there = False
            self.forget()
        for message in answers:
            match message.address, message.arguments:
                case "/done", (str(done), str(name), *_) if done == KEEP:
                    self._kept(name)
                case "/done", (str(done), str(name), *_) if done == RECALL:
                    self._answered(name, done=True)
                case "/done", (str(done), *rest):
                    self._done(done, rest)
                case address, (str(name), *_) if address == LOST:
                    self._answered(name, done=False)
        for address in refused:
            if address == KEEP:  # what was before is not kept: what is under way cannot be undone
                self._go_on_without()
                while self._pending:
                    self._drop(self._pending.popleft())
            pending = self._waiting(address)
            if pending is not None and pending.act.is_kept_when_done:  # no snapshot comes behind it
                self._pending.remove(pending)
                self._drop(pending)
        self._give_up(time.monotonic())

    def _waiting(self, address: str) -> _Pending | None:
        return next((p for p in self._pending if p.act.address == address and not p.done), None)

    def _done(self, address: str, arguments: list[Argument]) -> None:
        pending = self._waiting(address)
        if pending is not None:
            pending.done = True
            if pending.act.parts is not None and pending.act.lasts:
                self._keep(pending.after, pending.act.parts)
            elif pending.act.parts is None and arguments and isinstance(arguments[-1], int):
                self._keep(pending.after, [arguments[-1]])

    def _kept(self, name: str) -> None:
        """A snapshot is there; those before it that are not were lost on the way."""
        gesture = self._gesture
        if gesture is not None and gesture.pending.before == name:
            self._release(gesture)
        pending = next((each for each in self._pending if each.after == name), None)
        if pending is None:
            return
        for before in list(self._pending)[: self._pending.index(pending)]:
            if not before.act.is_kept_when_done:  # else it may not have been asked for yet
                self._pending.remove(before)
                self._drop(before)
        self._pending.remove(pending)
        if pending.done:
            self._history.settle(pending.step)
            self._join(pending)
        else:
            self._drop(pending)

    def _join(self, pending: _Pending) -> None:
        """Make one step of an act and the one that it joins: from before that to after this."""
        first = next((step for act, step in self._acted if act is pending.act.joins), None)
        if first is not None:
            ((key, start),) = first.before.items()
            if isinstance(start, Snapshot):
                ends = Snapshot(start.name, pending.after), Snapshot(pending.after, start.name)
                one = Step(first.title, {key: ends[0]}, {key: ends[1]})
                self._history.join(first, pending.step, one)

    def _answered(self, name: str, *, done: bool) -> None:
        if self._recalling is not None and self._recalling[0].name == name:
            snapshot, self._recalling = self._recalling[0], None
            if not done:
                self._history.drop(lambda step: snapshot in step.before.values())
                self._history.drop(lambda step: snapshot in step.after.values())
            self._recalled(done)

    def _give_up(self, now_s: float) -> None:
        """No hand waits for an engine that is busy, and nothing for an answer that was lost."""
        gesture = self._gesture
        if gesture and now_s - gesture.pending.since_s > HELD_S:
            self._go_on_without()
        while self._pending and now_s - self._pending[0].since_s > GIVEN_UP_S:
            self._drop(self._pending.popleft())
        if self._recalling is not None and now_s - self._recalling[1] > GIVEN_UP_S:
            self._answered(self._recalling[0].name, done=False)

    def forget(self) -> None:
        """The engine is gone."""
        if self._gesture is not None:
            self._drop(self._gesture.pending)
            self._gesture = None
        while self._pending:
            self._drop(self._pending.popleft())
        if self._recalling is not None:
            self._answered(self._recalling[0].name, done=False)

    def answering(self) -> None:
        """An engine answers, maybe another one."""
        self._there = True

    def know(self, pid: float | None) -> None:
        """The process that answers: with another one, all snapshots and moments are gone."""
        if pid is not None and pid != self._pid:
            if self._pid:
                self._history.drop(_is_of_engine)
            self._pid = pid


def _is_of_engine(step: Step) -> bool:
    return any(isinstance(value, Snapshot | Moment) for value in step.before.values())
