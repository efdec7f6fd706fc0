"""The parameter table of a plugin whose tiers generate parameters."""

import gc
import weakref

import pytest

from rtsynth.common.control_names import MODULATION_CONTROLS
from rtsynth.compiler.compile import compile_plugin
from rtsynth.compiler.controls import changes_of, controls_of, find_control
from rtsynth.engine.program.layout import (
    ATTACK,
    BEND,
    BUILT_IN,
    DECAY,
    ENVELOPE,
    EXPRESSION,
    GAIN,
    GATE,
    GLIDE,
    MIN_P,
    RELEASE,
    SUSTAIN,
    TEMPERATURE,
    TOP_K,
    TOP_P,
)
from rtsynth.engine.program.table import (
    beta_name,
    once_per_manifest,
    row_named,
    rows_of,
    take_name,
    take_rows,
)
from rtsynth.plugin import Manifest
from tests.rtsynth.plugins import MOTION, TIMBRE, gru_manifest, tiers_manifest, tiers_plugin


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return tiers_manifest()


def test_the_order_of_the_rows(manifest: Manifest) -> None:
    rows = rows_of(manifest)
    assert [row.index for row in rows] == list(range(len(rows)))
    names = [row.spec.name for row in rows]
    built_in = (
        GAIN, TEMPERATURE, TOP_K, TOP_P, GATE, BEND, EXPRESSION, MIN_P,
        ENVELOPE, ATTACK, DECAY, SUSTAIN, RELEASE, GLIDE,
    )  # fmt: skip
    assert [names[index] for index in built_in] == [
        "gain", "temperature", "top_k", "top_p", "gate", "bend", "expression", "min_p",
        "level", "attack", "decay", "sustain", "release", "glide",
    ]  # fmt: skip
    own = [parameter.name for parameter in manifest.parameters]
    # Of every generated parameter, as the manifest lists them; take, offset and scale in a row.
    extra = [f"{n}.{part}" for n in [*TIMBRE, *MOTION] for part in ("take", "offset", "scale")]
    assert names[BUILT_IN:] == [*own, *extra, "motion.beta", "timbre.beta"]


def test_a_plugin_without_generated_parameters_has_no_more_rows_than_before() -> None:
    manifest = gru_manifest()
    assert len(rows_of(manifest)) == BUILT_IN + len(manifest.parameters)


@pytest.mark.parametrize(
    ("name", "low", "high", "default", "unit"),
    [
        ("centroid.take", 0, 1, 0, ""),
        ("centroid.offset", -3900, 3900, 0, "Hz"),
        ("centroid.scale", 0, 4, 1, ""),
        ("motion.beta", 0.05, 20, 1, ""),
    ],
)
def test_ranges(
    manifest: Manifest, name: str, low: float, high: float, default: float, unit: str
) -> None:
    spec = rows_of(manifest)[row_named(manifest, name)].spec
    assert (spec.minimum, spec.maximum, spec.default, spec.unit) == (low, high, default, unit)


def test_taking_over_is_quick_and_the_rest_moves_as_its_parameter() -> None:
    manifest = tiers_manifest()
    slow = manifest.parameters[TIMBRE.index("mfcc3")].model_copy(update={"smoothing_ms": 250.0})
    others = [parameter for parameter in manifest.parameters if parameter.name != "mfcc3"]
    changed = manifest.model_copy(update={"parameters": [slow, *others]})
    ramp_ms = {row.spec.name: row.ramp_ms for row in rows_of(changed)}
    assert [ramp_ms[f"mfcc3{part}"] for part in ("", ".take", ".offset", ".scale")] == [
        250, 20, 250, 250,
    ]  # fmt: skip
    assert ramp_ms["mfcc4.offset"] == 10
    assert ramp_ms["motion.beta"] == 0


def test_a_tiers_own_beta_is_where_its_knob_starts() -> None:
    manifest = tiers_manifest()
    tiers = [manifest.tiers[0].model_copy(update={"beta": 2.5}), *manifest.tiers[1:]]
    changed = manifest.model_copy(update={"tiers": tiers})
    assert rows_of(changed)[row_named(changed, beta_name("motion"))].spec.default == 2.5


def test_a_name_of_a_built_in_control_means_the_plugins_own() -> None:
    manifest = tiers_manifest()
    own = manifest.parameters[-1].model_copy(update={"name": "gain"})
    tiers = [
        tier.model_copy(
            update={
                "outputs": [name.replace("pitch", "gain") for name in tier.outputs],
                "conditioning": [name.replace("pitch", "gain") for name in tier.conditioning],
            }
        )
        for tier in manifest.tiers
    ]
    changed = Manifest.model_validate(
        manifest.model_copy(
            update={"parameters": [*manifest.parameters[:-1], own], "tiers": tiers}
        ).model_dump()
    )
    assert row_named(changed, "gain") == BUILT_IN + len(manifest.parameters) - 1
    assert rows_of(changed)[row_named(changed, take_name("gain"))].spec.name == "gain.take"


def test_every_row_is_in_the_program(manifest: Manifest) -> None:
    compiled = compile_plugin(tiers_plugin())
    ramps = compiled.program.ramp_samples
    assert ramps.size == len(rows_of(manifest))
    assert ramps[row_named(manifest, "centroid.take")] == 320  # 20 ms at 16 kHz


def test_moving_a_generated_parameter_takes_it_over(manifest: Manifest) -> None:
    plugin = tiers_plugin()
    names = [control.spec.name for control in controls_of(plugin)]
    assert names[-30:] == [
        "gain", "temperature", "top_k", "top_p", "min_p",
        "attack", "decay", "sustain", "release", "glide", *MODULATION_CONTROLS,
    ]  # fmt: skip
    assert "gate" not in names
    row, take = row_named(manifest, "centroid"), row_named(manifest, "centroid.take")
    for name, value, changes in (
        ("centroid", 3000, [(row, 3000), (take, 1)]),
        ("centroid", 9e9, [(row, 4000), (take, 1)]),
        ("centroid.take", 0, [(take, 0)]),
        ("centroid.offset", 200, [(take + 1, 200)]),
        ("centroid.scale", 9, [(take + 2, 4)]),
        ("fill", 0.3, [(row_named(manifest, "fill"), 0.3)]),
    ):
        assert changes_of(plugin, find_control(plugin, name), value) == changes


def test_tables_are_made_once_and_go_with_their_manifest() -> None:
    made: list[str] = []

    @once_per_manifest
    def named(manifest: Manifest) -> str:
        made.append(manifest.name)
        return manifest.name

    first = tiers_manifest()
    second = first.model_copy(update={"name": "second"})
    assert [named(first), named(second), named(first), named(second)] == [
        "three", "second", "three", "second",
    ]  # fmt: skip
    assert made == ["three", "second"]
    assert rows_of(first) is rows_of(first)
    assert take_rows(first)["centroid"] == row_named(first, "centroid.take")
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None  # nothing that was kept holds on to it
