"""Arena space, sections and what a reset writes."""

import numpy as np

from rtsynth.engine.program.layout import (
    BEND,
    BUILT_IN,
    DEPTHS,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    SOURCES,
    UNSHAPED,
)
from rtsynth.engine.program.ops import Ahead, Copy
from rtsynth.engine.program.sections import Sections, Shape


def test_space_is_whole_vectors_behind_the_parameter_table() -> None:
    sections = Sections(3)
    table = HEADER_FLOATS + (BUILT_IN + 3) * PARAMETER_FLOATS
    assert sections.amplitude_at % 16 == 0
    assert table <= sections.amplitude_at < table + 16
    places = [sections.space(floats) for floats in (1, 16, 17, 5)]
    assert np.diff(places).tolist() == [16, 16, 32]
    depths = DEPTHS + (BUILT_IN + 3) * SOURCES
    assert places[0] - sections.amplitude_at - 16 == -(-depths // 16) * 16


def test_a_section_has_its_three_parts_and_its_divider() -> None:
    """What fetches, what computes, what draws; parts that are not named are empty."""
    sections = Sections(0)
    for named in (True, False):
        sections.begin_tier()
        sections._ops += [Copy(0, 0, 16)] * 2
        if named:
            sections.begin_network()
        sections._ops += [Ahead(7)]
        if named:
            sections.begin_head()
        sections._ops += [Copy(0, 0, 16)]
        sections.end_tier(12 if named else 1)
    assert sections._sections == [(0, 2, 3, 4, 12), (4, 4, 8, 8, 1)]
    assert [op.divider for op in sections._ops if isinstance(op, Ahead)] == [12, 1]


def test_a_route_is_to_a_place_with_its_shape() -> None:
    sections = Sections(2)
    sections.route(1, 200, 0.5, -1.0, Shape(BEND, (20.0, 90.0)))
    sections.route(0, 201, 1.0, 0.0)
    assert sections._routes == [
        ((BUILT_IN + 1, 200, BEND), (0.5, -1.0, 20.0, 90.0)),
        ((BUILT_IN, 201, UNSHAPED), (1.0, 0.0, 0.0, 0.0)),
    ]


def test_a_reset_puts_states_to_rest_and_memory_where_it_starts() -> None:
    sections = Sections(0)
    first, memory, second = sections.hidden(3), sections.memory(2, 0.25), sections.hidden(17)
    start, values = sections._at_rest(np.arange(1, 21, dtype=np.float32))
    assert start == first
    assert values[:3].tolist() == [1, 2, 3]
    assert values[memory - first : memory - first + 3].tolist() == [0.25, 0.25, 0]
    assert values[second - first : second - first + 18].tolist() == [*range(4, 21), 0]
    _, without = sections._at_rest(None)
    assert np.flatnonzero(without).tolist() == [memory - first, memory - first + 1]


def test_tiers_are_described_by_what_was_asked_for_since_the_last() -> None:
    sections = Sections(0)
    for number in range(2):
        state = sections.hidden(5 + number)
        for _ in range(number + 1):
            sections.begin_tier()
            sections.end_tier(1)
        sections.describe_tier(100, 2, [7, 8, 9], (3,), 50 if number == 0 else -1, prompt=number)
        tier = sections.tiers[number]
        assert tier.hidden == [(state, 5 + number)]
        assert tier.conditioning.tolist() == [100, 101]
    one, two = sections.tiers
    assert [(tier.section, tier.sections, tier.prompt) for tier in (one, two)] == [
        (0, 1, 0),
        (2, 2, 1),
    ]
    assert one.values.tolist() == [50, 51, 52]
    assert two.values.size == 0  # audio
