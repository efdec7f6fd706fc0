"""How a tier comes by its conditioning: knobs routed, values of tiers above fetched."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import find_control, place_in_all
from rtsynth.engine.program.layout import (
    BUILT_IN,
    OP_UPSAMPLE,
    SECTION_FIRST,
    SECTION_HEAD,
    SECTION_START,
    UNSHAPED,
)
from rtsynth.engine.program.table import row_named
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


def test_knobs_are_routed_and_values_are_fetched(three: Compiled) -> None:
    manifest, program = three.plugin.manifest, three.program
    # The only knob is fill, for motion.
    assert program.routes.tolist() == [
        [row_named(manifest, "fill"), int(three.tiers[0].conditioning[0]), UNSHAPED]
    ]
    assert row_named(manifest, "fill") == BUILT_IN + len(TIMBRE)
    fetched = [0, 3, 14]
    for tier, section, count in zip(three.tiers, program.sections, fetched, strict=True):
        ops = program.ops[section[SECTION_START] : section[SECTION_FIRST]]
        assert len(ops) == count
        assert np.all(ops[:, 0] == OP_UPSAMPLE)
        assert ops[:, 4].tolist() == (tier.conditioning.tolist() if count else [])
        rest = program.ops[section[SECTION_FIRST] : section[SECTION_HEAD]]
        assert len(rest) > 0
        assert not np.any(rest[:, 0] == OP_UPSAMPLE)  # skipped in teacher forcing


def test_each_value_comes_from_its_tier_with_its_own_controls(three: Compiled) -> None:
    manifest, program = three.plugin.manifest, three.program
    drawn = {
        name: (int(places.values[number]), manifest.sample_rate_hz // tier.rate_hz)
        for tier, places in zip(manifest.tiers, three.tiers, strict=True)
        for number, name in enumerate(tier.outputs)
    }
    assert drawn.keys() == {*MOTION, *TIMBRE}
    for tier, section in zip(manifest.tiers[1:], program.sections[1:], strict=True):
        ops = program.ops[section[SECTION_START] : section[SECTION_FIRST]]
        for name, op in zip(tier.conditioning, ops, strict=True):
            current, divider = drawn[name]
            assert (op[2], op[5]) == (current, divider)
            parameter = next(p for p in manifest.parameters if p.name == name)
            assert op[6] == (parameter.upsampling == "linear")
            assert op[7] == row_named(manifest, name)
            assert [op[8] + more for more in range(3)] == [
                row_named(manifest, f"{name}.{part}") for part in ("take", "offset", "scale")
            ]
            low, high = parameter.network_range
            assert program.weights[op[1] : op[1] + 2].tolist() == [low, high - low]


def test_the_first_tier_that_uses_a_value_shows_it(three: Compiled) -> None:
    timbre, audio = three.tiers[1:]
    assert three.followed == {
        "pitch": timbre.conditioning[0],
        "rmse": timbre.conditioning[1],
        "centroid": timbre.conditioning[2],  # although the audio tier uses it too
        **{name: audio.conditioning[number] for number, name in enumerate(reversed(TIMBRE))},
    }


def test_a_value_that_no_tier_uses_is_shown_as_it_is_drawn() -> None:
    plugin = tiers_plugin()
    tiers = list(plugin.manifest.tiers)
    tiers[1] = tiers[1].model_copy(update={"conditioning": ["pitch", "rmse", "fill"]})
    names = [name for name in tiers[2].conditioning if name != "centroid"]
    tiers[2] = tiers[2].model_copy(update={"conditioning": [*names, "fill"]})
    manifest = plugin.manifest.model_copy(update={"tiers": tiers})
    compiled = compile_plugin(type(plugin)(manifest, plugin.tensors))
    assert compiled.followed["centroid"] == compiled.tiers[0].values[1]


def test_a_knob_arrives_normalised(three: Compiled) -> None:
    arena = new_arena(three)
    at = int(three.tiers[0].conditioning[0])
    assert arena[at] == np.float32(0.5)
    place_in_all(three.program, arena, find_control(three.plugin, "fill").index, 0.125)
    assert arena[at] == np.float32(0.125)
