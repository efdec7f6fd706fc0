"""The rows of modulators are where the layout says, under the names that surfaces know."""

from rtsynth.common.control_names import MODULATION_CONTROLS, SOURCE_NAMES
from rtsynth.engine.live.shared import MAX_SLOTS
from rtsynth.engine.program import layout
from rtsynth.engine.program.modulator_rows import (
    FIXED,
    MOST_SLOTS,
    SHAPES,
    modulator_rows,
)


def test_rows_are_in_the_order_of_their_names() -> None:
    rows = modulator_rows()
    assert sorted(rows) == list(range(layout.TEMPO, layout.BUILT_IN))
    assert tuple(rows[index][0].name for index in sorted(rows)) == MODULATION_CONTROLS


def test_each_is_where_the_layout_says() -> None:
    names = {index: spec.name for index, (spec, _) in modulator_rows().items()}
    second = layout.LFO_ROWS + layout.LFO_SETTINGS
    assert names[layout.LFO_ROWS + layout.LFO_RATE] == "lfo1_rate"
    assert names[second + layout.LFO_BEATS] == "lfo2_beats"
    assert names[second + layout.LFO_SHAPE] == "lfo2_shape"
    assert names[second + layout.LFO_START] == "lfo2_phase"
    assert names[second + layout.LFO_RETRIGGER] == "lfo2_retrigger"
    assert names[layout.FOLLOW_RELEASE] == "follow_release"
    assert names[layout.WALK_RATE] == "walk_rate"
    assert names[layout.MACRO_ROWS + layout.MACROS - 1] == "macro4"
    assert {names[index] for index in FIXED} == {
        *("tempo", "follow", "lfo1_beats", "lfo1_shape", "lfo1_retrigger"),
        *("lfo2_beats", "lfo2_shape", "lfo2_retrigger"),
        *("macro1", "macro2", "macro3", "macro4"),
    }


def test_sources_and_shapes_are_those_of_the_layout() -> None:
    assert len(SOURCE_NAMES) == layout.SOURCES
    assert SOURCE_NAMES[layout.FOLLOW_SOURCE] == "follow"
    assert SOURCE_NAMES[layout.WALK_SOURCE] == "walk"
    assert SOURCE_NAMES[layout.MACRO_SOURCE :] == ("macro1", "macro2", "macro3", "macro4")
    for number, name in enumerate(SHAPES):
        assert getattr(layout, name.upper()) == number
    assert MOST_SLOTS == MAX_SLOTS
