"""The number of steps that ends with the time, on a clock of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.stretch import CHECKPOINT, EVALUATE, OWN, PREVIEW, Stretch
from rtsynth_train.core.timing import FIRST_S, LATER, NAME, STEP, Costs, Every, Timing

EVERY = Every(1000, {EVALUATE: 50, CHECKPOINT: 50, PREVIEW: 100, OWN: 10}, own_after=600)
TAKES_S = {EVALUATE: 0.5, CHECKPOINT: 0.1, PREVIEW: 1.0, OWN: 1.0}


@dataclass
class Machine:
    """Does what a session does, on a clock that it sets; `step_s` is what a step takes when."""

    run: Path
    time_s: float
    step_s: float = 0.1
    slower_after_s: float = float("inf")
    now_s: float = 0.0
    step: int = 0
    stretches: list[int] = field(default_factory=list)

    def spend(self, costs: Costs, what: str, seconds: float) -> None:
        with costs.of(what):
            self.now_s += seconds

    def steps(self, timing: Timing, costs: Costs) -> Iterator[int]:
        while not timing.ends(self.step >= timing.stretch(self.step).steps):
            stretch = timing.stretch(self.step)
            self.stretches.append(stretch.steps)
            slow = 2.0 if self.now_s > self.slower_after_s else 1.0
            own_every = stretch.every(OWN, 10)
            own = self.step >= stretch.place(600) and self.step % own_every == 0
            own_s = TAKES_S[OWN] if own else 0.0
            self.spend(costs, STEP, self.step_s * slow + own_s)  # as a trainer does them
            costs.within_step(OWN, own_s)
            self.step += 1
            for what in (EVALUATE, CHECKPOINT, PREVIEW):
                if self.step % stretch.every(what, EVERY.distance[what]) == 0:
                    self.spend(costs, what, TAKES_S[what])
            if timing.due(self.now_s, costs):
                if timing.wants_trial(costs):
                    for what in (EVALUATE, PREVIEW, CHECKPOINT):
                        self.spend(costs, what, TAKES_S[what])
                    costs.last_s[OWN] = TAKES_S[OWN]
                timing.judge(self.step, self.now_s, costs)
            yield self.step

    def train(self, new: bool = True, until: int = 1 << 40) -> tuple[Timing, Costs]:
        timing = Timing(self.run, self.time_s, EVERY, self.now_s, new)
        costs = Costs(lambda: self.now_s)
        for step in self.steps(timing, costs):
            if step >= until:
                return timing, costs
        for what in (EVALUATE, CHECKPOINT, PREVIEW):
            self.spend(costs, what, TAKES_S[what])
        return timing, costs


@pytest.mark.parametrize(
    ("time_s", "step_s"), [(60, 0.1), (600, 0.1), (600, 2.0), (3600, 0.03), (28800, 0.5)]
)
def test_a_schedule_ends_with_its_time(tmp_path: Path, time_s: float, step_s: float) -> None:
    machine = Machine(tmp_path, time_s, step_s)
    timing, _ = machine.train()
    assert timing.fixed
    assert machine.now_s == pytest.approx(time_s, rel=0.06)
    assert len(timing.entries) <= 3  # nothing to correct on a machine that is as it was


def test_a_machine_that_gets_other_work_still_ends_in_time(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 600, slower_after_s=200)
    timing, _ = machine.train()
    assert machine.now_s == pytest.approx(600, rel=0.06)
    assert 3 < len(timing.entries) <= 3 + len(LATER)


def test_what_takes_long_is_done_less_often(tmp_path: Path) -> None:
    timing, costs = Machine(tmp_path, 60, step_s=0.01).train()
    stretch = timing.stretch(timing.entries[-1].from_step)
    spent_s = costs.count[EVALUATE] * TAKES_S[EVALUATE]
    assert spent_s < 0.15 * 60
    assert stretch.every(PREVIEW, 100) * 0.01 >= TAKES_S[PREVIEW] / 0.08 * 0.99


def test_a_killed_run_does_the_same_steps_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 100)
    timing, _ = machine.train(until=300)
    seen, decided = list(machine.stretches), timing.stretch(299).steps
    again = Timing(tmp_path, 100, EVERY, 12.0, new=False)  # from a checkpoint of before
    assert [again.stretch(step).steps for step in range(300)] == seen
    assert again.fixed
    assert not again.due(50.0, Costs(lambda: 0.0))
    # And ends with the number that there was, however fast the machine is now.
    machine.step_s, machine.step = 0.3, 250
    resumed, _ = machine.train(new=False)
    assert machine.step == resumed.stretch(machine.step).steps == decided


def test_another_time_is_judged_anew(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 60)
    machine.train()
    before, machine.time_s = machine.step, 120.0
    timing, _ = machine.train(new=False)
    assert machine.step > 1.5 * before
    assert machine.now_s == pytest.approx(120, rel=0.08)
    assert timing.fixed


def test_a_time_that_is_over_is_over(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 60)
    machine.train()
    machine.time_s = 30.0
    before = machine.step
    machine.train(new=False)
    assert machine.step == before


def test_own_sounds_are_no_part_of_the_steps() -> None:
    machine = Machine(Path(), 60)
    costs = Costs(lambda: machine.now_s)
    for own_s in (0.0, 8.0, 0.0, 0.0, 2.0, 0.0, 2.5):  # the first one renders all
        machine.spend(costs, STEP, 0.1 + own_s)
        costs.within_step(OWN, own_s)
    assert (costs.steps, costs.steps_s) == (4, pytest.approx(0.4))
    assert (costs.count[OWN], costs.get(OWN), costs.get(STEP)) == (3, 2.5, pytest.approx(0.1))


def test_a_long_time_is_judged_early_too(tmp_path: Path) -> None:
    """So that there is a checkpoint, and a first guess."""
    machine = Machine(tmp_path, 28_800)
    timing, costs = Timing(tmp_path, 28_800, EVERY, 0.0, new=True), Costs(lambda: machine.now_s)
    for _ in machine.steps(timing, costs):
        if machine.now_s > 0.04 * 28_800:
            break
    (entry,) = timing.entries
    assert costs.count[CHECKPOINT] >= 1
    assert FIRST_S / 0.1 <= entry.from_step <= FIRST_S / 0.1 + 1
    assert not timing.due(0.049 * 28_800, costs)
    assert timing.due(0.051 * 28_800, costs)


def test_a_run_without_a_time_keeps_its_schedule_until_it_is_judged(tmp_path: Path) -> None:
    """A run of 1000 steps that was resumed with a time after 900 of them."""
    machine = Machine(tmp_path, 200, now_s=100.0, step=900)
    timing, _ = machine.train(new=False)
    first, second = timing.entries[:2]
    assert (first.from_step, first.steps) == (0, 1000)
    assert 900 + 7 <= second.from_step < 950
    assert set(machine.stretches[: second.from_step - 900]) == {1000}
    assert machine.now_s == pytest.approx(200, rel=0.06)
    # Also where it is killed and resumed again.
    again = Timing(tmp_path, 200, EVERY, 100.0, new=False)
    assert again.stretch(second.from_step - 1) == Stretch(1000, 1000)


@pytest.mark.parametrize("step", [300, 1000, 1200])
def test_a_time_that_is_over_ends_a_run_without_one(tmp_path: Path, step: int) -> None:
    machine = Machine(tmp_path, 60, now_s=60.0, step=step)
    timing, costs = machine.train(new=False)
    assert (machine.step, costs.count[STEP]) == (step, 0)
    assert timing.stretch(step) == Stretch(1000, 1000)
    assert not (tmp_path / NAME).exists()


def test_a_new_run_knows_nothing_of_an_older_one(tmp_path: Path) -> None:
    Machine(tmp_path, 60).train()
    assert Timing(tmp_path, 60, EVERY, 0.0, new=True).entries == []
    assert not (tmp_path / NAME).exists()


def test_the_rest_of_the_time_is_known(tmp_path: Path) -> None:
    machine = Machine(tmp_path, 600)
    timing, costs = Timing(tmp_path, 600, EVERY, 0.0, new=True), Costs(lambda: machine.now_s)
    told = [(machine.now_s, timing.left_s(step, machine.now_s, costs))
            for step in machine.steps(timing, costs)]  # fmt: skip
    for now_s, left_s in told:
        assert now_s + left_s == pytest.approx(machine.now_s, rel=0.06)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2}', '{"format": 1, "entries": [1]}'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(InputError, match=r"schedule\.json: not readable .* remove it"):
        Timing(tmp_path, 60, EVERY, 0.0, new=False)
