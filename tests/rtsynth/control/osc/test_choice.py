"""The words behind `/notify 1`."""

import itertools

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.choice import KINDS, MOST_SLOTS, Choice, read_choice
from rtsynth.engine.live.shared import MAX_SLOTS


def test_without_words_it_is_values_and_meters() -> None:
    assert read_choice(()) == (Choice(("values", "meters")), None)
    assert Choice().words() == ()
    assert (Choice().interval_s("values"), Choice().interval_s("meters")) == (1 / 30, 1 / 20)


@pytest.mark.parametrize("count", range(1, len(KINDS) + 1))
@pytest.mark.parametrize("rate_hz", [None, 12.5])
def test_words_come_back_as_they_were_read(count: int, rate_hz: float | None) -> None:
    for kinds in itertools.permutations(KINDS, count):
        words = kinds if rate_hz is None else (*kinds, rate_hz)
        choice, asked_hz = read_choice(words)
        assert (set(choice.kinds), choice.rate_hz, asked_hz) == (set(kinds), rate_hz, rate_hz)
        assert read_choice(choice.words())[0] == choice


def test_a_rate_alone_is_for_values_and_meters() -> None:
    choice, _ = read_choice((4,))
    assert choice == Choice(("values", "meters"), 4.0)
    assert {choice.interval_s(kind) for kind in choice.kinds} == {0.25}
    assert read_choice(choice.words())[0] == choice


def test_rates_are_clamped() -> None:
    assert read_choice(("scope", -1.0)) == (Choice(("scope",), 0.1), -1.0)
    assert read_choice(("scope", 1e6)) == (Choice(("scope",), 100.0), 1e6)


def test_there_are_as_many_slots_as_the_engine_has() -> None:
    assert MOST_SLOTS == MAX_SLOTS


@pytest.mark.parametrize("rate_hz", [None, 12.5])
def test_networks_are_chosen_by_slot(rate_hz: float | None) -> None:
    rate = () if rate_hz is None else (rate_hz,)
    choice, _ = read_choice(("network/16", "meters", "network/2", *rate))
    assert choice == Choice(("meters", "network"), rate_hz, (2, 16))
    assert [slot for slot in range(1, 17) if choice.shows_network(slot)] == [2, 16]
    assert choice.words() == ("meters", "network/2", "network/16", *rate)
    assert read_choice(choice.words())[0] == choice
    whole, _ = read_choice(("network/2", "network", *rate))
    assert whole == Choice(("network",), rate_hz)
    assert all(whole.shows_network(slot) for slot in range(1, 17))
    assert not Choice().shows_network(1)


@pytest.mark.parametrize(
    "words",
    [
        ("network/0",), ("network/17",), ("network/01",), ("value",), ("values", "x" * 5000),
        (3, "values"), (3, 4),
    ],
)  # fmt: skip
def test_what_is_no_choice(words: tuple[int | str, ...]) -> None:
    with pytest.raises(ControlError, match="is none of values, meters, scope, events") as line:
        read_choice(words)
    assert len(str(line.value)) < 200
