"""Acts between two snapshots: a step each, if they were done."""

import pytest

from rtsynth.control.osc.space.snapshots import KEEP, LOST, RECALL
from rtsynth_gui.edit import acts as acts_module
from rtsynth_gui.edit.acts import GIVEN_UP_S, HELD_S, MOST, Act
from rtsynth_gui.edit.history import Step
from tests.gui.edit.acting_engine import Engine

LOAD, MORPH = "/slot/2/load", "/slot/1/preset/morph"


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def now_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now_s = [100.0]
    monkeypatch.setattr(acts_module.time, "monotonic", lambda: now_s[0])
    return now_s


def test_an_act_is_between_two_snapshots(engine: Engine) -> None:
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    (_, before, *parts), act, (_, after, *_) = engine.sent
    assert (parts, act) == ([2], (LOAD, "a"))
    assert [message[0] for message in engine.sent] == [KEEP, LOAD, KEEP]
    assert before != after
    assert (engine.titles, engine.history.waiting) == (["loading a"], "loading a")
    assert engine.history.undo() == ""  # it is not done yet
    engine.answer()
    assert engine.history.waiting == ""
    assert engine.history.undo() == "loading a"
    assert engine.sent == [(RECALL, before, after)]
    engine.sent.clear()
    engine.tell(("/done", RECALL, before, after))
    assert engine.recalled == [True]
    assert engine.history.redo() == "loading a"
    assert engine.sent == [(RECALL, after, before)]


def test_the_engine_chooses_a_slot(engine: Engine) -> None:
    """An empty slot is what was before, whichever it is."""
    adding = Act("adding a", None, "/slots/load", ("a",))
    engine.acts.do(adding)
    engine.acts.do(Act("preset", (1,), "/slot/1/preset/recall", ("b",)))
    add, *others = engine.sent
    engine.sent.clear()
    assert add == ("/slots/load", "a")
    engine.tell(("/done", *add, 3), *(("/done", *message) for message in others))
    ((_, after, slot),) = engine.sent
    assert slot == 3
    assert engine.titles == ["preset", "adding a"]
    engine.answer()
    engine.history.undo()
    engine.tell(("/done", *engine.sent.pop()))
    assert engine.history.undo() == "adding a"
    assert engine.sent == [(RECALL, "", after)]
    for _ in range(2):
        engine.acts.do(adding)
    engine.acts.take([], (), ["/slot/1/gain", "/slots/load"])
    assert engine.titles[:1] == ["adding a"]
    engine.acts.take([], (), ["/slots/load"])
    assert engine.history.waiting == ""


def test_what_is_done_meanwhile_lies_above(engine: Engine) -> None:
    """A fader that is moved while a plugin loads is undone first."""
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    engine.history.add(Step("gain", {"/gain": 0.0}, {"/gain": 1.0}))
    assert engine.history.waiting == ""
    engine.answer()
    assert engine.titles == ["gain", "loading a"]


def test_what_fails_is_no_step(engine: Engine) -> None:
    engine.acts.do(Act("loading missing", (2,), LOAD, ("missing",)))
    engine.acts.do(Act("loading b", (2,), LOAD, ("b",)))
    engine.answer()
    assert engine.titles == ["loading b"]


def test_what_fails_leaves_what_can_be_redone(engine: Engine) -> None:
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    engine.answer()
    engine.history.undo()
    engine.acts.do(Act("loading missing", (2,), LOAD, ("missing",)))
    engine.answer()
    assert engine.history.redo_title == "loading a"
    engine.acts.do(Act("loading b", (2,), LOAD, ("b",)))
    engine.answer()
    assert engine.history.redo_title == ""


