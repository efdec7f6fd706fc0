"""A training that ends in a given time: its step is timed, and its schedule gets as many steps.

A schedule with a time begins open: learning rate and noise stay near their start. Once some steps
are timed, and one evaluation, export, preview and rendering of own sounds each, it gets its number
of steps; that is judged at the shares FIRST of the time, the first time after FIRST_S at the
latest, and then it is fixed. What comes at the shares LATER changes it only where the end would be
off by more than OFF of the time: the machine has got other work, or rid of it.

RUN/schedule.json has every number of steps, and from which step on it holds: a run that is resumed
or was killed does each step with the number that it had. Once fixed, a resumed run keeps it, unless
it is given another time. A run that had no time before holds its schedule as configured until the
first judgement; one whose time is over before it is resumed trains no further.
"""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth_train.core.stretch import CHECKPOINT, EVALUATE, OWN, PREVIEW, Stretch

NAME = "schedule.json"
FORMAT = 1
FIRST = (0.02, 0.05, 0.1)  # of the time that is left at the start
FIRST_S = 30.0  # the first of them is due by then: before it no checkpoint is written
LATER = (0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)
OFF = 0.04
WARM_UP_STEPS, FEWEST_STEPS = 3, 4  # not timed, and timed at least
OPEN = 1000  # times as many steps as configured, until it is known how many there are
# Largest share of the time for what is no step. Own sounds teach, too.
SHARES = {EVALUATE: 0.08, CHECKPOINT: 0.05, PREVIEW: 0.08, OWN: 0.3}
STEP = "step"
TURNS = 4  # what is done how often depends on the steps, and they on how often


