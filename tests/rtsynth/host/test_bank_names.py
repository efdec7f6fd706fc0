"""Names and serials of states: no row is used again that something needs."""

import time

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.host.bank_names import MOST, BankNames
from rtsynth.host.voice import CHOSEN


def named(*names: str) -> BankNames:
    made = BankNames()
    for name in names:
        made.serials[name] = made.next_for(name, 1)
    return made


def test_serials_are_of_one_bank_alone() -> None:
    one, other = named("a"), named("a")
    assert one.serials["a"] != other.serials["a"]
    assert max(one.serials["a"], other.serials["a"]) < 2**53, "events carry them as float64"


def test_rows_with_a_name_are_not_used_again() -> None:
    names = named("a", "b")
    rows = {serial % CHOSEN for serial in names.serials.values()}
    assert not rows & {names.next() % CHOSEN for _ in range(3 * CHOSEN)}


def test_rows_that_are_lent_or_looped_are_not_used_again_until_then() -> None:
    names = BankNames()
    until_ns = time.monotonic_ns() + 10**11
    names.loop(names.next(), 0)
    lent = [names.next(until_ns) % CHOSEN for _ in range(CHOSEN - 1)]
    assert len({names.looped % CHOSEN, *lent}) == CHOSEN
    with pytest.raises(ControlError, match="too many states at once"):
        names.next()
    names.loop(0, until_ns)
    with pytest.raises(ControlError, match="too many states at once"):
        names.next()
    short = BankNames()
    for _ in range(2 * CHOSEN):
        short.next(time.monotonic_ns() - 1)


def test_a_name_and_what_begins_from_it_go_along() -> None:
    names = named("a", "b", "c")
    names.start = "b"
    names.rename("b", "d", 1)
    assert (list(names.serials), names.start) == (["a", "d", "c"], "d")
    with pytest.raises(ControlError, match="slot 1 has a state 'c' already"):
        names.rename("d", "c", 1)
    with pytest.raises(ControlError, match="slot 1 has no state 'x': a, d, c"):
        names.find("x", 1)


def test_there_are_not_too_many() -> None:
    names = named(*map(str, range(MOST)))
    names.next_for("0", 1)
    with pytest.raises(ControlError, match="keeps 128 states: delete one first"):
        names.next_for("more", 1)