def test_what_is_lost_on_the_way_holds_up_nothing(engine: Engine, now_s: list[float]) -> None:
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    lost = str(engine.sent[2][1])
    engine.acts.do(Act("everything", (), "/set/recall", ("gig",)))
    engine.answer(lost)
    assert (engine.titles, engine.history.waiting) == (["everything"], "")
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    engine.tell()
    assert engine.history.waiting == "loading a"
    now_s[0] += GIVEN_UP_S + 1
    engine.tell()
    assert (engine.titles, engine.history.waiting) == (["everything"], "")
    engine.history.undo()
    for waited_s, recalling in ((0.0, True), (GIVEN_UP_S + 1, False)):
        now_s[0] += waited_s
        engine.tell()
        assert engine.acts.recalling is recalling
    assert engine.recalled == [False]


def test_what_a_hand_does_over_a_time(engine: Engine) -> None:
    engine.acts.begin(Act("morph", (1,), MORPH))
    ((_, before, _),) = engine.sent
    engine.acts.move(MORPH, "a", "b", 0.1)
    engine.acts.move(MORPH, "a", "b", 0.2)
    assert len(engine.sent) == 1  # the engine keeps what is before first
    engine.answer()
    assert engine.sent == [(MORPH, "a", "b", 0.2)]
    engine.acts.move(MORPH, "a", "b", 0.3)
    assert engine.sent[1:] == [(MORPH, "a", "b", 0.3)]
    assert engine.history.waiting == "morph"
    engine.acts.end(MORPH)
    engine.acts.end(MORPH)  # nothing was begun
    after = engine.sent[-1][1]
    engine.answer()
    assert engine.history.undo() == "morph"
    assert engine.sent == [(RECALL, before, after)]


def test_places_of_the_window_go_with_a_gesture(engine: Engine) -> None:
    engine.places["xy.x"] = 0.75
    engine.acts.begin(Act("blend", (1,), MORPH), {"xy.x": 0.5})
    engine.answer()
    engine.acts.end(MORPH, {"xy.x": 0.75})
    engine.answer()
    assert engine.history.undo() == "blend"
    assert engine.places == {"xy.x": 0.5}
    assert [message[0] for message in engine.sent] == [RECALL]
    engine.tell(("/done", *engine.sent.pop()))
    assert engine.history.redo() == "blend"
    assert engine.places == {"xy.x": 0.75}


def test_a_gesture_is_ended_by_its_own_hand(engine: Engine) -> None:
    """The fader of a morph rests for a moment after its last notch: another may have begun."""
    engine.acts.begin(Act("morph", (1,), MORPH))
    engine.acts.begin(Act("blend", (1,), "/blend"))
    engine.acts.move("/blend", 0.1)
    engine.acts.end(MORPH)
    engine.acts.move(MORPH, "a", "b", 0.1)
    assert engine.sent[-1] == (MORPH, "a", "b", 0.1)  # it waits for nothing
    engine.answer()
    assert engine.sent == [("/blend", 0.1)]
    assert engine.history.waiting == "blend"
    engine.acts.end("/blend")
    engine.answer()
    assert engine.titles == ["blend"]


def test_where_nothing_can_be_kept_nothing_can_be_undone(engine: Engine) -> None:
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    engine.acts.begin(Act("morph", (1,), MORPH))
    engine.acts.move(MORPH, "a", "b", 0.1)
    engine.acts.take([], (), [KEEP])
    assert engine.sent[-1] == (MORPH, "a", "b", 0.1)
    assert (engine.titles, engine.history.waiting) == ([], "")


def test_a_hand_that_has_let_go_already(engine: Engine) -> None:
    engine.acts.begin(Act("morph", (1,), MORPH))
    engine.acts.move(MORPH, "a", "b", 0.1)
    engine.acts.end(MORPH)
    engine.answer()
    assert [message[0] for message in engine.sent] == [MORPH, KEEP]
    engine.answer()
    assert engine.history.undo_title == "morph"


