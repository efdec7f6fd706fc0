"""Acts between two snapshots: a step each, if they were done."""

import pytest

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.edit.acts import KEEP, MOST, Act, Acts
from rtsynth_gui.edit.history import Snapshot, Step

LOAD = "/slot/2/load"


class Engine:
    """Answers what it is sent, in order; refuses what is called "missing"."""

    def __init__(self) -> None:
        self.sent: list[tuple[object, ...]] = []
        self.steps: list[Step] = []
        self.acts = Acts(lambda *message: self.sent.append(message), self.steps.append)

    def answer(self, *lost: str) -> None:
        """Answer everything but what is lost on the way."""
        done = [m for m in self.sent if "missing" not in m and not set(m) & set(lost)]
        self.sent.clear()
        self.acts.take([OscMessage("/done", words, None) for words in done], [])


@pytest.fixture
def engine() -> Engine:
    return Engine()


def test_an_act_is_between_two_snapshots(engine: Engine) -> None:
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    (_, before, *parts), act, (_, after, *_) = engine.sent
    assert (parts, act) == ([2], (LOAD, "a"))
    assert [message[0] for message in engine.sent] == [KEEP, LOAD, KEEP]
    assert before != after
    assert engine.steps == []  # it is not done yet
    engine.answer()
    (step,) = engine.steps
    assert step == Step("loading a", {"2": Snapshot(str(before))}, {"2": Snapshot(str(after))})


def test_what_fails_is_no_step(engine: Engine) -> None:
    engine.acts.do(Act("loading missing", (2,), LOAD, ("missing",)))
    engine.acts.do(Act("loading b", (2,), LOAD, ("b",)))
    engine.answer()
    assert [step.title for step in engine.steps] == ["loading b"]


def test_what_is_lost_on_the_way_holds_up_nothing(engine: Engine) -> None:
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    lost = str(engine.sent[2][1])
    engine.acts.do(Act("everything", (), "/set/recall", ("gig",)))
    engine.answer(lost)
    assert [step.title for step in engine.steps] == ["everything"]


def test_what_a_hand_does_over_a_time(engine: Engine) -> None:
    morph = Act("morph", (1,), "/slot/1/preset/morph")
    engine.acts.begin(morph)
    engine.acts.end()
    engine.acts.end()  # nothing was begun
    engine.answer()
    assert [step.title for step in engine.steps] == ["morph"]
    engine.acts.begin(morph)
    engine.acts.forget()
    engine.acts.end()
    engine.answer()
    assert len(engine.steps) == 1


def test_an_engine_without_snapshots_does_what_it_is_told(engine: Engine) -> None:
    engine.acts.take([], [KEEP])
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    assert engine.sent == [(LOAD, "a")]
    engine.answer()
    assert engine.steps == []
    engine.acts.answering()
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    assert len(engine.sent) == 3


def test_what_is_never_answered_is_bounded(engine: Engine) -> None:
    for number in range(MOST + 50):
        engine.acts.do(Act(str(number), (1,), LOAD, ("a",)))
    engine.acts.forget()
    engine.answer()
    assert engine.steps == []
