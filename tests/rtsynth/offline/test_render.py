"""Rendering: against NumPy, what its arguments do, and what the tiers drew."""

from typing import Any

import numpy as np
import pytest

import rtsynth
from rtsynth import InputError, Plugin
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.offline.events import ControlEvent
from rtsynth.offline.render import Rendering, render_values
from rtsynth.plugin.codec import decode, encode
from tests.rtsynth.compiler.three_tiers import motion_alone, unwavering_plugin
from tests.rtsynth.plugins import MOTION, TIMBRE, tiers_plugin
from tests.rtsynth.reference import gru_logits

RANDOM = np.random.default_rng(3)
AUDIO = (
    0.4 * np.sin(2 * np.pi * 440 * np.arange(2000) / 16_000) + RANDOM.normal(0, 0.05, 2000)
).astype(np.float32)


def _normalised(instrument: float, amplitude: float, pitch: float) -> list[float]:
    """In the tier's order (reversed), as the manifest maps them."""
    return [(pitch - 64) / 12, amplitude, instrument]


# --- render --------------------------------------------------------------------------------------


def test_render_gives_float32_in_range(plugin: Plugin) -> None:
    audio = rtsynth.render(plugin, seconds=0.25, controls={"pitch": 70, "gain": 12})
    assert audio.dtype == np.float32
    assert audio.shape == (4000,)
    assert np.abs(audio).max() == pytest.approx(1.0, rel=1e-6)  # 12 dB above, turned down
    assert np.abs(audio).max() <= 1.0


def test_render_is_a_function_of_its_arguments(compiled: Compiled) -> None:
    first = rtsynth.render(compiled, 0.1, {"pitch": 70}, seed=1)
    again = rtsynth.render(compiled.plugin, 0.1, {"pitch": 70}, seed=1, block_frames=7)
    np.testing.assert_array_equal(first, again)
    for other in (({"pitch": 70}, 2), ({"pitch": 71}, 1)):
        assert np.mean(first != rtsynth.render(compiled, 0.1, *other)) > 0.2


def test_render_draws_from_the_networks_own_distribution(compiled: Compiled) -> None:
    """Temperature 0: every sample is the most probable code of the float64 network."""
    controls = {"temperature": 0, "instrument": 0.3, "amplitude": 0.8, "pitch": 66.6}
    audio = rtsynth.render(compiled, 0.02, controls, seed=5)
    codes = encode("mu_law_round", 256, audio[200:].astype(np.float64))
    conditioning = np.tile(_normalised(0.3, 0.8, 66.6), (320, 1))
    # What was drawn, in full (the first samples rise from silence, so scale them back).
    rise = np.minimum(np.arange(1, 321) / 160, 1)
    drawn = encode("mu_law_round", 256, audio / rise)
    silence = encode("mu_law_round", 256, np.zeros(1))
    state = _start_state(compiled, seed=5)
    heard = np.concatenate([silence, drawn[:-1]])
    logits, _ = gru_logits(compiled.plugin, heard, conditioning, state)
    best = logits.argmax(axis=1)
    gap = np.sort(logits, axis=1)[:, -1] - np.sort(logits, axis=1)[:, -2]
    clear = gap > 1e-3
    assert clear.mean() > 0.9
    np.testing.assert_array_equal(drawn[clear], best[clear])
    assert codes.size == 120


def _start_state(compiled: Compiled, seed: int) -> np.ndarray:
    from rtsynth.compiler.compile import get_hidden, new_arena

    return get_hidden(compiled, new_arena(compiled, seed)).astype(np.float64)


def test_what_moves_by_itself(compiled: Compiled) -> None:
    """Names in any spelling; without depth nothing is other than it was."""
    plain = rtsynth.render(compiled, 0.1, seed=1)
    moved = rtsynth.render(compiled, 0.1, seed=1, modulation={("LFO1", "pitch"): 0.5})
    assert not np.array_equal(plain, moved)
    still = rtsynth.render(compiled, 0.1, seed=1, modulation={("lfo1", "pitch"): 0.0})
    np.testing.assert_array_equal(plain, still)
    for key in (("lfo4", "pitch"), ("lfo1", "loudness"), ("lfo1", "macro1")):
        with pytest.raises(InputError, match=r"unknown|cannot be modulated"):
            rtsynth.render(compiled, 0.1, modulation={key: 0.5})


def test_events_act_at_their_time(compiled: Compiled) -> None:
    plain = rtsynth.render(compiled, 0.2, seed=1)
    events = [ControlEvent(0.15, "pitch", 76), ControlEvent(0.1, "gain", -60)]
    moved = rtsynth.render(compiled, 0.2, seed=1, events=events)
    np.testing.assert_array_equal(moved[:1600], plain[:1600])
    assert np.any(plain[1760:] != 0)
    np.testing.assert_array_equal(moved[1760:], np.zeros(3200 - 1760))


