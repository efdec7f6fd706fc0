"""What physical controls do: recall, save, loop, morph."""

from typing import Any

import pytest

from rtsynth.host.mapping.acting import Actions
from rtsynth.host.mapping.actions import States
from rtsynth.host.mapping.binding import CC, NOTE, PROGRAM, Binding, Move, Physical

PAD, KNOB = Physical(NOTE, 36, 1, "pads"), Physical(CC, 21, 1, "keys")


class Bank:
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.loops: tuple[str, float] | None = None

    def names(self, slot: int) -> list[str]:
        return ["a", "b", "c"]

    def looped(self, slot: int) -> tuple[str, float] | None:
        return self.loops

    def loop(self, slot: int, name: str, seconds: float, *, at_ns: int | None = None) -> None:
        self.loops = (name, seconds) if seconds else None
        self.calls.append(("loop", slot, name, seconds, at_ns))

    def take_programs(self, slot: int, *, on: bool) -> None:
        self.calls.append(("take_programs", slot, on))


def _noted(name: str) -> Any:
    def call(bank: Bank, *arguments: Any, at_ns: int | None = None) -> None:
        bank.calls.append((name, *arguments, at_ns))

    return call


# On the class: since Python 3.12 that is where a protocol is looked for.
for _name in vars(States):
    if not _name.startswith("_") and not hasattr(Bank, _name):
        setattr(Bank, _name, _noted(_name))


class Engine:
    def __init__(self) -> None:
        self.banks = Bank()


def press(actions: Actions, binding: Binding, *values: int) -> list[bool]:
    where = binding.physical
    return [actions.do(binding, 1, Move(where, value / 127, value), 7) for value in values]


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("bank/save here", ("save", 1, "here", 7)),
        ("bank/save here 2.5", ("save", 1, "here", 2.5, 7)),
        ("bank/recall here", ("recall", 1, "here", 7)),
        ("bank/recall here 2", ("recall", 1, "here", 2, 7)),
        ("bank/number 2", ("recall_number", 1, 2, 7)),
        ("bank/back 1.5", ("back", 1, 1.5, 7)),
        ("bank/morph a b 0.5", ("morph_between", 1, "a", "b", 0.5, 7)),
        ("bank/average m a b b", ("average", 1, "m", {"a": 1.0, "b": 2.0}, None)),
        ("bank/fork a d", ("fork", 1, "a", "d", None)),
        ('bank/start ""', ("start_from", 1, "", None)),
        ("bank/programs 1", ("take_programs", 1, True)),
        ("bank/delete a", ("delete", 1, "a", None)),
    ],
)
def test_a_press_does_it_once(action: str, call: tuple[Any, ...]) -> None:
    engine = Engine()
    for physical, values, done in (
        (PAD, (100, 0), [True, False]),
        (KNOB, (0, 70, 127, 0), [False, True, False, False]),
        (Physical(PROGRAM, 4, 1), (127, 127), [True, True]),
    ):
        engine.banks.calls.clear()
        assert press(Actions(engine), Binding(action, physical), *values) == done
        assert engine.banks.calls == [call] * sum(done)


def test_a_knob_is_the_place_between_two_states() -> None:
    engine = Engine()
    actions, binding = Actions(engine), Binding("bank/morph a b", KNOB)
    assert press(actions, binding, 0, 127) == [True, True]
    press(actions, binding._replace(span=(1.0, 0.5)), 127)
    assert [call[4] for call in engine.banks.calls] == [0.0, 1.0, 0.5]


def test_the_velocity_of_a_pad_is_the_place_and_its_release_is_none() -> None:
    engine = Engine()
    binding = Binding("bank/morph a b", PAD)
    assert press(Actions(engine), binding, 127, 0) == [True, False]
    assert [call[4] for call in engine.banks.calls] == [1.0]


def test_a_knob_goes_through_the_list() -> None:
    engine = Engine()
    done = press(Actions(engine), Binding("bank/number", KNOB), 0, 42, 43, 84, 127, 0)
    assert [call[2] for call in engine.banks.calls] == [0, 1, 2, 0]
    assert done == [True, False, True, False, True, True], "within a state's share nothing is done"


def test_a_pad_that_is_struck_alike_does_it_again() -> None:
    engine = Engine()
    for binding in (Binding("bank/number", PAD), Binding("bank/morph a b", PAD)):
        press(Actions(engine), binding, 127, 0, 127)
    assert [call[0] for call in engine.banks.calls] == ["recall_number"] * 2 + ["morph_between"] * 2


def test_a_loop_lasts_while_it_is_pressed() -> None:
    engine = Engine()
    press(Actions(engine), Binding("bank/loop a 0.5", PAD), 90, 0)
    assert engine.banks.calls == [("loop", 1, "a", 0.5, 7), ("loop", 1, "", 0.0, 7)]


def test_a_pad_that_is_released_leaves_the_loop_of_another_alone() -> None:
    engine = Engine()
    actions, second = Actions(engine), Physical(NOTE, 37, 1, "pads")
    one, other = Binding("bank/loop a 0.5", PAD), Binding("bank/loop b 0.5", second)
    press(actions, one, 90)
    press(actions, other, 90)
    assert press(actions, one, 0) == [False]
    assert engine.banks.loops == ("b", 0.5)
    assert press(actions, other, 0) == [True]
    assert engine.banks.loops is None


def test_loops_of_like_lengths_are_two() -> None:
    engine = Engine()
    actions, second = Actions(engine), Physical(NOTE, 37, 1, "pads")
    press(actions, Binding("bank/loop a 0.002", PAD, mode="toggle"), 90, 0)
    press(actions, Binding("bank/loop a 0.0025", second, mode="toggle"), 90, 0)
    assert engine.banks.loops == ("a", 0.0025)


def test_a_loop_that_toggles_ends_with_the_next_press() -> None:
    engine = Engine()
    actions = Actions(engine)
    first = Binding("bank/loop a 0.5", PAD, mode="toggle")
    other = Binding('bank/loop "" 0.2', KNOB, mode="toggle")
    assert press(actions, first, 90, 0) == [True, False]
    assert engine.banks.loops == ("a", 0.5)
    press(actions, other, 127, 0)
    assert engine.banks.loops == ("", 0.2), "another loop takes its place"
    press(actions, other, 127, 0)
    assert engine.banks.loops is None
    press(actions, first, 90, 0, 90)
    assert engine.banks.loops is None


def test_where_there_are_no_states_nothing_is_done() -> None:
    assert press(Actions(object()), Binding("bank/recall a", PAD), 90, 0) == [False, False]
