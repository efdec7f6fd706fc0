"""Depths by name: what becomes of them in the tables of voices."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from rtsynth.common.control_names import SOURCE_NAMES
from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.controls import controls_of, find_control, place_in_all
from rtsynth.compiler.modulation import (
    checked,
    depths_of,
    find_target,
    modulated_value,
    place_depths,
    source_named,
)
from rtsynth.engine.program.layout import BUILT_IN, SOURCES, TARGET_DEPTH, header_of, no_events
from rtsynth.engine.program.ranges import UNMODULATED
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Plugin

PITCH = TARGET_DEPTH + (BUILT_IN + 2) * SOURCES


def test_sources_by_name() -> None:
    assert [source_named(name) for name in SOURCE_NAMES] == list(SOURCE_NAMES)
    assert source_named(" LFO2 ") == "lfo2"
    with pytest.raises(InputError, match="'lfo' is unknown; did you mean lfo"):
        source_named("lfo")


@pytest.mark.parametrize("find", [source_named, None])
def test_a_long_name_costs_no_time_and_no_long_line(
    plugin: Plugin, find: Callable[[str], object] | None
) -> None:
    """As long as a datagram can be: compared to the end it takes 20 ms and more."""
    name = "lfo_pitch " * 6000
    began = time.thread_time()
    for _ in range(5):
        with pytest.raises(InputError, match="'lfo_pitch lfo.*'... is unknown") as caught:
            find(name) if find else find_target(plugin, name)
        assert len(str(caught.value)) < 500
    assert (time.thread_time() - began) / 5 < 0.01


def test_every_control_can_be_found_or_says_that_it_stays(plugin: Plugin) -> None:
    stay = []
    for control in controls_of(plugin):
        if control.index in UNMODULATED:
            stay.append(control.spec.name)
            with pytest.raises(InputError, match=f"{control.spec.name} cannot be modulated"):
                find_target(plugin, control.spec.name)
        else:
            assert find_target(plugin, control.spec.name) == control
    assert stay == [
        *("tempo", "lfo1_beats", "lfo1_shape", "lfo1_retrigger"),
        *("lfo2_beats", "lfo2_shape", "lfo2_retrigger", "follow"),
        *("macro1", "macro2", "macro3", "macro4"),
    ]
    assert find_target(plugin, "sampling/top_p").spec.name == "top_p"


def test_targets_of_depths(plugin: Plugin) -> None:
    assigned = {("lfo1", "pitch"): 0.5, ("macro4", "pitch"): -2.0, ("walk", "of another"): 1.0}
    assert depths_of(plugin, assigned) == {PITCH: 0.5, PITCH + 7: -1.0}


def test_assignments_are_checked(plugin: Plugin) -> None:
    assert checked(plugin, {("WALK", "sampling/top_p"): 7}) == {("walk", "top_p"): 1.0}
    for key, depth, text in (
        (("lfo7", "pitch"), 0.5, "source 'lfo7' is unknown"),
        (("lfo1", "pich"), 0.5, "'pich' is unknown"),
        (("lfo1", "tempo"), 0.5, "tempo cannot be modulated"),
        (("lfo1", "pitch"), float("inf"), "lfo1, pitch: inf is not a finite number"),
    ):
        with pytest.raises(InputError, match=text):
            checked(plugin, {key: depth})


def test_placed_depths_modulate_every_voice(compiled: Compiled) -> None:
    arena, plugin = new_arena(compiled, voices=2), compiled.plugin
    place_in_all(compiled.program, arena, find_control(plugin, "macro1").index, 1.0)
    depths = depths_of(plugin, {("macro1", "pitch"): 0.25, ("macro1", "gain"): -0.5})
    place_depths(compiled.program, arena, depths.items())
    render_block(
        compiled.program, header_of(arena), arena, no_events(), 0, np.zeros(300, np.float32)
    )
    for voice in arena.reshape(2, -1):
        assert modulated_value(compiled.program, voice, find_control(plugin, "pitch")) == 72.0
        gain = modulated_value(compiled.program, voice, find_control(plugin, "gain"))
        assert gain == pytest.approx(-36.0, abs=1e-3)
        assert modulated_value(compiled.program, voice, find_control(plugin, "amplitude")) == 0.5


def test_what_was_placed_and_removed_was_never_there(compiled: Compiled) -> None:
    arena = new_arena(compiled, voices=2)
    fresh = arena.copy()
    place_depths(compiled.program, arena, [(PITCH, 0.5), (PITCH + 3, 0.5)])
    assert not np.array_equal(arena, fresh)
    place_depths(compiled.program, arena, [(PITCH, 0.0), (PITCH + 3, 0.0)])
    np.testing.assert_array_equal(arena.view(np.int32), fresh.view(np.int32))
