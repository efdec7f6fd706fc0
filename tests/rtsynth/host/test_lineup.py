"""Names and order of the slots of a rack."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth.common.control_names import LONGEST_SLOT_NAME
from rtsynth.common.errors import ControlError, InputError
from rtsynth.host.changes import Action, Journal, Mailbox
from rtsynth.host.core import EngineCore
from rtsynth.host.lineup import Lineup
from rtsynth.host.stage import Stage


class Rack:
    """A lineup over plugins that come and go, and everything it said."""

    def __init__(self) -> None:
        self.plugins = {1: "clarinet", 2: "vessel", 4: "creek"}
        self.shown: list[dict[int, str]] = []
        stage = Stage(EngineCore(48_000, 2))
        self.journal, self.mailbox = Journal(), Mailbox()
        stage.publisher.add(self.journal)
        stage.publisher.add(self.mailbox)
        self.lineup = Lineup(
            stage, lambda: self.plugins, lambda names: self.shown.append(dict(names))
        )


@pytest.fixture
def rack() -> Rack:
    return Rack()


def test_a_slot_is_called_as_its_plugin_until_it_has_a_name(rack: Rack) -> None:
    lineup = rack.lineup
    assert lineup.name(2) == "vessel"
    lineup.rename(2, "  Bass drum ")
    assert (lineup.name(2), lineup.given(2)) == ("Bass drum", "Bass drum")
    rack.plugins[2] = "rain"
    assert lineup.name(2) == "Bass drum"
    lineup.rename(2, "")
    assert (lineup.name(2), lineup.given(2)) == ("rain", "")
    lineup.rename(2, "rain")  # the plugin's own name: it follows the next plugin, too
    rack.plugins[2] = "vessel"
    assert lineup.name(2) == "vessel"
    assert rack.shown == [{2: "Bass drum"}, {}]


def test_an_empty_slot_has_neither_name_nor_place(rack: Rack) -> None:
    lineup = rack.lineup
    for act in (
        lambda: lineup.name(3),
        lambda: lineup.rename(3, "Lead"),
        lambda: lineup.move(3, 1),
        lambda: lineup.arrange([1, 3]),
    ):
        with pytest.raises(ControlError, match="slot 3 is empty"):
            act()
    lineup.rename(4, "Water")
    lineup.arrange([4])
    del rack.plugins[4]
    lineup.forget(4)
    assert rack.shown[-1] == {}
    rack.plugins[4] = "rain"
    assert (lineup.name(4), lineup.order) == ("rain", [1, 2, 4])


@pytest.mark.parametrize(
    "act",
    [
        lambda lineup: lineup.rename(4, "Water"),
        lambda lineup: lineup.arrange([4]),
        lambda lineup: lineup.move(4, 1),
    ],
)
def test_a_slot_is_not_emptied_between_the_look_and_the_change(
    act: Callable[[Lineup], object],
) -> None:
    """Or the next plugin there would have the name, or the place, that was meant for the last."""
    looks: list[bool] = []

    def loaded() -> dict[int, str]:
        looks.append(lineup._lock.locked())
        return {1: "clarinet", 4: "creek"}

    lineup = Lineup(Stage(EngineCore(48_000, 2)), loaded)
    act(lineup)
    assert looks
    assert all(looks)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("a\nb", "one line"), ("a\x00b", "one line"), ("x" * (LONGEST_SLOT_NAME + 1), "at most 40")],
)
def test_what_is_no_name(rack: Rack, text: str, problem: str) -> None:
    with pytest.raises(ControlError, match=problem):
        rack.lineup.rename(1, text)
    assert rack.lineup.name(1) == "clarinet"
    rack.lineup.rename(1, "x" * LONGEST_SLOT_NAME)


def test_the_order_is_by_number_until_it_is_arranged(rack: Rack) -> None:
    lineup = rack.lineup
    assert lineup.order == [1, 2, 4]
    lineup.arrange([4])
    assert lineup.order == [4, 1, 2]
    rack.plugins[3] = "rain"  # a new one is the last
    assert lineup.order == [4, 1, 2, 3]
    assert lineup.move(3, 2) == 2
    assert lineup.order == [4, 3, 1, 2]
    assert (lineup.move(4, 99), lineup.move(2, -5)) == (4, 1)
    assert lineup.order == [2, 3, 1, 4]
    with pytest.raises(ControlError, match="named twice"):
        lineup.arrange([1, 1])


def test_what_changes_is_published_once(rack: Rack) -> None:
    rack.lineup.rename(1, "Lead")
    rack.lineup.rename(1, "Lead")
    rack.lineup.move(1, 3)
    rack.lineup.move(1, 3)
    assert rack.journal.take() == [
        Action(1, "name", ("Lead",)),
        Action(0, "slots/order", (2, 4, 1)),
    ]
    assert rack.mailbox.take().plugins == {1, 0}  # described anew


def test_a_set_goes_back_to_its_names_and_order(rack: Rack) -> None:
    lineup = rack.lineup
    lineup.rename(1, "Lead")
    lineup.arrange([4, 1])
    kept = lineup.read()
    assert kept == {"names": {"1": "Lead"}, "order": [4, 1, 2]}
    lineup.rename(1, "")
    lineup.rename(2, "Bass")
    lineup.arrange([1, 2, 4])
    rack.journal.take()
    assert lineup.restore(kept) == []
    assert ([lineup.name(n) for n in (1, 2, 4)], lineup.order) == (
        ["Lead", "vessel", "creek"],
        [4, 1, 2],
    )
    changes = {(c.slot, c.arguments) for c in rack.journal.take() if isinstance(c, Action)}
    assert changes == {(1, ("Lead",)), (2, ("vessel",)), (0, (4, 1, 2))}


@pytest.mark.parametrize(
    "data",
    [
        {"names": []}, {"names": {"0": "a"}}, {"names": {"17": "a"}}, {"names": {"01": "a"}},
        {"names": {"1": 5}}, {"names": {"1": "a\nb"}}, {"order": {}}, {"order": [1, 1]},
        {"order": [17]}, {"order": [True]}, {"order": ["1"]}, [], "names", 5, None,
    ],
)  # fmt: skip
def test_damaged_sections_change_nothing(rack: Rack, data: Any) -> None:
    rack.lineup.rename(1, "Lead")
    with pytest.raises((InputError, ControlError), match="names|name|order"):
        rack.lineup.restore(data)
    assert rack.lineup.name(1) == "Lead"


MOVES: list[Callable[[Lineup, int, int], object]] = [
    lambda lineup, slot, place: lineup.move(slot, place),
    lambda lineup, slot, place: lineup.arrange([slot]),
]


@given(st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from([1, 2, 4]), st.integers(-2, 6))))
def test_every_filled_slot_has_one_place(
    moves: list[tuple[Callable[[Lineup, int, int], object], int, int]],
) -> None:
    rack = Rack()
    for move, slot, place in moves:
        move(rack.lineup, slot, place)
        assert sorted(rack.lineup.order) == [1, 2, 4]
