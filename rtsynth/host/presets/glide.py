"""A morph over a time: changes of the controls of a slot, given to the engine shortly before each.

A step is as long as the shortest ramp that the engine moves these controls with, so that one ramp
follows on the other and no staircase is heard. A control that anything else moves meanwhile is let
go: the hand wins.

Pitch and amplitude belong to notes. With one voice a note is a hand. With several, a change that
the engine has been given for later would move the notes that begin until then: so these two are
moved when their time has come, under the slot's lock, and only while no note is held.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.errors import ControlError
from rtsynth.host.blend import between
from rtsynth.host.changes import Action, Change, PluginChange, ValueChange
from rtsynth.host.slot import Slot
from rtsynth.host.slot_acts import SlotActs

log = logging.getLogger("rtsynth")

SHORTEST_STEP_MS, LONGEST_STEP_MS = 2.0, 10.0
LEAD_NS = 40_000_000  # that a step is given to the engine before its time: Python may be held up
WAIT_S = 0.005
PLAYED = ("pitch", "amplitude")  # roles that belong to notes while they are held


class Glide:
    """Moves the controls of a slot to `targets`, in a thread of its own, until it is there.

    It is a box for changes: whatever subscribes it lets it know of moves by hand.

    Args:
        number: of the slot.
        find: the slot, while the same plugin plays there; else None.
        targets: the value of each control at the end.
        begin_ns, seconds: when it begins (`time.monotonic_ns()`), and how long it takes.
        step_ms: at most; see `step_ms`.
    """

    def __init__(
        self,
        number: int,
        find: Callable[[], Slot | None],
        infos: Mapping[str, ControlInfo],
        targets: Mapping[str, float],
        begin_ns: int,
        seconds: float,
        step_ms: float = LONGEST_STEP_MS,
    ) -> None:
        self._number, self._find = number, find
        self._infos, self._targets = infos, dict(targets)
        self._count = max(1, round(seconds * 1000.0 / step_ms))
        self._step_ns = max(1, round(seconds * 1e9 / self._count))
        self._begin_ns = begin_ns
        self._given = 0  # steps
        self._starts: dict[str, float] = {}  # of the controls that it moves
        self._last: dict[str, float] = {}
        self._of_notes: frozenset[str] = frozenset()  # of those that are moved while none is held
        self._hands: dict[str, float] = {}  # moved by hand, and not dealt with yet
        self._again: tuple[str, float] | None = None  # being moved where the hand put it
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="morph", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> int:
        """Give the engine no more; the time of the last step that it has been given."""
        with self._lock:
            self._stopped = True
        self._wake.set()
        return self._time(self._given) if self._given else 0

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join()

    @property
    def ended(self) -> bool:
        """Whether it moves nothing any more."""
        return self._stopped

    def put(self, change: Change) -> None:
        """Take note of what others do in the slot."""
        if change.slot != self._number or self._stopped:
            return
        if isinstance(change, ValueChange):
            name, value = change.control.name, change.value
            if (name, value) == self._again:
                return
            if name in self._targets and self._is_by_hand(change.at_ns):
                self._hands[name] = value
                self._wake.set()
        elif isinstance(change, PluginChange) or (
            isinstance(change, Action) and change.kind == "silence"
        ):
            self._stopped = True
            self._wake.set()

    def _time(self, step: int) -> int:
        return self._begin_ns + step * self._step_ns

    def _is_by_hand(self, at_ns: int | None) -> bool:
        """Whether a change is neither one of its own steps, by its time, nor from before them."""
        if at_ns is None:
            return True
        step, rest = divmod(at_ns - self._begin_ns, self._step_ns)
        return step >= 0 and (rest != 0 or not 0 < step <= self._count)

    def _run(self) -> None:
        try:
            while self._go_on():
                self._wake.wait(WAIT_S)
                self._wake.clear()
        except ControlError as error:
            log.warning("slot %d: the morph ended before its time: %s", self._number, error)
        self._stopped = True

    def _go_on(self) -> bool:
        """Give what is due by now; whether there is more to do."""
        with self._lock:
            now_ns = time.monotonic_ns()
            slot = self._find()
            if self._stopped or slot is None:
                return False
            slot.settle()  # what others do at a time is known when it has come
            if self._given == 0:
                if now_ns < self._time(1) - LEAD_NS:
                    self._hands.clear()  # it has not begun
                    return True
                self._begin(slot)
            self._let_go(slot, now_ns)
            while self._given < self._count and self._time(self._given + 1) <= now_ns + LEAD_NS:
                self._given += 1
                self._step(slot, self._given)
            self._move_idle(slot, now_ns)
            return self._given < self._count or now_ns < self._time(self._count)

    def _begin(self, slot: Slot) -> None:
        values = slot.values()
        self._starts = {
            name: values[name]
            for name, target in self._targets.items()
            if name in values and values[name] != target
        }
        self._last = dict(self._starts)
        self._of_notes = played(slot) if slot.voices > 1 else frozenset()

    def _value(self, name: str, step: int) -> float:
        share = step / self._count
        return between(self._infos[name], self._starts[name], self._targets[name], share)

    def _step(self, slot: Slot, step: int) -> None:
        for name in self._starts.keys() - self._of_notes:
            value = self._value(name, step)
            if value != self._last[name]:
                slot.set(name, value, at_ns=self._time(step), alone=True)
                self._last[name] = value

    def _move_idle(self, slot: Slot, now_ns: int) -> None:
        """Move what belongs to notes to where it is to be by now, if none is held."""
        step = min((now_ns - self._begin_ns) // self._step_ns, self._count)

        def move(acts: SlotActs, at_ns: int | None, name: str, value: float) -> None:
            if not acts.player.held:
                self._again = name, value
                acts.move(at_ns, name, True, value)
                self._again = None
                self._last[name] = value

        for name in self._starts.keys() & self._of_notes if step > 0 else ():
            value = self._value(name, step)
            if value != self._last[name]:
                slot.times.at(None, move, (name, value))

    def _let_go(self, slot: Slot, now_ns: int) -> None:
        """Leave what was moved by hand where the hand put it.

        Steps that the engine has been given already are overruled at their own time: what comes
        last for one time holds. One that has come meanwhile is overruled now.
        """
        while self._hands:
            name, value = self._hands.popitem()
            self._starts.pop(name, None)
            self._again = name, value
            slot.set(name, value, at_ns=None, alone=True)
            self._again = None
            for step in range(self._given, 0, -1):
                if self._time(step) <= now_ns:
                    break
                slot.set(name, value, at_ns=self._time(step), alone=True)


def played(slot: Slot) -> frozenset[str]:
    """The parameters that belong to notes while they are held."""
    return frozenset(p.name for p in slot.plugin.parameters if p.role in PLAYED)


def step_ms(slot: Slot, names: Mapping[str, float]) -> float:
    """How long the steps of a morph of these controls are."""
    ramps = [slot.spec(name).smoothing_ms for name in names]
    return min(max(min(ramps, default=LONGEST_STEP_MS), SHORTEST_STEP_MS), LONGEST_STEP_MS)
