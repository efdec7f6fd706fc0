"""Generated parameters of three tiers: taken over, released, moved, scaled."""

import numpy as np
import pytest

import rtsynth
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import changes_of, find_control, place_in_all
from rtsynth.engine.program.layout import (
    TOP_K,
    header_of,
)
from rtsynth.engine.run.render import render_block
from rtsynth.plugin import Plugin
from tests.rtsynth.compiler.tier_traces import (
    MOTION_STEP,
    SPAN,
    TIMBRE_STEP,
    Trace,
    record,
    timed_events,
)
from tests.rtsynth.plugins import tiers_plugin
from tests.rtsynth.reference_tiers import controlled


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


@pytest.fixture(scope="module")
def trace(three: Compiled) -> Trace:
    return record(three)


TAKE = 320  # samples, the ramp of a take
SMOOTHING = 160  # of the parameters
HALF = (MOTION_STEP * 4, MOTION_STEP * 12)
TAKEN = [(HALF[0], "centroid", 3210.0), (HALF[1], "centroid.take", 0.0)]
AUDIO_CENTROID = 13  # its place in the audio tier's conditioning


@pytest.fixture(scope="module")
def free(three: Compiled) -> Trace:
    return record(three, 20 * MOTION_STEP)


@pytest.fixture(scope="module")
def taken(three: Compiled) -> Trace:
    return record(three, 20 * MOTION_STEP, moves=TAKEN)


def test_taken_over_the_tiers_below_see_exactly_the_knob(free: Trace, taken: Trace) -> None:
    seen, own = (trace.conditioning[2][:, AUDIO_CENTROID] for trace in (taken, free))
    knob = np.float32(3210) / SPAN
    np.testing.assert_array_equal(seen[: HALF[0]], own[: HALF[0]])
    # A ramp's first step comes with the sample of the change, so it ends a sample earlier.
    end = HALF[0] + TAKE - 1
    assert np.all(seen[HALF[0] : end] != knob)
    assert np.all(seen[end : HALF[1]] == knob)
    at_timbre = taken.conditioning[1][:, 2]
    due = np.arange(0, len(seen), TIMBRE_STEP)
    np.testing.assert_array_equal(at_timbre[due], seen[due])


def test_released_they_see_exactly_the_drawn_value_again(free: Trace, taken: Trace) -> None:
    seen, own = (trace.conditioning[2][:, AUDIO_CENTROID] for trace in (taken, free))
    end = HALF[1] + TAKE - 1
    assert np.all(seen[HALF[1] : end] != own[HALF[1] : end])
    np.testing.assert_array_equal(seen[end:].view(np.int32), own[end:].view(np.int32))


def test_the_tier_itself_goes_on_as_if_nothing_happened(free: Trace, taken: Trace) -> None:
    """Its input is what it drew: the same values, to the bit, and the same hidden state."""
    np.testing.assert_array_equal(taken.values[0], free.values[0])
    np.testing.assert_array_equal(taken.hidden[0], free.hidden[0])
    # While the tiers below do get the knob.
    assert np.any(taken.values[1][HALF[0] :] != free.values[1][HALF[0] :])
    np.testing.assert_array_equal(taken.values[1][: HALF[0]], free.values[1][: HALF[0]])


def test_the_other_values_of_the_tier_are_not_touched(free: Trace, taken: Trace) -> None:
    np.testing.assert_array_equal(taken.conditioning[1][:, :2], free.conditioning[1][:, :2])


def test_a_half_take_is_half_way(three: Compiled, free: Trace) -> None:
    half = record(
        three, 8 * MOTION_STEP, moves=[(0, "centroid", 3210.0), (0, "centroid.take", 0.5)]
    )
    own = free.conditioning[2][TAKE : 8 * MOTION_STEP, AUDIO_CENTROID]
    seen = half.conditioning[2][TAKE:, AUDIO_CENTROID]
    knob = np.float32(3210) / SPAN
    np.testing.assert_array_equal(seen, own + (knob - own) * np.float32(0.5))


def test_a_moved_knob_ramps_and_ends_exactly(three: Compiled) -> None:
    start = 3 * MOTION_STEP
    trace = record(
        three, 8 * MOTION_STEP, moves=[(0, "centroid", 200.0), (start, "centroid", 3210.0)]
    )
    seen = trace.conditioning[2][:, AUDIO_CENTROID]
    ramp = seen[start : start + SMOOTHING]
    assert np.all(seen[TAKE:start] == np.float32(200) / SPAN)
    assert np.all(np.diff(ramp) > 0)
    np.testing.assert_allclose(np.diff(ramp), 3010 / 5000 / SMOOTHING, rtol=1e-3)
    assert np.all(seen[start + SMOOTHING - 1 :] == np.float32(3210) / SPAN)


