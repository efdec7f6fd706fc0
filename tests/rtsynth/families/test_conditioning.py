"""How a tier comes by its conditioning: knobs routed, values of tiers above fetched."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import find_control, place_in_all
from rtsynth.engine.program.layout import (
    BUILT_IN,
    SECTION_FIRST,
    SECTION_HEAD,
    SECTION_START,
    UNSHAPED,
    Events,
    header_of,
)
from rtsynth.engine.program.ops import ClassWeights, Upsample
from rtsynth.engine.program.table import row_named
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Parameter, Plugin
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.families.samplernn_reference import expand_classes
from tests.rtsynth.plugins import (
    MOTION,
    TIMBRE,
    samplernn_manifest,
    samplernn_tensors,
    tiers_plugin,
)

VOICE = Parameter(name="voice", minimum=0, maximum=6, default=0, role="class", smoothing_ms=0)
BRIGHT = Parameter(name="bright", minimum=-1, maximum=3, default=0, smoothing_ms=0)
TWO = Parameter(name="two", minimum=0, maximum=1, default=0, role="class", smoothing_ms=0)


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
        fetches = ops_of(ops, Upsample)
        assert len(fetches) == len(ops) == count
        assert [op.target for op in fetches] == (tier.conditioning.tolist() if count else [])
        rest = program.ops[section[SECTION_FIRST] : section[SECTION_HEAD]]
        assert len(rest) > 0
        assert ops_of(rest, Upsample) == []  # skipped in teacher forcing


def test_each_value_comes_from_its_tier_with_its_own_controls(three: Compiled) -> None:
    manifest, program = three.plugin.manifest, three.program
    drawn = {
        name: (int(places.values[number]), manifest.sample_rate_hz // tier.rate_hz)
        for tier, places in zip(manifest.tiers, three.tiers, strict=True)
        for number, name in enumerate(tier.outputs)
    }
    assert drawn.keys() == {*MOTION, *TIMBRE}
    for tier, section in zip(manifest.tiers[1:], program.sections[1:], strict=True):
        rows = program.ops[section[SECTION_START] : section[SECTION_FIRST]]
        for name, op in zip(tier.conditioning, ops_of(rows, Upsample), strict=True):
            current, divider = drawn[name]
            assert (op.current, op.divider) == (current, divider)
            parameter = next(p for p in manifest.parameters if p.name == name)
            assert op.linear == (parameter.upsampling == "linear")
            assert op.knob_row == row_named(manifest, name)
            assert [op.take_row + more for more in range(3)] == [
                row_named(manifest, f"{name}.{part}") for part in ("take", "offset", "scale")
            ]
            low, high = parameter.network_range
            assert program.weights[op.weights : op.weights + 2].tolist() == [low, high - low]


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


def test_the_engine_expands_them_the_same() -> None:
    """Through the parameter table, as a performer moves them."""
    manifest = samplernn_manifest("gru", (4,), parameters=(BRIGHT, VOICE, TWO))
    compiled = compile_plugin(Plugin(manifest, samplernn_tensors(manifest)))
    mine = ops_of(compiled.program.ops, ClassWeights)
    # It is an input of both tiers, of each as it is when it steps.
    assert [op.classes for op in mine] == [1, 7, 2] * 2
    assert mine[0].source == compiled.tiers[0].conditioning[0]
    at = mine[0].target
    for bright, voice, two in ((-1, 0, 0), (1, 3, 1), (3, 6, 0.25), (0, 4.75, 1)):
        arena = new_arena(compiled)
        rows = np.arange(BUILT_IN, BUILT_IN + 3, dtype=np.int32)
        events = Events(np.zeros(3, np.int64), rows, np.array([bright, voice, two], float))
        render_block(compiled.program, header_of(arena), arena, events, 0, np.empty(1, np.float32))
        given = np.array([[(bright + 1) / 4, voice / 6, two]])
        wanted = expand_classes(given, [1, 7, 2])[0]
        np.testing.assert_allclose(arena[at : at + 10], wanted, atol=2e-6)


def test_continuous_ones_alone_need_no_ops() -> None:
    manifest = samplernn_manifest("gru", (4,), parameters=(BRIGHT,))
    compiled = compile_plugin(Plugin(manifest, samplernn_tensors(manifest)))
    assert ops_of(compiled.program.ops, ClassWeights) == []
