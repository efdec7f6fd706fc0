"""Teacher forcing, scoring and priming: against NumPy, and against each other."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

import rtsynth
from rtsynth import InputError, Plugin
from rtsynth.compiler.compile import Compiled, compile_plugin, get_hidden, new_arena
from rtsynth.engine.program.layout import CLOCK, CODE, ORIGIN, header_of
from rtsynth.engine.run.forcing import feed_block
from rtsynth.offline.events import ControlEvent, set_now
from rtsynth.offline.teacher import OverTime, feed_audio, feed_noise
from rtsynth.plugin import Parameter
from rtsynth.plugin.codec import encode
from tests.rtsynth.compiler.three_tiers import motion_alone
from tests.rtsynth.hollow import hollow_plugin
from tests.rtsynth.plugins import samplernn_manifest, samplernn_tensors, tiers_plugin
from tests.rtsynth.reference import gru_logits, log_softmax

RANDOM = np.random.default_rng(3)
AUDIO = (
    0.4 * np.sin(2 * np.pi * 440 * np.arange(2000) / 16_000) + RANDOM.normal(0, 0.05, 2000)
).astype(np.float32)


def _normalised(instrument: float, amplitude: float, pitch: float) -> list[float]:
    """In the tier's order (reversed), as the manifest maps them."""
    return [(pitch - 64) / 12, amplitude, instrument]


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


@pytest.mark.parametrize("levels", [256, 65_536])
def test_scoring_takes_little_memory_whatever_the_number_of_levels(levels: int) -> None:
    compiled = compile_plugin(hollow_plugin("gru", levels, hidden_size=2, layers=1))
    audio = np.tile(AUDIO, 50)[: (1 << 25) // levels]  # of 130 MB of logits
    rtsynth.score(compiled, audio[:100])
    tracemalloc.start()
    try:
        bits = rtsynth.score(compiled, audio)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert bits == pytest.approx(np.log2(levels))  # a network of zeros knows nothing
    assert peak < 120e6


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


# --- conditioning over time ----------------------------------------------------------------------


def test_conditioning_steps_at_its_events(compiled: Compiled) -> None:
    events = [ControlEvent(0.001, "pitch", 70.0), ControlEvent(0.0005, "pitch", 65.0)]
    events.append(ControlEvent(0.001, "gain", -6.0))  # no conditioning
    rows = OverTime(compiled, events, {"amplitude": 0.9}, 20).rows(0, 20)
    pitch, amplitude, instrument = rows.T  # the tier's order
    np.testing.assert_array_equal(pitch, [69] * 8 + [65] * 8 + [70] * 4)
    np.testing.assert_array_equal(amplitude, [0.9] * 20)
    np.testing.assert_array_equal(instrument, [0] * 20)


# --- priming -------------------------------------------------------------------------------------


def test_a_recording_is_heard(compiled: Compiled) -> None:
    arena = new_arena(compiled)
    set_now(compiled, arena, {"pitch": 72})
    feed_audio(compiled, arena, AUDIO[:300].astype(np.float64))
    codes = encode("mu_law_round", 256, AUDIO[:300])
    rows = np.tile(_normalised(0, 0.5, 72), (299, 1))
    _, hidden = gru_logits(compiled.plugin, codes[:-1], rows, np.zeros((2, 20)) + _start(compiled))
    np.testing.assert_allclose(get_hidden(compiled, arena), hidden, atol=1e-5)
    assert header_of(arena)[CODE] == codes[-1]
    assert header_of(arena)[CLOCK] == 0


def _start(compiled: Compiled) -> np.ndarray:
    return get_hidden(compiled, new_arena(compiled)).astype(np.float64)


def test_noise_is_random_codes(compiled: Compiled) -> None:
    """As NumPy's generator gives them, conditioning first; the last is the input at the start."""
    arena = new_arena(compiled)
    feed_noise(compiled, arena, 7, 0.0125)
    random = np.random.default_rng(7)
    rows = random.random((200, 3), np.float32)
    codes = random.integers(256, size=200)
    _, hidden = gru_logits(compiled.plugin, codes[:-1], rows[:-1], _start(compiled))
    np.testing.assert_allclose(get_hidden(compiled, arena), hidden, atol=1e-5)
    assert header_of(arena)[CODE] == codes[-1]
    assert header_of(arena)[CLOCK] == 0
    knobs = arena[compiled.tiers[-1].conditioning]  # where they were
    np.testing.assert_array_equal(knobs, new_arena(compiled)[compiled.tiers[-1].conditioning])


def test_noise_is_heard_by_every_tier() -> None:
    """Values and conditioning in 0..1, each tier at its rate."""
    three = compile_plugin(tiers_plugin())
    arena = new_arena(three)
    feed_noise(three, arena, 9, 0.1)
    random = np.random.default_rng(9)
    steps = {"motion": (12, 3), "timbre": (50, 13)}  # 0.1 s; 12.5 is rounded to the even 12
    for number, (name, (count, made)) in enumerate(steps.items()):
        told = three.tiers[number].conditioning.size
        given = random.random((count, made + told), np.float32)
        values, rows = given[:-1, :made], given[:-1, made:]
        _, state = rtsynth.teacher_force(three, values, rows, tier=name)
        np.testing.assert_array_equal(get_hidden(three, arena, number), state.hidden)
        np.testing.assert_array_equal(arena[three.tiers[number].values], given[-1, :made])
    rows = random.random((1600, three.tiers[2].conditioning.size), np.float32)
    codes = random.integers(256, size=1600)
    _, state = rtsynth.teacher_force(three, codes[:-1], rows[:-1])
    np.testing.assert_array_equal(get_hidden(three, arena), state.hidden)
    assert header_of(arena)[CODE] == codes[-1]


def test_a_recording_is_heard_while_the_tiers_above_play() -> None:
    """The audio tier is fed it under what the others generate, and all continue from there."""
    three = compile_plugin(tiers_plugin())
    free, primed = new_arena(three, 3), new_arena(three, 3)
    codes = encode("mu_law_floor", 256, AUDIO[:401].astype(np.float64))
    feed_audio(three, primed, AUDIO[:401].astype(np.float64))
    feed_block(three.program, header_of(free), free, codes[:-1])
    for number in range(3):
        np.testing.assert_array_equal(
            get_hidden(three, primed, number), get_hidden(three, free, number)
        )
    assert np.abs(primed[three.tiers[1].conditioning]).min() > 0
    header = header_of(primed)
    assert (header[CLOCK], header[ORIGIN], header[CODE]) == (0, -400, codes[-1])


def test_a_plugin_of_parameters_only_hears_noise_but_no_recording() -> None:
    alone = compile_plugin(motion_alone(tiers_plugin()))
    arena = new_arena(alone)
    feed_noise(alone, arena, 1, 1.0)
    assert np.abs(get_hidden(alone, arena)).max() > 0.01
    with pytest.raises(InputError, match="generates parameters, not audio"):
        feed_audio(alone, arena, np.zeros(100))
    with pytest.raises(InputError, match="generates parameters, not audio"):
        rtsynth.score(alone, AUDIO)


# --- networks of frames --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def framed() -> Compiled:
    voice = Parameter(name="voice", minimum=0, maximum=2, default=1, role="class", smoothing_ms=0)
    manifest = samplernn_manifest("gru", (8, 2), levels=64, parameters=(voice,))
    tensors = samplernn_tensors(manifest)
    tensors["rest.audio"] = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 20)).astype(np.float32)
    return compile_plugin(Plugin(manifest, tensors))