def test_a_hand_does_not_wait_for_an_engine_that_is_busy(
    engine: Engine, now_s: list[float]
) -> None:
    engine.acts.begin(Act("morph", (1,), MORPH))
    kept = engine.sent.pop()
    engine.acts.move(MORPH, "a", "b", 0.1)
    now_s[0] += HELD_S + 0.1
    engine.tell()
    assert engine.sent == [(MORPH, "a", "b", 0.1)]
    engine.tell(("/done", *kept))  # taken after the morph: worth nothing
    engine.acts.move(MORPH, "a", "b", 0.2)
    engine.acts.end(MORPH)
    assert engine.sent[1:] == [(MORPH, "a", "b", 0.2)]
    assert engine.titles == []


def test_an_engine_that_goes_takes_along_what_is_under_way(engine: Engine) -> None:
    engine.acts.begin(Act("morph", (1,), MORPH))
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    engine.acts.forget()
    engine.acts.end(MORPH)
    engine.answer()
    assert engine.titles == []


def test_snapshots_end_with_their_engine(engine: Engine) -> None:
    engine.acts.know(10.0)
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    engine.answer()
    engine.history.add(Step("gain", {"/gain": 0.0}, {"/gain": 1.0}))
    for pid in (None, 10.0):
        engine.acts.know(pid)
        assert engine.titles == ["gain", "loading a"]
    engine.acts.know(11.0)
    assert engine.titles == ["gain"]


def test_a_snapshot_that_is_lost_is_no_step_any_more(engine: Engine) -> None:
    for name in "ab":
        engine.acts.do(Act(f"loading {name}", (2,), LOAD, (name,)))
    engine.answer()
    engine.history.undo()
    ((_, before, after),) = engine.sent
    engine.tell((LOST, before, after))
    assert engine.recalled == [False]
    assert engine.titles == ["loading a"]
    assert engine.history.redo_title == ""


def test_an_engine_without_snapshots_does_what_it_is_told(engine: Engine) -> None:
    engine.acts.take([], [KEEP])
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    engine.acts.begin(Act("morph", (1,), MORPH))
    engine.acts.move(MORPH, "a", "b", 0.1)
    engine.acts.end(MORPH)
    assert engine.sent == [(LOAD, "a"), (MORPH, "a", "b", 0.1)]
    engine.answer()
    assert engine.titles == []
    engine.acts.answering()
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    assert len(engine.sent) == 3


def test_what_is_never_answered_is_bounded(engine: Engine) -> None:
    for number in range(MOST + 50):
        engine.acts.do(Act(str(number), (1,), LOAD, ("a",)))
    assert len(engine.titles) == MOST
    engine.acts.forget()
    engine.answer()
    assert engine.titles == []


@pytest.mark.parametrize("slot", [2, None])
def test_an_act_that_joins_another_is_one_step_with_it(engine: Engine, slot: int | None) -> None:
    load = Act("loading a", (2,), LOAD, ("a",))
    if slot is None:
        load = Act("loading a", None, "/slots/load", ("a",))
    engine.acts.do(Act("loading z", (1,), "/slot/1/load", ("z",)))
    engine.acts.do(load)
    engine.answer("/slots/load")
    if slot is None:
        engine.tell(("/done", "/slots/load", "a", 2))
    recall = Act("preset b", (2,), "/slot/2/preset/recall", ("b",), load)
    engine.acts.do(recall)
    after = engine.sent[-1][1]
    engine.answer()
    assert engine.titles == ["loading a", "loading z"]
    assert engine.history.undo() == "loading a"
    ((_, before, standing),) = engine.sent
    assert standing == after
    engine.sent.clear()
    engine.tell(("/done", RECALL, before, standing))
    assert engine.history.redo() == "loading a"
    assert engine.sent == [(RECALL, after, before)]


def test_an_act_joins_only_what_was_done_right_before_it(engine: Engine) -> None:
    load = Act("loading a", (2,), LOAD, ("a",))
    engine.acts.do(load)
    engine.acts.do(Act("loading z", (1,), "/slot/1/load", ("z",)))
    engine.acts.do(Act("preset b", (2,), "/slot/2/preset/recall", ("b",), load))
    engine.answer()
    assert engine.titles == ["preset b", "loading z", "loading a"]
