"""Actions as they are written."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.osc.space.banks import BANK_COMMANDS
from rtsynth.host.mapping.actions import ACTIONS, Action, States, is_action, read_action
from rtsynth.host.state_banks import StateBanks


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("bank/save here", Action("bank/save", ("here",))),
        ("bank/save here 0 -1", Action("bank/save", ("here", 0.0, -1))),
        ("bank/fork here there 2", Action("bank/fork", ("here", "there", 2))),
        ("/bank/recall here 2", Action("bank/recall", ("here", 2))),
        ("bank/back 2.5", Action("bank/back", (2.5,))),
        ('bank/morph "first  word" b', Action("bank/morph", ("first  word", "b"))),
        ("bank/morph a b 0.25 1", Action("bank/morph", ("a", "b", 0.25, 1))),
        ('bank/loop "" 1.5', Action("bank/loop", ("", 1.5))),
        ("bank/number", Action("bank/number", ())),
        ('bank/recall "3"', Action("bank/recall", ("3",))),
    ],
)
def test_an_action_is_read_and_written(text: str, action: Action) -> None:
    assert read_action(text) == action
    assert read_action(action.text) == action
    assert is_action(action.text)


def test_the_same_action_has_the_same_text() -> None:
    assert read_action('  bank/back   2.50 "1"').text == "bank/back 2.5 1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bank/write /tmp/x", "'bank/write /tmp/x' is no action; there are bank/save, bank/rec"),
        ("quit", "is no action"),
        ("", "is no action"),
        ("bank/recall", "write bank/recall name [voice]"),
        ("bank/morph a", "write bank/morph a b [position] [voice]"),
        ("bank/save a b", "'b' is no number"),
        ("bank/back nan", "'nan' is no number"),
        ("bank/recall a 1.5", "'1.5' is no whole number"),
        ("bank/recall a -2", "'-2' is no whole number"),
        ("bank/recall a/b", "state name 'a/b': a name has 1 to 64"),
        ('bank/recall ""', "state name '': a name has"),
        ('bank/recall "a', "a name with spaces is in double quotes"),
        ("bank/recall " + "a" * 2000, "is in double quotes"),
    ],
)
def test_what_is_no_action_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_action(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_controls_are_no_actions() -> None:
    for target in ("pitch", "motion.beta", "mixer.pan", "motion/beta", "bank"):
        assert not is_action(target)


def test_every_action_is_a_command_and_takes_no_more_than_that() -> None:
    for name, kind in ACTIONS.items():
        command = BANK_COMMANDS[name]
        assert len(kind.words) == len(command.kinds)
        assert kind.required == command.required - (kind.place is not None)


def test_banks_have_what_actions_need() -> None:
    assert all(hasattr(StateBanks, name) for name in vars(States) if not name.startswith("_"))
