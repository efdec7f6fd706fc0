"""How long knobs take through the tiers: what is promised against what is measured."""

from collections.abc import Sequence

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import changes_of, find_control
from rtsynth.engine.program.layout import Events, header_of
from rtsynth.engine.program.reaction import delay_ms, reaction_ms
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Manifest, Plugin
from tests.rtsynth.plugins import TIMBRE, gru_manifest, tiers_manifest, tiers_plugin

RATE_HZ = 16_000
SETTLED = 1280  # samples after which a plugin without memory stands still
PHASES = (0, 1, 2, 31, 32, 33, 64, 97, 98, 126, 127)  # where in a step of motion a knob moves


def _memoryless(upsampling: str = "linear", heard: Sequence[int] = (0, 1, 2)) -> Compiled:
    """Parameter tiers without memory and chance: their values follow from their conditioning.

    Args:
        upsampling: of the pitch; the others are linear.
        heard: which of motion's values condition timbre, in its own order (pitch, rmse, centroid).
    """
    plugin = tiers_plugin(networks=(0, 0, 0))
    tensors = {name: np.array(tensor) for name, tensor in plugin.tensors.items()}
    for tier in plugin.manifest.tiers[:2]:
        made, hidden = len(tier.outputs), tier.config["hidden_size"]
        tensors[f"{tier.name}.i2d.weight"][:, :made] = 0  # its own values
        tensors[f"{tier.name}.gru.weight_hh_l0"][:] = 0
        tensors[f"{tier.name}.gru.bias_hh_l0"][:] = 0
        tensors[f"{tier.name}.gru.weight_ih_l0"][hidden : 2 * hidden] = 0
        tensors[f"{tier.name}.gru.bias_ih_l0"][hidden : 2 * hidden] = -80  # h is the new one
        tensors[f"{tier.name}.h2v.weight"][:] = 0
        tensors[f"{tier.name}.h2v.bias"][:] = -80  # sigma is 0
    for column in {0, 1, 2} - set(heard):
        tensors["timbre.i2d.weight"][:, len(TIMBRE) + column] = 0
    return compile_plugin(Plugin(_pitch_upsampled(plugin.manifest, upsampling), tensors))


def _pitch_upsampled(manifest: Manifest, upsampling: str) -> Manifest:
    parameters = [
        parameter.model_copy(update={"upsampling": upsampling})
        if parameter.name == "pitch"
        else parameter
        for parameter in manifest.parameters
    ]
    return manifest.model_copy(update={"parameters": parameters})


def _longest_ms(compiled: Compiled, name: str, value: float, watched: slice) -> float:
    """The longest time from moving a control until the audio tier's conditioning stands still."""
    longest = 0
    at = compiled.tiers[2].conditioning[watched]
    control = find_control(compiled.plugin, name)
    for phase in PHASES:
        moved = SETTLED + phase
        rows = changes_of(compiled.plugin, control, value)
        events = Events(
            np.full(len(rows), moved, np.int64),
            np.array([row[0] for row in rows], np.int32),
            np.array([row[1] for row in rows], np.float64),
        )
        arena, first, seen = new_arena(compiled), 0, []
        render_block(
            compiled.program, header_of(arena), arena, events, 0, np.empty(moved - 1, np.float32)
        )
        for _ in range(800):
            out = np.empty(1, np.float32)
            first = render_block(compiled.program, header_of(arena), arena, events, first, out)
            seen.append(arena[at].copy())
        changes = np.flatnonzero(np.any(np.diff(np.array(seen), axis=0) != 0, axis=1))
        assert changes.size > 10
        longest = max(longest, int(changes[-1]) + 1)  # row 0 is the sample before the move
    return 1000 * longest / RATE_HZ


MFCCS, CENTROID = slice(0, 13), slice(13, 14)


@pytest.mark.parametrize(
    ("name", "value", "upsampling", "heard", "watched", "expected_ms"),
    [
        # 10 ms of smoothing, 8 for motion's step, 8 for its lines, 2 for timbre's
        ("fill", 0.9, "linear", (0, 1, 2), MFCCS, 28.0),
        # the pitch is held: nothing to wait for but timbre's lines
        ("fill", 0.9, "hold", (0,), MFCCS, 20.0),
        # 20 ms to take it over, timbre's step and lines
        ("rmse", 0.9, "linear", (0, 1, 2), MFCCS, 24.0),
        ("pitch", 80.0, "hold", (0, 1, 2), MFCCS, 24.0),
        # the audio tier gets it itself, a sample later
        ("centroid", 3000.0, "linear", (0, 1, 2), CENTROID, 20.0625),
    ],
)
def test_a_reaction_is_as_long_as_promised_and_no_longer(
    name: str,
    value: float,
    upsampling: str,
    heard: tuple[int, ...],
    watched: slice,
    expected_ms: float,
) -> None:
    compiled = _memoryless(upsampling, heard)
    manifest = compiled.plugin.manifest
    if name == "fill":  # the audio tier's own centroid would be the shortest way
        manifest = _without_centroid(manifest)
    promised_ms = reaction_ms(manifest, name)
    assert promised_ms == pytest.approx(expected_ms)
    measured_ms = _longest_ms(compiled, name, value, watched)
    assert promised_ms - 4 / 16 < measured_ms <= promised_ms  # four samples


def _without_centroid(manifest: Manifest) -> Manifest:
    tiers = list(manifest.tiers)
    names = [name for name in tiers[2].conditioning if name != "centroid"]
    tiers[2] = tiers[2].model_copy(update={"conditioning": names})
    return manifest.model_copy(update={"tiers": tiers})


def test_the_shortest_way_counts() -> None:
    held, linear = (_pitch_upsampled(tiers_manifest(), how) for how in ("hold", "linear"))
    # The pitch is held, and timbre's lines take 2 ms.
    assert reaction_ms(held, "fill") == pytest.approx(10 + 8 + 2)
    # Motion's centroid goes straight to the audio tier, on lines of 8 ms; or through timbre.
    assert reaction_ms(linear, "fill") == pytest.approx(10 + 8 + 8)
    assert reaction_ms(_without_centroid(linear), "fill") == pytest.approx(10 + 8 + 8 + 2)


def test_a_plugin_of_one_tier_reacts_within_its_smoothing_and_a_sample() -> None:
    assert reaction_ms(gru_manifest(), "pitch") == pytest.approx(10 + 1 / 16)


def test_a_knob_that_nothing_hears_has_only_its_smoothing() -> None:
    manifest = tiers_manifest()
    unused = manifest.parameters[0].model_copy(update={"name": "spare", "smoothing_ms": 35.0})
    changed = manifest.model_copy(update={"parameters": [*manifest.parameters, unused]})
    assert reaction_ms(changed, "spare") == 35.0


def test_a_long_smoothing_outlasts_the_take() -> None:
    manifest = tiers_manifest()
    slow = [
        p.model_copy(update={"smoothing_ms": 100.0}) if p.name == "rmse" else p
        for p in manifest.parameters
    ]
    changed = manifest.model_copy(update={"parameters": slow})
    assert reaction_ms(changed, "rmse") == pytest.approx(100 + 2 + 2)


def test_the_delay_is_a_step_of_the_tier_where_it_moves_on_lines() -> None:
    manifest = tiers_manifest()
    delays = {name: delay_ms(manifest, name) for name in ("centroid", "pitch", "mfcc5")}
    assert delays == {"centroid": 8.0, "pitch": 0.0, "mfcc5": 2.0}
