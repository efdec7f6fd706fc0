"""The space of an opened plugin comes before everything else, and nothing of it overlaps."""

from functools import partial

from rtsynth.compiler.compile import Compiled, open_compiled
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.layout import CONFIG_HIDDEN_START
from rtsynth.engine.program.opening import FIRST_STREAM, RING_HEAD, open_tiers
from rtsynth.engine.program.table import row_named
from rtsynth.plugin.opened import hidden_of


def test_space_and_rows_of_a_plugin(compiled: Compiled) -> None:
    opened = open_compiled(compiled)
    manifest, given = opened.plugin.manifest, []

    def space(floats: int) -> int:
        given.append(floats)
        return sum(map(padded, given[:-1]))

    (tier,) = open_tiers(manifest, partial(row_named, manifest), space)
    (hidden,) = hidden_of(manifest)
    assert [layer.stream for layer in tier.layers] == [FIRST_STREAM, FIRST_STREAM + 1]
    assert [layer.scale_row for layer in tier.layers] == [
        row_named(manifest, f"audio.layer{n}_scale") for n in (1, 2)
    ]
    (section,) = tier.sections
    assert section is not None
    assert section.row == row_named(manifest, "audio.freeze")
    assert given[-1] == RING_HEAD + section.steps * hidden.holds[0].floats
    moved = (
        opened.program.config[CONFIG_HIDDEN_START] - compiled.program.config[CONFIG_HIDDEN_START]
    )
    assert moved >= sum(map(padded, given))


def test_a_plugin_as_it_is_takes_none(compiled: Compiled) -> None:
    assert open_tiers(compiled.plugin.manifest, lambda name: 0, lambda floats: 0) == []