@dataclass
class Costs:
    """What has taken how long, in seconds: the steps in all, of the others the last one."""

    clock: Callable[[], float]
    last_s: dict[str, float] = field(default_factory=dict)
    count: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    steps_s: float = 0.0
    steps: int = 0

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Time what is done within."""
        begun_s = self.clock()
        yield
        took_s = self.clock() - begun_s
        self.last_s[what] = took_s
        self.count[what] += 1
        if what == STEP and self.count[STEP] > WARM_UP_STEPS:
            self.steps_s += took_s
            self.steps += 1

    def within_step(self, what: str, took_s: float) -> None:
        """So many seconds of the last step, perhaps 0, were no step but `what`. The first one does
        more than those after it: it says what one takes only where nothing else does.
        """
        if not took_s > 0:
            return
        self.last_s[STEP] -= took_s
        if self.count[STEP] > WARM_UP_STEPS:
            self.steps_s -= took_s
        self.count[what] += 1
        if self.count[what] > 1 or what not in self.last_s:
            self.last_s[what] = took_s

    def get(self, what: str) -> float:
        """Seconds of the last one; 0 before there was one."""
        return self.last_s.get(what, 0.0)


@dataclass(frozen=True)
class Every:
    """What the configuration says, in steps of its own schedule: how often what is done."""

    steps: int
    distance: dict[str, int]
    own_after: int = 0


@dataclass(frozen=True)
class Entry:
    """From this step on the schedule has so many steps, and the smallest distances `least`."""

    from_step: int
    steps: int
    least: dict[str, int]


class Timing:
    """The schedule of a run that takes `time_s`, `seconds` of them spent before."""

    def __init__(self, run: Path, time_s: float, every: Every, seconds: float, new: bool) -> None:
        """`new`: what a run left here that was killed before its first checkpoint is void."""
        self.time_s, self.every = time_s, every
        self._path, self._begin_s = run / NAME, seconds
        self.entries: list[Entry] = []
        self.fixed = False
        if new:
            self._path.unlink(missing_ok=True)
        else:
            self._read()
            if not self.entries:
                self.entries.append(Entry(0, every.steps, {}))
        self._first, self._later = list(FIRST), list(LATER)
        if self.fixed:
            self._first, self._later = [], []
        self._over = not self.fixed and seconds >= time_s
        self._undecided = not self.fixed and not self._over
        self._mark = (0.0, 0)  # seconds and number of timed steps at the last mark

    def stretch(self, step: int) -> Stretch:
        """The schedule as step number `step`, from 0 on, is done."""
        holding = [entry for entry in self.entries if entry.from_step <= step]
        if not holding:
            return Stretch(self.every.steps, self.every.steps * OPEN, open=True)
        return Stretch(self.every.steps, holding[-1].steps, holding[-1].least)

    def ends(self, finished: bool) -> bool:
        """Whether nothing is to be trained any more, where a job has, or has not, `finished` its
        steps: how many there are may not be known yet, or the time was over before.
        """
        return self._over or (finished and not self._undecided)

    @property
    def corrected(self) -> bool:
        """Whether it may still be changed in this session."""
        return bool(self._first or self._later)

    def due(self, seconds: float, costs: Costs) -> bool:
        """Whether the number of steps is to be judged now."""
        marks = self._first or self._later
        if not marks or costs.steps < FEWEST_STEPS:
            return False
        return seconds >= self._due_s(marks[0])

    def _due_s(self, share: float) -> float:
        after_s = share * (self.time_s - self._begin_s)
        return self._begin_s + (min(after_s, FIRST_S) if share == FIRST[0] else after_s)

    def wants_trial(self, costs: Costs) -> bool:
        """Whether what is no step is to be done once now, to know what it takes: at the first look,
        and once more, without what it takes only once, if that is little of the time.
        """
        if not self._first:
            return False
        taken_s = sum(costs.get(what) for what in (EVALUATE, CHECKPOINT, PREVIEW))
        return len(self._first) == len(FIRST) or (
            len(self._first) == 1 and costs.count[PREVIEW] < 2 and taken_s < 0.03 * self.time_s
        )

    def judge(self, step: int, seconds: float, costs: Costs) -> bool:
        """Choose the number of steps after `step` of them; whether it is another than before."""
        first, self._undecided = bool(self._first), False
        marks = self._first or self._later
        while marks and seconds >= self._due_s(marks[0]):
            marks.pop(0)
        step_s = self._step_s(costs, since_mark=not first)
        entry = self._entry(step, seconds, step_s, costs)
        if not first:
            self._mark = (costs.steps_s, costs.steps)
        elif not self._first:
            self.fixed, self._mark = True, (costs.steps_s, costs.steps)
        if not first:
            holding = self.stretch(step)
            off_s = abs(entry.steps - holding.steps) * step_s
            if off_s <= OFF * (self.time_s - self._begin_s):
                return False
        self.entries.append(entry)
        self._write()
        return True

    def left_s(self, step: int, seconds: float, costs: Costs) -> float:
        """Seconds to the end of the schedule."""
        if self.corrected or not costs.steps:
            return max(0.0, self.time_s - seconds)
        step_s, stretch = self._step_s(costs, since_mark=False), self.stretch(step)
        others_s = self._others_s(step, stretch, costs)
        return max(0.0, (stretch.steps - step) * step_s + others_s)

    def takes_s(self, steps: int, costs: Costs) -> float:
        """What a schedule of so many steps takes here, as far as it is known."""
        step_s = self._step_s(costs, since_mark=False)
        stretch = Stretch(self.every.steps, steps, self._least(step_s, costs))
        return steps * step_s + self._others_s(0, stretch, costs)

    def _step_s(self, costs: Costs, since_mark: bool) -> float:
        spent_s, steps = self._mark if since_mark else (0.0, 0)
        if costs.steps <= steps:
            spent_s, steps = 0.0, 0
        return max(1e-9, (costs.steps_s - spent_s) / max(1, costs.steps - steps))

    def _least(self, step_s: float, costs: Costs) -> dict[str, int]:
        return {
            what: max(1, math.ceil(costs.get(what) / (share * step_s)))
            for what, share in SHARES.items()
        }

    def _entry(self, step: int, seconds: float, step_s: float, costs: Costs) -> Entry:
        least = self._least(step_s, costs)
        left_s = self.time_s - seconds
        steps = max(step, step + math.floor(left_s / step_s))
        for _ in range(TURNS):
            others_s = self._others_s(step, Stretch(self.every.steps, max(1, steps), least), costs)
            steps = max(step, step + math.floor((left_s - others_s) / step_s))
        return Entry(step, max(1, steps), least)

    def _others_s(self, step: int, stretch: Stretch, costs: Costs) -> float:
        """Seconds from `step` on for what is no step; at the end everything is done once more."""
        total_s = sum(costs.get(what) for what in (EVALUATE, CHECKPOINT, PREVIEW))
        for what, configured in self.every.distance.items():
            every, begin = stretch.every(what, configured), step
            if what == OWN:
                begin = max(step, stretch.place(self.every.own_after))
            total_s += costs.get(what) * max(0, (stretch.steps - begin) // every)
        return total_s

    def _read(self) -> None:
        try:
            raw: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
            if raw["format"] != FORMAT:
                raise ValueError("of another version")
            self.entries = [
                Entry(int(e["from_step"]), max(1, int(e["steps"])),
                      {str(name): int(least) for name, least in e["least"].items()})
                for e in raw["entries"]
            ]  # fmt: skip
            self.fixed = bool(raw["fixed"]) and float(raw["time_s"]) == self.time_s
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise InputError(
                f"{self._path}: not readable ({error}); remove it, and the number of steps is"
                " judged anew"
            ) from error

    def _write(self) -> None:
        document = {
            "format": FORMAT, "time_s": self.time_s, "fixed": self.fixed,
            "entries": [asdict(entry) for entry in self.entries],
        }  # fmt: skip
        with atomic_write(self._path) as temporary:
            temporary.write_text(json.dumps(document, indent=1), encoding="utf-8")
