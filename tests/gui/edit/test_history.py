"""Undo and redo over a dictionary of values: one gesture is one step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth_gui.edit.history import MOST_STEPS, History, Setting, Snapshot, Step, new_gesture

A, B = "/slot/1/gain", "/slot/1/param/pitch"


class Desk:
    """Values that a hand moves and others move, too."""

    def __init__(self) -> None:
        self.values: dict[str, Setting] = {A: 0.0, B: 60.0}
        self.history = History(self.values.get, self.values.__setitem__)

    def move(self, address: str, value: float, gesture: int = 0) -> None:
        before = {address: self.values[address]}
        self.history.add(Step(f"{address} {value:g}", before, {address: value}, gesture))
        self.values[address] = value


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_steps_are_undone_last_first_and_redone(desk: Desk) -> None:
    desk.move(A, -6.0)
    desk.move(B, 64.0)
    assert desk.history.undo_title == f"{B} 64"
    assert desk.history.redo_title == ""
    assert desk.history.undo() == f"{B} 64"
    assert desk.values == {A: -6.0, B: 60.0}
    assert desk.history.undo() == f"{A} -6"
    assert desk.values == {A: 0.0, B: 60.0}
    assert desk.history.undo() == ""
    assert desk.history.redo_title == f"{A} -6"
    desk.history.redo()
    desk.history.redo()
    assert desk.values == {A: -6.0, B: 64.0}
    assert desk.history.redo() == ""


def test_a_gesture_is_one_step_whatever_it_moves(desk: Desk) -> None:
    drag = new_gesture()
    for pitch in (61.0, 62.0, 63.0):
        desk.move(B, pitch, drag)
    desk.move(A, -3.0, drag)
    desk.move(B, 70.0, new_gesture())
    desk.history.undo()
    assert desk.values[B] == 63.0
    desk.history.undo()
    assert desk.values == {A: 0.0, B: 60.0}
    assert desk.history.undo() == ""
    desk.history.redo()
    assert desk.values == {A: -3.0, B: 63.0}


def test_what_is_done_afterwards_cannot_be_redone_over(desk: Desk) -> None:
    desk.move(A, -6.0)
    desk.history.undo()
    desk.move(B, 64.0)
    assert desk.history.redo() == ""
    assert desk.values == {A: 0.0, B: 64.0}


def test_what_something_else_moved_since_is_not_undone(desk: Desk) -> None:
    desk.move(A, -6.0)
    desk.move(B, 64.0)
    desk.values[B] = 71.0  # MIDI
    assert desk.history.undo_title == f"{A} -6"
    assert desk.history.undo() == f"{A} -6"
    assert desk.values == {A: 0.0, B: 71.0}


def test_of_several_values_those_that_still_stand_are_undone(desk: Desk) -> None:
    desk.history.add(Step("preset", dict(desk.values), {A: -9.0, B: 66.0}))
    desk.values.update({A: -9.0, B: 72.0})
    desk.history.undo()
    assert desk.values == {A: 0.0, B: 72.0}


def test_values_that_went_with_their_plugin_are_skipped(desk: Desk) -> None:
    desk.move(A, -6.0)
    desk.move(B, 64.0)
    del desk.values[B]
    desk.history.undo()
    assert desk.values == {A: 0.0}


def test_rounding_on_the_way_through_the_engine_is_no_move(desk: Desk) -> None:
    desk.move(B, 64.1)
    desk.values[B] = 64.0999984741211
    assert desk.history.undo() == f"{B} 64.1"


def test_names_orders_and_snapshots(desk: Desk) -> None:
    name, order, part = "/slot/1/name", "/slots/order", "1"
    desk.values |= {name: "Bass", order: (2, 1)}
    desk.history.add(Step("name", {name: "Lead"}, {name: "Bass"}))
    desk.history.add(Step("order", {order: (1, 2)}, {order: (2, 1)}))
    desk.history.add(Step("recall", {part: Snapshot("a")}, {part: Snapshot("b")}))
    assert desk.history.undo() == "recall"
    assert desk.values[part] == Snapshot("a")
    assert desk.history.redo() == "recall"
    assert desk.values[part] == Snapshot("b")
    desk.history.undo()
    assert desk.history.undo() == "order"
    assert desk.values[order] == (1, 2)
    desk.values[name] = "Pad"  # by another window
    assert desk.history.undo() == ""
    assert desk.values[name] == "Pad"


def test_the_oldest_steps_are_forgotten(desk: Desk) -> None:
    for number in range(MOST_STEPS + 10):
        desk.move(A, float(number + 1))
    while desk.history.undo():
        pass
    assert desk.values[A] == 10.0


@given(st.lists(st.tuples(st.sampled_from([A, B]), st.integers(-50, 50), st.integers(0, 3))))
def test_undoing_everything_leads_back_and_redoing_everything_forth(
    moves: list[tuple[str, int, int]],
) -> None:
    desk = Desk()
    for address, value, gesture in moves:
        desk.move(address, float(value), gesture)
    end = dict(desk.values)
    while desk.history.undo():
        pass
    assert desk.values == {A: 0.0, B: 60.0}
    while desk.history.redo():
        pass
    assert desk.values == end
