"""The limiter by numbers: nothing above its ceiling, nothing flattened, nothing changed below."""

import numpy as np
import pytest
from numpy.typing import NDArray

import rtsynth
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import place_in_all
from rtsynth.engine.kernels.limiter import (
    CEILING,
    LOOKAHEAD_S,
    RELEASE_S,
    limit,
    limited,
    lookahead_frames,
    new_limiters,
)
from rtsynth.engine.program.layout import GATE, header_of, no_events
from rtsynth.engine.run.render import render_block
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import make_voice
from rtsynth.offline.events import ControlEvent
from rtsynth.plugin import load
from rtsynth.plugin.library import resolve
from tests.rtsynth.engine.driver import Driver

F32 = NDArray[np.float32]
RANDOM = np.random.default_rng(7)
CHORD = (64, 65, 67, 69, 71, 72, 74, 76)


def longest_run(audio: F32) -> int:
    """The most samples one after the other that lie at the ceiling."""
    at = np.flatnonzero(np.diff(np.pad(np.abs(audio) >= 0.9999 * CEILING, 1).astype(int)))
    return int((at[1::2] - at[::2]).max(initial=0))


def chord_of_sines(rate_hz: int, peak: float, seconds: float = 3.0) -> F32:
    """Eight notes that begin together, as high as `peak` at most."""
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    tones = [np.sin(2 * np.pi * 440 * 2 ** ((note - 69) / 12) * times + note) for note in CHORD]
    mix = np.sum(tones, axis=0)
    return np.asarray(mix * peak / np.abs(mix).max(), np.float32)


def distortion(audio: F32, rate_hz: int) -> float:
    """The share of all that is further than 30 Hz from every tone of the chord (as amplitude)."""
    tones_hz = 440 * 2 ** ((np.array(CHORD) - 69) / 12)
    power = np.abs(np.fft.rfft(audio * np.hanning(audio.size))) ** 2
    frequency_hz = np.fft.rfftfreq(audio.size, 1 / rate_hz)
    away = np.abs(frequency_hz[:, None] - tones_hz).min(axis=1) > 30
    return float(np.sqrt(power[away].sum() / power.sum()))


@pytest.mark.parametrize("rate_hz", [8000, 16_000, 44_100, 48_000, 192_000])
def test_up_to_the_ceiling_every_bit_stays(rate_hz: int) -> None:
    audio = (RANDOM.uniform(-1, 1, rate_hz) * CEILING).astype(np.float32)
    np.testing.assert_array_equal(limited(audio, rate_hz), audio)