def test_a_prompt_and_then_a_row_for_every_code(framed: Compiled) -> None:
    codes, rows = RANDOM.integers(0, 64, 50), RANDOM.uniform(0, 1, (50, 1))
    logits, end = rtsynth.teacher_force(framed, codes, rows)
    assert logits.shape == (42, 64)
    # The codes of a row are no input before it, the conditioning of the prompt not at all.
    other, rows_too = codes.copy(), rows.copy()
    other[30:], rows_too[:8] = 0, 0.7
    same, _ = rtsynth.teacher_force(framed, other, rows_too)
    np.testing.assert_array_equal(same[: 30 - 8 + 1], logits[: 30 - 8 + 1])
    assert np.any(same[30 - 8 + 1] != logits[30 - 8 + 1])
    # It starts from the state at rest; one that is given is another start, with a prompt as well.
    at_rest = framed.plugin.tensors["rest.audio"]
    np.testing.assert_array_equal(rtsynth.teacher_force(framed, codes, rows, at_rest)[0], logits)
    zeros, _ = rtsynth.teacher_force(framed, codes, rows, np.zeros((2, 20)))
    assert zeros.shape == logits.shape
    assert np.any(zeros[0] != logits[0])
    # A state that was returned continues, whatever the place within a frame.
    parts, state = [], None
    for start, stop in ((0, 8), (8, 8), (8, 13), (13, 50)):
        some, state = rtsynth.teacher_force(framed, codes[start:stop], rows[start:stop], state)
        parts.append(some)
    np.testing.assert_array_equal(np.concatenate(parts), logits)
    assert state is not None
    np.testing.assert_array_equal(state.hidden, end.hidden)


def test_codes_that_are_fewer_than_the_prompt(framed: Compiled) -> None:
    with pytest.raises(InputError) as info:
        rtsynth.teacher_force(framed, np.zeros(7, int), np.zeros((7, 1)))
    assert str(info.value) == ("inputs: the first 8 codes are the prompt; got only 7, give more")
    with pytest.raises(InputError, match="audio: expected at least 9 samples"):
        rtsynth.score(framed, np.zeros(8))


def test_the_score_of_a_network_of_frames(
    framed: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = encode("mu_law", 64, AUDIO)
    rows = np.full((AUDIO.size, 1), 0.5)
    logits, _ = rtsynth.teacher_force(framed, codes, rows)
    chosen = np.take_along_axis(log_softmax(logits.astype(np.float64)), codes[8:, None], axis=1)
    bits = float(-chosen.mean() / np.log(2))
    assert rtsynth.score(framed, AUDIO) == pytest.approx(bits, abs=1e-6)
    assert rtsynth.score(framed, AUDIO, {"voice": 2}) != pytest.approx(bits, abs=1e-3)
    for codes_at_once in (1, 333):
        monkeypatch.setattr("rtsynth.offline.teacher._SCORED_AT_ONCE", codes_at_once * 64)
        assert rtsynth.score(framed, AUDIO) == pytest.approx(bits, abs=1e-6)


def test_a_network_of_frames_hears_recordings_and_noise(framed: Compiled) -> None:
    """The tiers stay in step: the frame to come begins with the first sample played."""
    primed = new_arena(framed, 3)
    feed_audio(framed, primed, AUDIO[:400].astype(np.float64))
    assert header_of(primed)[CODE] == encode("mu_law", 64, AUDIO[399:400])[0]
    assert np.abs(get_hidden(framed, primed) - framed.plugin.tensors["rest.audio"]).max() > 0.1
    noisy, again, other = (new_arena(framed, 3) for _ in range(3))
    for arena, seed in ((noisy, 1), (again, 1), (other, 2)):
        feed_noise(framed, arena, seed, 0.01)
    np.testing.assert_array_equal(noisy, again)
    assert np.any(get_hidden(framed, noisy) != get_hidden(framed, other))
    assert header_of(noisy)[CLOCK] == header_of(noisy)[ORIGIN] == 0
