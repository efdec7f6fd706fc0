"""The keys of [data] that every trainer has."""

import pytest
from pydantic import ValidationError

from rtsynth_train.core.recipes import read_recipe, recipe_for, recipe_names
from rtsynth_train.core.sound_rules import SoundRules


def test_rules_are_what_differs_from_the_default() -> None:
    assert SoundRules().rules() == {}
    assert SoundRules(held_out_from="sound").rules() == {}  # of the samples it changes none
    rules = SoundRules(channels=2, trim=True, level="peak")
    assert rules.rules() == {"channels": 2, "trim": True, "level": "peak"}


@pytest.mark.parametrize("wrong", [{"channels": 0}, {"channels": "left"}, {"level": "loud"}])
def test_what_is_no_rule(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        SoundRules.model_validate(wrong)


def test_recipes_that_ship_take_recordings_as_they_are() -> None:
    for name in recipe_names():
        raw = read_recipe(name)
        data = recipe_for(raw, name).parse(raw, name).data
        assert (data.rules(), data.held_out_from) == ({}, "end")