@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
@pytest.mark.parametrize("kind", ["noise", "bursts", "steps", "clicks"])
def test_nothing_passes_the_ceiling(rate_hz: int, kind: str) -> None:
    times = np.arange(2 * rate_hz)
    audio = {
        "noise": RANDOM.normal(0, 2, times.size),
        "bursts": 8 * np.sin(times * 0.3) * (times // 500 % 3 == 0),
        "steps": np.where(times // 400 % 2, 5.0, -0.5),
        "clicks": 30.0 * (RANDOM.random(times.size) < 0.01),
    }[kind].astype(np.float32)
    out = limited(audio, rate_hz)
    assert np.abs(out).max() <= CEILING * (1 + 1e-6)
    assert np.abs(out).max() > 0.9 * CEILING


@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
@pytest.mark.parametrize("peak", [1.1, 2.0, 4.0, 8.0])
def test_a_loud_chord_is_turned_down_and_not_flattened(rate_hz: int, peak: float) -> None:
    chord = chord_of_sines(rate_hz, peak)
    out = limited(chord, rate_hz)
    assert longest_run(out) <= 3
    assert longest_run(np.clip(chord, -CEILING, CEILING)) >= 3  # what it is measured against
    assert distortion(out[rate_hz:], rate_hz) < 0.022  # clipped at +6 dB it is 11 percent


def test_it_lets_go_after_a_peak() -> None:
    rate_hz = 16_000
    audio = np.full(2 * rate_hz, 0.5, np.float32)
    audio[100:104] = 4.0
    out = limited(audio, rate_hz)
    assert out[100] == pytest.approx(CEILING, rel=1e-3)
    assert np.all(out[: 100 - 2 * lookahead_frames(rate_hz)] == 0.5)
    for factor in (1.5, 2.0, 4.0):
        late = round(100 + rate_hz * (RELEASE_S * np.log(factor) + LOOKAHEAD_S))
        assert out[late] == pytest.approx(0.5 * CEILING / 4 * factor, rel=0.02)
    assert out[-1] == 0.5
    assert np.all(np.diff(out[200:]) >= 0)


@pytest.mark.parametrize("blocks", [(1,), (7, 64), (1000,), (1, 333, 4096)])
def test_blocks_do_not_matter(blocks: tuple[int, ...]) -> None:
    rate_hz = 16_000
    audio = RANDOM.normal(0, 1.5, 20_000).astype(np.float32)
    size = lookahead_frames(rate_hz) + 1
    words, delayed, wanted, falls = new_limiters(size + 5)  # longer rings do no harm
    out, at = audio.copy(), 0
    for turn in range(audio.size):
        count = blocks[turn % len(blocks)]
        part = out[np.newaxis, at : at + count]
        limit(words[0], delayed, wanted[0], falls[0], size, CEILING, rate_hz, part)
        at += count
    ahead = lookahead_frames(rate_hz)
    np.testing.assert_array_equal(out[ahead:], limited(audio, rate_hz)[:-ahead])
    assert np.all(out[:ahead] == 0)


def test_channels_share_the_gain_of_the_loudest() -> None:
    rate_hz = 16_000
    left = RANDOM.normal(0, 1, 8000).astype(np.float32)
    audio = np.stack([left, np.float32(0.25) * left])
    size = lookahead_frames(rate_hz) + 1
    words, delayed, wanted, falls = new_limiters(size, channels=2)
    out = audio.copy()
    limit(words[0], delayed, wanted[0], falls[0], size, CEILING, rate_hz, out)
    np.testing.assert_array_equal(out[1], np.float32(0.25) * out[0])
    np.testing.assert_array_equal(out[0, size - 1 :], limited(left, rate_hz)[: 1 - size])


def test_what_is_no_number_is_silence() -> None:
    audio = np.full(1000, 0.25, np.float32)
    audio[[100, 200, 300]] = np.nan, np.inf, -np.inf
    out = limited(audio, 16_000)
    assert np.all(out[[100, 200, 300]] == 0)
    assert np.all(np.delete(out, [100, 200, 300]) == 0.25)


# --- the plugin that notes are played on ---------------------------------------------------------


@pytest.fixture(scope="module")
def clarinet() -> Compiled:
    return compile_plugin(load(resolve("clarinet-trumpet")))


def chord(compiled: Compiled, notes: int, velocity: int, voices: int = 8) -> F32:
    """So many notes of CHORD, from the start."""
    amplitude = next(p for p in compiled.plugin.parameters if p.role == "amplitude")
    events = []
    for voice, note in enumerate(CHORD[:notes]):
        loudness = amplitude.value_at(velocity / 127)
        alone = None if voices == 1 else voice
        for name, value in (("pitch", note), (amplitude.name, loudness), ("gate", 1.0)):
            events.append(ControlEvent(0.0, name, value, voice=alone))
    return rtsynth.render(compiled, 2.0, seed=5, events=events, voices=voices)


@pytest.mark.parametrize("notes", [1, 3, 5])
def test_five_notes_at_velocity_90_stay_below_the_ceiling(clarinet: Compiled, notes: int) -> None:
    assert np.abs(chord(clarinet, notes, 90)).max() < CEILING


@pytest.mark.parametrize("velocity", [90, 127])
def test_a_full_chord_is_not_flattened(clarinet: Compiled, velocity: int) -> None:
    audio = chord(clarinet, 8, velocity)
    assert np.abs(audio).max() <= CEILING * (1 + 1e-6)
    assert longest_run(audio) <= 3


def test_a_short_render_is_the_start_of_a_longer_one(clarinet: Compiled) -> None:
    """Whether it is limited later, too: one voice whose gain is turned up."""
    up = [ControlEvent(0.0, "amplitude", 1.0), ControlEvent(0.5, "gain", 9.0)]
    longer = rtsynth.render(clarinet, 1.0, seed=5, events=up)
    assert np.abs(longer[:8000]).max() < CEILING
    assert np.abs(longer).max() == pytest.approx(1.0, abs=1e-6)
    for seconds in (0.5, 0.75):
        short = rtsynth.render(clarinet, seconds, seed=5, events=up)
        # What is still to come is known for the length of the look-ahead only.
        count = short.size - lookahead_frames(16_000)
        np.testing.assert_array_equal(short[:count], longer[:count])


def test_a_note_is_as_loud_whatever_the_number_of_voices(clarinet: Compiled) -> None:
    """Of several: alone, a voice is what the network says, to the bit."""
    alone, *several = (chord(clarinet, 1, 100, voices) for voices in (1, 2, 4, 8))
    for audio in several:
        np.testing.assert_array_equal(audio, alone * np.float32(0.5))


def test_live_it_is_what_offline_it_is(clarinet: Compiled) -> None:
    """At the plugin's own rate, where the converter only delays by a sample; frame by frame."""
    core = EngineCore(16_000, 1)
    voice = make_voice(clarinet, 16_000, 5, 4)
    for arena in (voice.arena, again := new_arena(clarinet, 5, 4)):
        place_in_all(clarinet.program, arena, GATE, 1.0)
        place_in_all(clarinet.program, arena, 0, 8.0)  # gain
    core.play(0, voice)
    core.set_master(True)
    heard = Driver(core, voice).run(8000, 160)
    mix = np.zeros(8000, np.float32)
    render_block(clarinet.program, header_of(again), again, no_events(), 0, mix)
    expected = limited(mix, 16_000)
    settled = slice(400, -40)  # after the fade in; before what is still ahead
    delay = next(d for d in range(3) if heard[500 + d] == expected[500])
    np.testing.assert_array_equal(np.roll(heard, -delay)[settled], expected[settled])
    assert np.abs(mix).max() > 2 * CEILING
