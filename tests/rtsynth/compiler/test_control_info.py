"""Every control of a plugin as a record."""

from rtsynth import Plugin
from rtsynth.common.control_info import Generation, Owner
from rtsynth.common.control_names import MODULATION_CONTROLS
from rtsynth.compiler.control_info import control_infos
from rtsynth.compiler.controls import controls_of
from rtsynth.engine.program.reaction import reaction_ms
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
