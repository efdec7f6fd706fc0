"""The recipe of a set that was taken over."""

import tomllib

import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Original
from rtsynth_train.own.knob import NORMALISED, Knob
from rtsynth_train.own.param_recipe import param_recipe
from rtsynth_train.tiers.config import parse_stack

KNOBS = [
    Knob("rate_exp", 0, 1, NORMALISED, Original("2^n", 2, 5), values=4),
    Knob("center Frequency", 220, 440, "Hz", constant=False),
]


def test_every_parameter_conditions_the_sound() -> None:
    text = param_recipe(KNOBS, "Pop", "my pops", 8000)
    config = parse_stack(tomllib.loads(text), "pop")
    rate, centre = config.parameters
    assert (rate.name, rate.source, rate.unit) == ("rate_exp", "rate_exp", "")
    assert rate.description == "0 and 1 are 2 and 5 2^n"
    assert (centre.name, centre.source, centre.unit) == (
        "center_frequency", "center Frequency", "Hz"
    )  # fmt: skip
    assert (centre.minimum, centre.maximum, centre.default) == (220, 440, 330)
    (tier,) = config.tiers
    assert (tier.rate_hz, tier.conditioning) == (8000, ["rate_exp", "center_frequency"])
    assert (config.plugin.name, config.data.folder, config.data.name) == ("my pops", ".", "Pop")
    assert "# Why: center Frequency: 220 to 440 Hz; over time" in text
    assert "# loss_cutoff =  (not set)" in text


def test_two_parameters_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="'A b' and 'a_b' would both be the parameter a_b; rename"):
        param_recipe([Knob("A b", 0, 1), Knob("a_b", 0, 1)], "x", "x", 16_000)