def test_a_primed_voice_goes_on_from_what_it_heard(compiled: Compiled) -> None:
    """The first code drawn is the most probable one after the recording."""
    controls = {"temperature": 0, "pitch": 70}
    audio = rtsynth.render(compiled, 0.001, controls, seed=4, prime=AUDIO)
    codes = encode("mu_law_round", 256, AUDIO)
    conditioning = np.tile(_normalised(0, 0.5, 70), (codes.size, 1))
    logits, _ = gru_logits(compiled.plugin, codes, conditioning, _start_state(compiled, 4))
    first = decode("mu_law_round", 256, logits[-1:].argmax(axis=1))
    assert audio[0] == pytest.approx(first[0] / 160, abs=1e-6)
    one = rtsynth.render(compiled, 0.01, prime=[0.25])
    assert one.shape == (160,)


def test_progress_is_told_every_block(compiled: Compiled) -> None:
    done: list[int] = []
    rtsynth.render(compiled, 0.1, block_frames=700, progress=done.append)
    assert done == [700, 1400, 1600]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"seconds": 0}, "seconds"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": np.nan}, "seconds"),
        ({"seconds": np.inf}, "seconds"),
        ({"seconds": 1e12}, "seconds"),
        ({"seconds": 1e308}, "seconds"),
        ({"block_frames": 0}, "block"),
        ({"controls": {"loudness": 1}}, "'loudness' is unknown"),
        ({"controls": {"pitch": np.nan}}, "pitch"),
        ({"events": [ControlEvent(0, "loudness", 1)]}, "'loudness' is unknown"),
        ({"events": [ControlEvent(-1, "pitch", 1)]}, "pitch: time"),
        ({"events": [ControlEvent(np.nan, "pitch", 1)]}, "pitch: time"),
        ({"events": [ControlEvent(0, "pitch", np.inf)]}, "pitch"),
        ({"prime": []}, "prime"),
        ({"prime": [[0.0, 1.0]]}, "prime"),
        ({"prime": [np.nan]}, "prime"),
        ({"prime": AUDIO, "voices": 2}, "prime: one voice can be primed"),
        ({"prime_seed": 0, "voices": 2}, "prime: one voice can be primed"),
    ],
    ids=str,
)
def test_what_render_refuses(compiled: Compiled, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as info:
        rtsynth.render(compiled, **({"seconds": 0.1} | arguments))
    assert "\n" not in str(info.value)


# --- what the tiers drew -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


EVENTS = [ControlEvent(0.02, "fill", 0.9), ControlEvent(0.03, "centroid", 2000.0)]


@pytest.mark.parametrize("seconds", [0.05, 0.0505, 1 / 16_000])
def test_the_audio_of_values_is_that_of_render(three: Compiled, seconds: float) -> None:
    """And there is a row for every step that fell into it, at each tier's own rate."""
    given = {"controls": {"fill": 0.2}, "seed": 3, "events": EVENTS, "prime_seed": 2}
    rendering = render_values(three, seconds, **given)
    np.testing.assert_array_equal(rendering.audio, rtsynth.render(three, seconds, **given))
    samples = rendering.audio.size
    assert {name: values.shape for name, values in rendering.values.items()} == {
        "motion": (-(-samples // 128), len(MOTION)),
        "timbre": (-(-samples // 32), len(TIMBRE)),
    }
    assert all(values.dtype == np.float32 for values in rendering.values.values())


def test_values_are_in_their_units() -> None:
    """A tier that always draws its mu: teacher forcing says what it must have drawn."""
    plugin = unwavering_plugin()
    drawn = render_values(plugin, 0.4, {"fill": 0.7}, seed=1).values["motion"]
    low = np.array([0, 0, 48])  # rmse, centroid (its network range is wider), pitch
    span = np.array([1, 5000, 36])
    seen = (drawn - low) / span
    heard = np.concatenate([np.zeros((1, 3)), seen[:-1]])
    produced, _ = rtsynth.teacher_force(plugin, heard, np.full((50, 1), 0.7), tier="motion")
    np.testing.assert_allclose(seen, produced[:, 0], atol=2e-6)
    assert np.ptp(seen, axis=0).min() > 0.01


def test_taking_over_does_not_change_what_is_drawn(three: Compiled) -> None:
    free = render_values(three, 0.05, seed=1)
    taken = render_values(three, 0.05, {"centroid": 3000}, seed=1)
    np.testing.assert_array_equal(free.values["motion"], taken.values["motion"])
    assert np.mean(free.audio != taken.audio) > 0.5
    assert np.mean(free.values["timbre"] != taken.values["timbre"]) > 0.5


def test_a_plugin_of_parameters_only(three: Compiled) -> None:
    alone = motion_alone(three.plugin)
    done: list[int] = []
    rendering = render_values(alone, 2.0, {"fill": 0.1}, seed=4, progress=done.append)
    np.testing.assert_array_equal(rendering.audio, np.zeros(250, np.float32))
    assert rendering.values["motion"].shape == (250, 3)
    assert done == list(range(1, 251))

    def of(**other: Any) -> np.ndarray:
        return render_values(alone, 2.0, **({"controls": {"fill": 0.1}, "seed": 4} | other)).values[
            "motion"
        ]

    np.testing.assert_array_equal(of(), rendering.values["motion"])
    others = ({"seed": 5}, {"controls": {"fill": 0.9}}, {"prime_seed": 1}, {"prime_seed": 2})
    for other in others:
        assert np.mean(of(**other) != of()) > 0.5, other
    moved = of(events=[ControlEvent(1.0, "fill", 0.9)])
    np.testing.assert_array_equal(moved[:125], of()[:125])
    assert np.any(moved[125:] != of()[125:])
    with pytest.raises(
        InputError, match=r"motion: generates parameters, not audio; .*\.npy or \.csv"
    ):
        rtsynth.render(alone, 1.0)
    with pytest.raises(InputError, match="generates parameters"):
        render_values(alone, 1.0, prime=AUDIO)


def test_nothing_is_drawn_without_such_a_tier(compiled: Compiled) -> None:
    rendering = render_values(compiled, 0.05, seed=1)
    assert isinstance(rendering, Rendering)
    assert rendering.values == {}
    np.testing.assert_array_equal(rendering.audio, rtsynth.render(compiled, 0.05, seed=1))


def test_random_priming_has_a_seed_of_its_own(compiled: Compiled, three: Compiled) -> None:
    for plugin in (compiled, three):
        first = rtsynth.render(plugin, 0.02, seed=1, prime_seed=5)
        np.testing.assert_array_equal(first, rtsynth.render(plugin, 0.02, seed=1, prime_seed=5))
        for other in ({"prime_seed": 6}, {"prime_seed": None}, {"seed": 2}):
            changed = rtsynth.render(plugin, 0.02, **({"seed": 1, "prime_seed": 5} | other))
            assert np.any(changed != first), other  # only where it starts from


# --- what is done otherwise than asked -----------------------------------------------------------


def test_controls_out_of_range_are_moved_into_it_with_a_word(compiled: Compiled) -> None:
    with pytest.warns(rtsynth.RtsynthWarning) as caught:
        audio = rtsynth.render(compiled, 0.05, {"pitch": 200, "gain": -3}, seed=1)
    (warning,) = caught
    assert str(warning.message) == "pitch: 200 is out of range: clamped to 76"
    assert warning.filename == __file__  # the line of the caller, not one of ours
    np.testing.assert_array_equal(
        audio, rtsynth.render(compiled, 0.05, {"pitch": 76, "gain": -3}, seed=1)
    )


def test_events_out_of_range_are_moved_into_it_with_one_word_a_control(compiled: Compiled) -> None:
    events = [ControlEvent(0.01 * n, "pitch", 70 + 5 * n) for n in range(4)]
    events.append(ControlEvent(0.01, "voice/expression", 7.0))
    with pytest.warns(rtsynth.RtsynthWarning) as caught:
        rtsynth.render(compiled, 0.05, events=events)
    assert [str(warning.message) for warning in caught] == [
        "pitch: 80 at 0.02 s is out of range 64..76 (and 1 more): clamped",
        "voice/expression: 7 at 0.01 s is out of range 0..1: clamped",
    ]


def test_values_rendered_say_it_too() -> None:
    with pytest.warns(rtsynth.RtsynthWarning, match="fill: -1 is out of range: clamped to 0"):
        render_values(motion_alone(tiers_plugin()), 0.1, {"fill": -1})


@pytest.mark.parametrize("seed", [-1, 2**53 + 1, 1.5, float("nan")])
def test_what_is_no_seed(compiled: Compiled, seed: Any) -> None:
    for given in ({"seed": seed}, {"prime_seed": seed}):
        with pytest.raises(InputError, match="whole numbers from 0 to 2"):
            rtsynth.render(compiled, 0.01, **given)
    with pytest.raises(InputError, match="whole numbers from 0 to 2"):
        rtsynth.Host("null", seed=seed)
