"""Rendering, teacher forcing and scoring: against NumPy, and against each other."""

from typing import Any

import numpy as np
import pytest

import rtsynth
from rtsynth import InputError, Plugin
from rtsynth.codec import decode, encode
from rtsynth.engine.compile import Compiled
from rtsynth.offline import ControlEvent
from tests.rtsynth.reference import gru_logits, log_softmax

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
    assert np.abs(audio).max() == 1.0  # 12 dB above full scale, cut off there


def test_render_is_a_function_of_its_arguments(compiled: Compiled) -> None:
    first = rtsynth.render(compiled, 0.1, {"pitch": 70}, seed=1)
    again = rtsynth.render(compiled.plugin, 0.1, {"pitch": 70}, seed=1, block_frames=7)
    np.testing.assert_array_equal(first, again)
    assert np.any(first != rtsynth.render(compiled, 0.1, {"pitch": 70}, seed=2))
    assert np.any(first != rtsynth.render(compiled, 0.1, {"pitch": 71}, seed=1))


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
    from rtsynth.engine.compile import get_hidden, new_arena

    return get_hidden(compiled, new_arena(compiled, seed)).astype(np.float64)


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
    ],
    ids=str,
)
def test_what_render_refuses(compiled: Compiled, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as info:
        rtsynth.render(compiled, **({"seconds": 0.1} | arguments))
    assert "\n" not in str(info.value)


# --- teacher forcing -----------------------------------------------------------------------------


def test_teacher_force_is_the_network(plugin: Plugin) -> None:
    codes = RANDOM.integers(0, 256, 100)
    conditioning = RANDOM.uniform(0, 1, (100, 3))
    logits, state = rtsynth.teacher_force(plugin, codes, conditioning)
    exact, hidden = gru_logits(plugin, codes, conditioning.astype(np.float32))
    assert logits.dtype == np.float32
    assert np.abs(logits - exact).max() < 3e-5
    assert np.abs(state.hidden - hidden).max() < 1e-5


def test_teacher_force_in_chunks_is_one_pass(compiled: Compiled) -> None:
    codes = RANDOM.integers(0, 256, 100)
    conditioning = RANDOM.uniform(0, 1, (100, 3))
    whole, end = rtsynth.teacher_force(compiled, codes, conditioning)
    parts, state = [], None
    for start, stop in ((0, 1), (1, 1), (1, 40), (40, 100)):
        logits, state = rtsynth.teacher_force(
            compiled, codes[start:stop], conditioning[start:stop], state
        )
        parts.append(logits)
    assert state is not None
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    np.testing.assert_array_equal(state.hidden, end.hidden)
    # A state given back is not used up, and the hidden values alone are enough.
    for given in (end, end.hidden):
        np.testing.assert_array_equal(
            rtsynth.teacher_force(compiled, codes, conditioning, given)[0],
            rtsynth.teacher_force(compiled, codes, conditioning, end)[0],
        )


@pytest.mark.parametrize("kind", ["u1", "i2", "i8", "u8"])
def test_any_integer_type(compiled: Compiled, kind: str) -> None:
    codes = np.arange(128)
    conditioning = np.zeros((128, 3))
    np.testing.assert_array_equal(
        rtsynth.teacher_force(compiled, codes.astype(kind), conditioning)[0],
        rtsynth.teacher_force(compiled, codes.tolist(), conditioning.tolist())[0],
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"inputs": [0.0, 1.0]}, "inputs"),
        ({"inputs": [[1, 2]]}, "inputs"),
        ({"inputs": [0, 256]}, "inputs: codes must be in 0..255"),
        ({"inputs": [0, -1]}, "inputs: codes must be in 0..255"),
        ({"inputs": np.array([0, 2**63], np.uint64)}, "inputs"),
        ({"conditioning": None}, "conditioning"),
        ({"conditioning": np.zeros((3, 3))}, "conditioning"),
        ({"conditioning": np.zeros((2, 4))}, "conditioning"),
        ({"conditioning": np.zeros(2)}, "conditioning"),
        ({"conditioning": [[0, 0, np.nan]] * 2}, "conditioning"),
        ({"state": np.zeros((1, 20))}, "state"),
        ({"state": np.zeros(40)}, "state"),
        ({"state": np.full((2, 20), np.nan)}, "state"),
    ],
    ids=str,
)
def test_what_teacher_force_refuses(
    compiled: Compiled, arguments: dict[str, Any], says: str
) -> None:
    good = {"inputs": [1, 2], "conditioning": np.zeros((2, 3))}
    with pytest.raises(InputError, match=says) as info:
        rtsynth.teacher_force(compiled, **(good | arguments))
    assert "\n" not in str(info.value)


# --- scoring -------------------------------------------------------------------------------------


def _bits(plugin: Plugin, audio: np.ndarray, conditioning: np.ndarray) -> float:
    codes = encode("mu_law_round", 256, audio)
    logits, _ = gru_logits(plugin, codes[:-1], conditioning[:-1])
    chosen = np.take_along_axis(log_softmax(logits), codes[1:, None], axis=1)
    return float(-chosen.mean() / np.log(2))


def test_score_is_the_mean_log_likelihood(plugin: Plugin) -> None:
    held = np.tile(_normalised(0, 0.5, 72), (AUDIO.size, 1))
    bits = rtsynth.score(plugin, AUDIO, {"pitch": 72})
    assert bits == pytest.approx(_bits(plugin, AUDIO, held), abs=1e-5)
    defaults = np.tile(_normalised(0, 0.5, 69), (AUDIO.size, 1))
    assert rtsynth.score(plugin, AUDIO) == pytest.approx(_bits(plugin, AUDIO, defaults), abs=1e-5)


def test_score_with_moving_conditioning(plugin: Plugin) -> None:
    names = plugin.manifest.tiers[0].conditioning
    values = {
        "instrument": np.linspace(0, 1, AUDIO.size),
        "amplitude": np.full(AUDIO.size, 0.7),
        "pitch": np.linspace(64, 76, AUDIO.size),
    }
    rows = np.stack([values[name] for name in names], axis=1)
    as_seen = np.stack(
        [(values["pitch"] - 64) / 12, values["amplitude"], values["instrument"]], axis=1
    )
    bits = rtsynth.score(plugin, AUDIO, rows)
    assert bits == pytest.approx(_bits(plugin, AUDIO, as_seen), abs=1e-5)


def test_a_long_recording_is_scored_in_one_piece(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than one chunk: the state is carried over."""
    audio = np.tile(AUDIO, 33)[:65_560]
    bits = rtsynth.score(compiled, audio)
    codes = encode("mu_law_round", 256, audio)
    rows = np.tile(_normalised(0, 0.5, 69), (codes.size - 1, 1))
    logits, _ = rtsynth.teacher_force(compiled, codes[:-1], rows)
    chosen = np.take_along_axis(log_softmax(logits.astype(np.float64)), codes[1:, None], axis=1)
    assert bits == pytest.approx(-chosen.mean() / np.log(2), abs=1e-6)


@pytest.mark.parametrize(
    ("audio", "conditioning", "says"),
    [
        ([0.1], None, "audio"),
        ([[0.1, 0.2]], None, "audio"),
        ([0.1, np.nan], None, "audio"),
        ([0.1, 0.2], {"loudness": 1}, "'loudness' is unknown"),
        ([0.1, 0.2], {"pitch": np.nan}, "pitch|conditioning"),
        ([0.1, 0.2], np.zeros((3, 3)), "conditioning"),
    ],
)
def test_what_score_refuses(compiled: Compiled, audio: Any, conditioning: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        rtsynth.score(compiled, audio, conditioning)
