"""Which values need a slot's hidden layers to be opened."""

import pytest

from rtsynth.engine.program.hidden_rows import hidden_specs
from rtsynth.host.presets.hidden_values import is_hidden, needs_opening, tiers_of
from rtsynth.plugin.opened import HiddenTier, Hold, opened
from tests.rtsynth.plugins import tiers_plugin

TIERS = ("audio", "timbre")


def test_all_that_an_opened_plugin_has_more_is_known_by_its_name() -> None:
    plugin = tiers_plugin()
    holds = (Hold(floats=1, divider=4), Hold(floats=1, divider=1))
    tiers = tiers_of(plugin)
    hidden = tuple(HiddenTier(tier=tier, layers=(4, 4), holds=holds) for tier in tiers)
    names = [spec.name for spec, _ms in hidden_specs(opened(plugin, hidden).manifest)]
    assert len(names) == 8 * len(tiers)
    assert [name for name in names if not is_hidden(name, tiers)] == []


@pytest.mark.parametrize("name", ["gain", "pitch.take", "motion.freeze", "audio.freezer", "audio"])
def test_nothing_else_is(name: str) -> None:
    assert not is_hidden(name, TIERS)


@pytest.mark.parametrize(
    ("name", "value", "needed"),
    [
        ("audio.layer2_scale", 1.0, False),
        ("audio.layer2_scale", 0.5, True),
        ("audio.layer1_noise", 0.0, False),
        ("audio.layer1_noise", 0.1, True),
        ("timbre.freeze", "off", False),
        ("timbre.freeze", 0.0, False),
        ("timbre.freeze", "loop", True),
        ("audio.frame1_freeze", 1.0, True),
        ("audio.loop", 24.0, False),  # nothing is looped
        ("motion.layer1_scale", 0.5, False),  # opened, it has no such tier either
        ("gone", 0.5, False),
    ],
)
def test_a_slot_is_opened_only_for_what_is_heard(
    name: str, value: float | str, needed: bool
) -> None:
    assert needs_opening({"gain": 0.0, name: value}, {"gain"}, TIERS) is needed
    assert not needs_opening({name: value}, {name}, TIERS)  # it is opened
