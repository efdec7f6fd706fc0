"""Every control of a plugin as a record."""

import pytest

from rtsynth import Plugin
from rtsynth.common.control_info import Generation, Owner
from rtsynth.common.control_names import MODULATION_CONTROLS
from rtsynth.compiler.control_info import control_infos
from rtsynth.compiler.controls import controls_of
from rtsynth.engine.program.reaction import delay_ms, reaction_ms
from tests.rtsynth.plugins import tiers_plugin


def test_ranges_are_those_of_the_table(plugin: Plugin) -> None:
    infos = control_infos(plugin)
    for control in controls_of(plugin):
        info, spec = infos[control.spec.name], control.spec
        assert (info.minimum, info.maximum, info.default) == (
            spec.minimum, spec.maximum, spec.default,
        )  # fmt: skip
        assert (info.unit, info.curve, info.role) == (spec.unit, spec.curve, spec.role)
    assert [name for name, info in infos.items() if info.owner is Owner.PLUGIN] == [
        parameter.name for parameter in plugin.parameters
    ]
    assert {name for name, info in infos.items() if info.owner is Owner.ENGINE} == {
        "gain", "temperature", "top_k", "top_p", "min_p",
        "attack", "decay", "sustain", "release", "glide", *MODULATION_CONTROLS,
    }  # fmt: skip


def test_generated_parameters_and_what_belongs_to_them() -> None:
    plugin = tiers_plugin()
    infos = control_infos(plugin)
    assert infos["centroid"].generation == Generation("motion", 125, "linear", 8.0)
    assert infos["fill"].generation is None
    assert infos["fill"].reaction_ms == reaction_ms(plugin.manifest, "fill")
    owners = {name: infos[name].owner for name in ("centroid.take", "motion.beta", "gain")}
    assert list(owners.values()) == [Owner.PARAMETER, Owner.TIER, Owner.ENGINE]
    assert infos["centroid.take"].reaction_ms is None


def test_how_soon_the_engines_own_controls_react() -> None:
    """125 Hz, joined by lines -> 500 Hz or 16 kHz: a step, a step behind, a step of the user."""
    plugin = tiers_plugin()
    infos = control_infos(plugin)
    assert infos["gain"].reaction_ms == pytest.approx(10 + 1 / 16)
    assert infos["temperature"].reaction_ms == pytest.approx(1 / 16)
    least = min(
        delay_ms(plugin.manifest, name) + reaction_ms(plugin.manifest, name) - 20
        for name in plugin.manifest.tiers[0].outputs
    )
    assert least < 8
    assert infos["motion.beta"].reaction_ms == pytest.approx(8 + least)
    assert infos["timbre.beta"].reaction_ms == pytest.approx(2 + 2 + 1 / 16)
    silent = ("attack", "lfo1_rate", "macro1", "centroid.take", "centroid.offset")
    assert {infos[name].reaction_ms for name in silent} == {None}
