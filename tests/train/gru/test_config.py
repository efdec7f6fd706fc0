"""The configuration of a GRU: what may be left out, and one line about what is wrong."""

import re
from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.gru.config import parse_gru

PITCH = {"field": "p", "name": "pitch", "minimum": 64.0, "maximum": 76.0, "default": 70.0}
LEAST: dict[str, Any] = {"plugin": {"name": "tiny"}, "conditioning": [PITCH]}


def test_what_may_be_left_out() -> None:
    config = parse_gru(LEAST, "test")
    assert (config.data.rate_hz, config.data.levels) == (16_000, 256)
    assert (config.model.hidden_size, config.model.layers, config.model.dropout) == (48, 4, 0.0)
    assert (config.streams.batch, config.streams.chunk, config.streams.own) == (64, 256, 0.0)
    assert config.optimiser.final_rate < config.optimiser.rate


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"conditioning": []}, "conditioning"),
        ({"data": {"levels": 257}}, "data.levels"),
        ({"data": {"held_out": 0.0}}, "data.held_out"),
        ({"model": {"dropout": 1.0}}, "model.dropout"),
        ({"model": {"units": 48}}, "model.units"),
        ({"model": {"hidden_size": 8193}}, "model.hidden_size"),  # more than a plugin may have
        ({"model": {"layers": 33}}, "model.layers"),
        ({"streams": {"own_share": 0.0}}, "streams.own_share"),
        ({"optimiser": {"noise": -0.1}}, "optimiser.noise"),
        ({"optimiser": {"final_rate": 0.0}}, "optimiser.final_rate"),
        ({"plugin": {"name": ""}}, "plugin.name"),
    ],
)
def test_a_field_that_is_wrong_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=rf"^a\.toml: .*{re.escape(field)}") as info:
        parse_gru(LEAST | changes, "a.toml")
    assert "\n" not in str(info.value)
