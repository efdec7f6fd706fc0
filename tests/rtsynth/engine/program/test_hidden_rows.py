"""The rows of an opened plugin: their names, ranges, and which of them choose."""

from dataclasses import replace

import pytest

from rtsynth.engine.program.hidden_rows import (
    MODES,
    MOST_LOOPED,
    MOST_STEPS,
    choosing_rows,
    freeze_name,
    hidden_specs,
    loop_steps,
    scale_name,
)
from rtsynth.engine.program.table import row_named, rows_of
from rtsynth.plugin import Plugin
from rtsynth.plugin.opened import HiddenTier, Hold, opened

AUDIO = HiddenTier(
    tier="audio",
    layers=(20, 24),
    holds=(Hold(floats=24, divider=16), Hold(floats=0, divider=4), Hold(floats=256, divider=1)),
)


def test_rows_come_last_and_by_name(plugin: Plugin) -> None:
    whole = opened(plugin, (AUDIO,)).manifest
    rows, before = rows_of(whole), rows_of(plugin.manifest)
    assert [row.spec for row in rows[: len(before)]] == [row.spec for row in before]
    assert [row.spec.name for row in rows[len(before) :]] == [
        "audio.layer1_scale", "audio.layer1_noise", "audio.layer2_scale", "audio.layer2_noise",
        "audio.frame1_freeze", "audio.frame1_loop", "audio.freeze", "audio.loop",
    ]  # fmt: skip
    # Of two rows only the first is looked up: the other is behind it.
    for name, other in ((scale_name("audio", 1), "layer2_noise"), (freeze_name(AUDIO, 2), "loop")):
        assert row_named(whole, f"audio.{other}") == row_named(whole, name) + 1
    assert choosing_rows(whole, len(before)) == frozenset(range(len(before) + 4, len(rows)))


def test_a_plugin_as_it_is_has_none(plugin: Plugin) -> None:
    assert hidden_specs(plugin.manifest) == []
    assert choosing_rows(plugin.manifest, 10) == frozenset()


@pytest.mark.parametrize(
    ("floats", "steps"), [(1, MOST_STEPS), (256, MOST_LOOPED // 256), (MOST_LOOPED * 2, 1)]
)
def test_loops_have_an_end(plugin: Plugin, floats: int, steps: int) -> None:
    hold = Hold(floats=floats, divider=160)
    assert loop_steps(hold) == steps
    tier = AUDIO.model_copy(update={"holds": (hold,)})
    manifest = replace(opened(plugin, (tier,))).manifest
    freeze, loop = (spec for spec, _ in hidden_specs(manifest)[4:])
    assert tuple(freeze.labels) == MODES
    assert (freeze.default, loop.minimum, loop.maximum) == (0.0, 1.0, max(steps, 2.0))
    # Half a second of steps of 10 ms, as far as there is room.
    assert loop.default == min(steps, 50)
    assert "10 ms each" in loop.description