@pytest.mark.parametrize(
    ("name", "low", "high", "offset", "scale"),
    [("centroid", 0, 5000, 200.0, 1.0), ("centroid", 0, 5000, 0.0, 1.1),
     ("centroid", 0, 5000, -150.0, 0.5), ("pitch", 48, 84, 12.0, 1.0), ("pitch", 48, 84, 0.5, 2.0)],
)  # fmt: skip
def test_offset_and_scale_are_in_the_parameters_unit(
    three: Compiled, free: Trace, name: str, low: float, high: float, offset: float, scale: float
) -> None:
    moves = [(0, f"{name}.offset", offset), (0, f"{name}.scale", scale)]
    trace = record(three, 8 * MOTION_STEP, moves=moves)
    column = three.plugin.manifest.tiers[1].conditioning.index(name)
    due = np.arange(SMOOTHING, 8 * MOTION_STEP, TIMBRE_STEP)
    own, seen = (x.conditioning[1][due, column] for x in (free, trace))
    np.testing.assert_array_equal(seen, controlled(own, low, high, offset, scale))
    unit = [low + x.astype(np.float64) * (high - low) for x in (own, seen)]
    np.testing.assert_allclose(
        unit[1], unit[0] * scale + offset, rtol=1e-5, atol=1e-5 * (high - low)
    )
    np.testing.assert_array_equal(trace.values[0], free.values[0][: 8 * MOTION_STEP])


def test_controls_back_at_their_defaults_leave_no_trace(three: Compiled, free: Trace) -> None:
    moves = [
        (10, "centroid.offset", 900.0), (10, "centroid.scale", 2.0), (10, "centroid.take", 0.7),
        (400, "centroid.offset", 0.0), (400, "centroid.scale", 1.0), (400, "centroid.take", 0.0),
    ]  # fmt: skip
    trace = record(three, 8 * MOTION_STEP, moves=moves)
    end = 400 + TAKE - 1
    own, seen = (x.conditioning[2][end : 8 * MOTION_STEP, AUDIO_CENTROID] for x in (free, trace))
    np.testing.assert_array_equal(seen.view(np.int32), own.view(np.int32))


def test_beta_narrows_what_its_own_tier_draws(three: Compiled) -> None:
    spread = {}
    for name in ("motion", "timbre"):
        for beta in (0.1, 20.0):
            trace = record(three, 24 * MOTION_STEP, moves=[(0, f"{name}.beta", beta)])
            spread[name, beta] = [trace.values[number].std(axis=0).mean() for number in (0, 1)]
    assert spread["motion", 0.1][0] > 4 * spread["motion", 20.0][0]
    assert spread["timbre", 0.1][1] > 4 * spread["timbre", 20.0][1]
    # What timbre draws is nothing to motion.
    assert spread["timbre", 0.1][0] == spread["timbre", 20.0][0]


def test_a_plugin_of_parameters_steps_and_is_silent() -> None:
    plugin = tiers_plugin()
    manifest = plugin.manifest.model_copy(
        update={"tiers": plugin.manifest.tiers[:2], "codec": None, "sample_rate_hz": 500}
    )
    tensors = {n: t for n, t in plugin.tensors.items() if not n.startswith("audio.")}
    compiled = compile_plugin(Plugin(manifest, tensors))
    trace = record(compiled, 100)
    assert not trace.audio.any()
    whole = record(compile_plugin(plugin), 100)
    drawn = trace.values[0][::4]
    assert len(np.unique(drawn[:, 0])) == 25
    # The same first draw as among all tiers.
    np.testing.assert_array_equal(drawn[0], whole.values[0][0])
    assert compiled.followed["mfcc1"] == compiled.tiers[1].values[0]


def test_a_control_put_in_place_holds_from_the_first_sample(three: Compiled) -> None:
    audio = rtsynth.render(three, 0.02, {"centroid": 3000.0}, seed=1)
    arena = new_arena(three, 1)
    for index, value in changes_of(three.plugin, find_control(three.plugin, "centroid"), 3000.0):
        place_in_all(three.program, arena, index, value)
    place_in_all(three.program, arena, TOP_K, 0.0)
    out = np.empty(320, np.float32)
    render_block(three.program, header_of(arena), arena, timed_events(three, ()), 0, out)
    np.testing.assert_array_equal(out, audio)
    assert arena[three.followed["centroid"]] == np.float32(3000) / SPAN
    assert np.any(audio != rtsynth.render(three, 0.02, seed=1))
