"""A voice that goes on as another: with the same weights nothing is heard of it, to the bit."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.compiler.controls import place
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.carry import limits
from rtsynth.engine.program.layout import (
    ATTACK,
    BEND,
    CLOCK,
    GAIN,
    GATE,
    TARGET_KEEP,
    TARGET_RECALL,
    TARGET_SEED,
    TEMPERATURE,
    voice_target,
)
from rtsynth.engine.program.ops import Recall
from rtsynth.families.mtcrnn import tape
from rtsynth.host.carrying import go_on_as
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import Voice, begin_from, make_voice, read_state
from rtsynth.plugin import Plugin
from tests.rtsynth.engine.ahead import AheadDriver
from tests.rtsynth.engine.driver import Driver
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.engine.live.test_bank import plugins
from tests.rtsynth.families.mtcrnn.test_recall import plugin as with_recall

F32 = NDArray[np.float32]
RATE_HZ = 48_000
# Before and after the plugin is changed; at its frame a note is being struck, and more is to come.
EVENTS = [
    (300, BEND, 1.5), (400, TARGET_KEEP, 3.0), (2000, ATTACK, 60.0), (2900, GATE, 1.0),
    (3300, TEMPERATURE, 0.7), (5000, BEND, -0.5), (9000, TARGET_RECALL, 3.0),
]  # fmt: skip
CHANGED = 3000


@pytest.fixture(scope="module", params=["gru", "tiers", "samplernn", "mtcrnn"])
def one(request: pytest.FixtureRequest) -> Compiled:
    return compile_plugin(plugins()[request.param])


def quiet(compiled: Compiled, voices: int = 1, seed: int = 5) -> Voice:
    voice = make_voice(compiled, RATE_HZ, seed, voices)
    size = voice.arena.size // voices
    for at in range(0, voice.arena.size, size):
        place(voice.arena[at : at + size], GAIN, 0.2)
    return voice


def playing(voice: Voice, ahead: int = 0) -> Driver:
    core = EngineCore(RATE_HZ, 2)
    core.play(0, voice)
    core.set_master(True)
    driver = AheadDriver(core, ahead, voice) if ahead else Driver(core, voice)
    if isinstance(driver, AheadDriver):
        driver.play(1, 1)  # from then on its clock runs
    else:
        driver.run_all(1, 1)
    for frame, target, value in EVENTS:
        assert driver.push(target, value, frame)
    return driver


def follow(driver: Driver, voice: Voice) -> Voice:
    assert driver.voice is not None
    go_on_as(voice, driver.voice)
    driver.core.play(0, voice)
    return voice


@pytest.mark.parametrize(("voices", "block"), [(1, 64), (3, 100), (1, 1000)])
def test_the_same_weights_are_not_heard(one: Compiled, voices: int, block: int) -> None:
    plain = playing(quiet(one, voices)).run_all(12_000, block)
    driver = playing(quiet(one, voices))
    before = driver.run_all(CHANGED, block)
    follow(driver, make_voice(one, RATE_HZ, 77, voices))
    after = driver.run_all(12_000 - CHANGED, block)
    np.testing.assert_array_equal(before, plain[:CHANGED])
    np.testing.assert_array_equal(after, plain[CHANGED:])
    assert np.ptp(after) > 1e-3


def test_one_change_after_the_other(one: Compiled) -> None:
    plain = playing(quiet(one)).run_all(12_000, 64)
    driver = playing(quiet(one))
    pieces = []
    for _ in range(4):
        pieces.append(driver.run_all(3000, 64))
        driver.voice = follow(driver, make_voice(one, RATE_HZ))
    np.testing.assert_array_equal(np.concatenate(pieces), plain)


def test_computed_ahead_it_is_the_same(one: Compiled) -> None:
    """It has its turn as soon as it can, and what comes after that can be gone back for."""

    def performed(*, changed: bool) -> F32:
        driver = playing(quiet(one), ahead=4800)
        assert isinstance(driver, AheadDriver)
        first = driver.play(CHANGED, 128)
        if changed:
            follow(driver, make_voice(one, RATE_HZ))
        driver.turns()
        assert not changed or driver.core.counter(sh.FLOOR) < CHANGED + 1500
        driver.push(BEND, 2.0, CHANGED + 2600)
        out = np.concatenate([first, driver.play(9000, 128)])
        assert driver.core.counter(sh.BACKS) > 0
        return out

    plain, out = performed(changed=False), performed(changed=True)
    np.testing.assert_array_equal(out, plain)


def test_what_is_for_the_voice_before_is_for_this_one(one: Compiled) -> None:
    """What stood on the ring as it was published, and what comes before it has its turn."""
    driver = playing(quiet(one))
    old = driver.voice
    driver.run_all(CHANGED, 64)
    sh.write_word(driver.core.words, sh.LOGGING, 1)
    new = follow(driver, make_voice(one, RATE_HZ))
    driver.push(TEMPERATURE, 0.25)
    driver.core.push(new, BEND, 0.75)
    driver.run_all(64, 64)
    rows, values = driver.core.take_log()
    events = rows[:, sh.LOG_KIND] == sh.LOGGED_EVENT
    assert values[events].tolist() == [0.25, 0.75]
    assert set(rows[events, sh.LOG_VOICE].tolist()) == {new.number}
    assert old is not None


def test_behind_a_change_that_is_faded_it_waits(one: Compiled) -> None:
    """And what comes for it meanwhile is for the voice that plays."""
    driver = playing(quiet(one))
    driver.run_all(CHANGED, 64)
    driver.voice = other = quiet(one)
    driver.core.play(0, other)
    driver.run_all(64, 64)
    sh.write_word(driver.core.words, sh.LOGGING, 1)
    last = follow(driver, make_voice(one, RATE_HZ))
    driver.core.push(last, BEND, -0.75)
    driver.run_all(64, 64)
    rows, _ = driver.core.take_log()
    events = rows[:, sh.LOG_KIND] == sh.LOGGED_EVENT
    assert rows[events, sh.LOG_VOICE].tolist() == [other.number]
    driver.run_all(2048, 64)
    assert driver.core.counter(sh.CURRENT) == last.address
    assert driver.core.counter(sh.FADING) == 0


def other_weights(compiled: Compiled, seed: int = 8) -> Compiled:
    plugin, random = compiled.plugin, np.random.default_rng(seed)
    tensors = {
        name: tensor + random.normal(0, 0.1, tensor.shape).astype(np.float32)
        for name, tensor in plugin.tensors.items()
    }
    return compile_plugin(Plugin(plugin.manifest, tensors), compiled.precision, calibrated=False)


def test_other_weights_begin_from_the_state_there_was(one: Compiled) -> None:
    """Nothing of the weights before is left: they play as if they began from that state."""
    other, first = other_weights(one), Driver(EngineCore(16_000, 2))
    old = make_voice(one, 16_000, 5)
    first.core.play(0, old)
    first.core.set_master(True)
    steps = int(one.program.sections[:, 4].max())
    first.run_all(2048, 64)
    while old.slot.header[CLOCK] % steps:
        first.run_all(1, 1)
    first.voice = old
    new = follow(first, make_voice(other, 16_000))
    first.push(TARGET_KEEP, 7.0)
    first.push(TARGET_SEED, 9.0)
    out = first.run_all(6000, 64)
    state = read_state(new, 7)
    assert state is not None
    fresh = make_voice(other, 16_000)
    begin_from(fresh, state)
    second = Driver(EngineCore(16_000, 2), fresh)
    second.core.play(0, fresh)
    second.core.set_master(True)
    second.push(TARGET_SEED, 9.0)
    expected = second.run_all(6000, 64)
    later = range(100)  # by what the limiters look ahead, and half a filter
    assert any(np.array_equal(out[2000 + n : 5000 + n], expected[2000:5000]) for n in later)
    assert np.ptp(expected[2000:5000]) > 1e-3


def changes_of(
    one: Compiled, *, other: bool, temperature: float = 1.0
) -> tuple[Voice, list[int], int]:
    """A voice at its own rate that went on with twenty networks: it, when, how many were moved."""
    driver, changes, moved = Driver(EngineCore(16_000, 2), make_voice(one, 16_000, 5)), [], 0
    assert driver.voice is not None
    driver.core.play(0, driver.voice)
    driver.core.set_master(True)
    driver.push(TEMPERATURE, temperature)
    driver.run_all(1000, 50)
    driver.voice = follow(driver, make_voice(one, 16_000))  # from here on there is a tap
    driver.run_all(2000, 50)
    for seed in range(20):
        changes.append(int(driver.voice.slot.header[CLOCK]))
        weights = other_weights(one, seed) if other else one
        driver.voice = follow(driver, make_voice(weights, 16_000))
        driver.run_all(50, 50)
        moved += int(driver.voice.words[sh.S_OFFSET] > 0)
        driver.run_all(50, 50)
        assert driver.voice.words[sh.S_OFFSET] == 0
    return driver.voice, changes, moved


def test_the_first_sample_steps_and_bends_as_the_sound_does(one: Compiled) -> None:
    plain, _, moved = changes_of(one, other=False)
    assert moved == 0
    voice, changes, _ = changes_of(one, other=True)
    assert plain.tap is not None
    assert voice.tap is not None
    size, first = voice.slot.filters.shape[1], changes[0]
    lowest, highest = limits(voice.tap[first - size : first], plain.tap[first])
    assert lowest <= voice.tap[first] <= highest
    for at in changes:
        step = np.abs(np.diff(voice.tap[at - size : at])).max()
        assert abs(voice.tap[at] - voice.tap[at - 1]) <= 2 * step + 1e-6


def test_what_is_beyond_that_fades() -> None:
    one = compile_plugin(plugins()["gru"])
    _, changes, moved = changes_of(one, other=True, temperature=0.01)
    assert 0 < moved <= len(changes)


def test_limits() -> None:
    """A tone allows little beside what it would do, noise as much as it moves by."""
    tone = (0.5 * np.sin(0.1 * np.arange(65))).astype(np.float32)
    lowest, highest = limits(tone[:64], tone[64])
    assert lowest <= tone[64] <= highest
    assert highest - lowest < 0.011
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 65).astype(np.float32)
    lowest, highest = limits(noise[:64], noise[64])
    step = np.abs(np.diff(noise)).max()
    assert (lowest, highest) == (
        pytest.approx(noise[63] - step, abs=1e-6), pytest.approx(noise[63] + step, abs=1e-6)
    )  # fmt: skip


def test_what_a_recall_keeps_stays_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "FEWEST_WEIGHTS_KEPT", 1)
    one = compile_plugin(with_recall(), "int8", calibrated=False)
    (op,) = ops_of(one.program.ops, Recall)
    assert isinstance(op, Recall)
    old = quiet(one)
    driver = playing(old)
    driver.run_all(CHANGED, 64)
    new = follow(driver, make_voice(other_weights(one), RATE_HZ))
    driver.run_all(64, 64)
    known = new.arena[op.stamps : op.stamps + op.levels] > 0
    before = old.arena[op.stamps : op.stamps + op.levels] > 0
    assert 0 < known.sum() < before.sum()
    tables = [
        voice.arena[op.table : op.table + op.levels * op.size].reshape(op.levels, -1)
        for voice in (old, new)
    ]
    assert not tables[1][~known].any()
    assert (tables[1][known] != tables[0][known]).any()


def test_another_voice_than_the_one_it_was_made_for_is_not_carried(one: Compiled) -> None:
    driver = playing(quiet(one))
    driver.run_all(CHANGED, 64)
    nobody = quiet(one)
    voice = make_voice(one, RATE_HZ)
    go_on_as(voice, nobody)
    driver.core.play(0, voice)
    driver.run_all(64, 64)
    assert voice.slot.header[CLOCK] < 100
    assert driver.voice is not None
    assert driver.voice.words[sh.S_RING_NEXT] < 1 << 40


def test_notes_of_single_voices_go_on() -> None:
    one = compile_plugin(plugins()["gru"])
    outs = []
    for changed in (False, True):
        driver = playing(quiet(one, 3))
        driver.push(voice_target(GATE, 1), 1.0, 500)
        driver.push(voice_target(BEND, 1), 1.0, 2950)
        driver.run_all(CHANGED, 64)
        if changed:
            follow(driver, make_voice(one, RATE_HZ, 0, 3))
        outs.append(driver.run_all(6000, 64))
    np.testing.assert_array_equal(outs[1][2000:], outs[0][2000:])
