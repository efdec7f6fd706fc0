"""States that are kept and put back: what follows is what followed the first time, to the bit."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.bank import JOINT_MS, act_on_bank
from rtsynth.engine.live.slot import render_events
from rtsynth.engine.program.layout import (
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    ORIGIN,
    SECTION_DIVIDER,
    TARGET_KEEP,
    TARGET_LOOP,
    TARGET_LOOP_LENGTH,
    TARGET_RECALL,
    TARGET_RETURN,
    TARGET_SEED,
    TEMPERATURE,
    Events,
    voice_target,
)
from rtsynth.engine.program.table import rows_of
from rtsynth.host.voice import Voice, make_voice, state_floats
from rtsynth.plugin import Plugin, load
from rtsynth.plugin.library import resolve
from tests.rtsynth.engine.ahead import BLOCK, ahead_driver, straight
from tests.rtsynth.hollow import hollow_plugin, hollow_samplernn
from tests.rtsynth.plugins import gru_manifest, gru_tensors, tiers_plugin

F32 = NDArray[np.float32]
Timed = tuple[int, int, float]
LENGTH = 2000  # samples that are compared


def filled(plugin: Plugin) -> Plugin:
    """With random weights."""
    random = np.random.default_rng(3)
    tensors = {
        name: random.normal(0, 0.4, tensor.shape).astype(np.float32)
        for name, tensor in plugin.tensors.items()
    }
    return Plugin(plugin.manifest, tensors)


def plugins() -> dict[str, Plugin]:
    samplernn = {"hidden_size": 4, "embedding_size": 2}
    return {
        "gru": Plugin(gru_manifest(), gru_tensors(gru_manifest())),
        "tiers": tiers_plugin(),
        "samplernn": filled(hollow_samplernn(16, frame_sizes=[4, 2], **samplernn)),
        "mtcrnn": filled(hollow_plugin("mtcrnn", 16, hidden_size=4, layers=2, one_hot=True)),
    }


@pytest.fixture(scope="module", params=["gru", "tiers", "samplernn", "mtcrnn"])
def one(request: pytest.FixtureRequest) -> Compiled:
    return compile_plugin(plugins()[request.param])


def render(voice: Voice, events: Sequence[Timed], samples: int, block: int) -> F32:
    """What a fresh voice puts out, in blocks, at its own rate."""
    times, targets, values = zip(*sorted(events, key=lambda each: each[0]), strict=True)
    out, done = np.zeros(1 + samples, np.float32), 0
    for start in range(1, 1 + samples, block):
        left = Events(
            np.array(times[done:], np.int64),
            np.array(targets[done:], np.int32),
            np.array(values[done:], np.float64),
        )
        end = min(start + block, 1 + samples)
        done += render_events(voice.words, voice.slot, left, out, start, end)
    return out[1:]


def joint(compiled: Compiled) -> int:
    return compiled.plugin.sample_rate_hz * JOINT_MS // 1000


def first_step(compiled: Compiled) -> int:
    """A sample at which all tiers step."""
    return 400 * int(compiled.program.sections[:, SECTION_DIVIDER].max())


@pytest.mark.parametrize("voices", [1, 3])
def test_what_follows_is_what_followed(one: Compiled, voices: int) -> None:
    kept = first_step(one)
    again = kept + LENGTH + 1237  # in the middle of a step
    events = [
        (kept - 50, TEMPERATURE, 0.8), (kept, TARGET_KEEP, 7.0), (kept, TARGET_SEED, 9.0),
        (again, TARGET_RECALL, 7.0), (again, TARGET_SEED, 9.0),
    ]  # fmt: skip
    outs = [
        render(make_voice(one, 16_000, 5, voices), events, again + LENGTH, block)
        for block in (again + LENGTH, 64, 37)
    ]
    out, faded = outs[0], joint(one)
    np.testing.assert_array_equal(outs[1], out)
    np.testing.assert_array_equal(outs[2], out)
    assert np.ptp(out[kept : kept + LENGTH]) > 0
    np.testing.assert_array_equal(
        out[again + faded : again + LENGTH], out[kept + faded : kept + LENGTH]
    )
    assert out[again] == pytest.approx(out[again - 1], abs=1e-6), "it goes on from where it was"


@pytest.mark.measure
def test_the_next_ten_seconds_after_other_notes() -> None:
    """Of a plugin that ships: kept, other notes, put back with the note of then."""
    one = compile_plugin(load(resolve("clarinet-trumpet")))
    row = [each.spec.name for each in rows_of(one.plugin.manifest)].index("pitch")
    kept, long = 8000, 160_000  # samples, at 16 kHz
    other = [(kept + long + 4000 * number, row, 64.0 + number) for number in range(13)]
    again = kept + long + 60_000
    events = [
        (1, row, 69.0), (kept, TARGET_KEEP, 7.0), (kept, TARGET_SEED, 9.0), *other,
        (again - 2000, row, 69.0), (again, TARGET_RECALL, 7.0), (again, TARGET_SEED, 9.0),
    ]  # fmt: skip
    out, faded = render(make_voice(one, 16_000, 5), events, again + long, 512), joint(one)
    first, second = out[kept + faded : kept + long], out[again + faded : again + long]
    assert np.ptp(first) > 0.1
    np.testing.assert_array_equal(second, first)


def test_knobs_stay_where_they_are(one: Compiled) -> None:
    kept = first_step(one)
    table = rows_of(one.plugin.manifest)
    moved = [(kept + 100, row, table[row].spec.minimum + 0.3) for row in one.program.routes[:, 0]]
    recall = kept + 5000, TARGET_RECALL, 7.0
    inputs = []
    for events in ([], [recall]):
        voice = make_voice(one, 16_000, 5)
        before = [(kept, TARGET_KEEP, 7.0), *moved]
        render(voice, [*before, *events], kept + 6000, 64)
        inputs.append(voice.arena[one.program.routes[:, 1]])
    np.testing.assert_array_equal(inputs[1], inputs[0])


def test_a_state_is_kept_as_all_tiers_step(one: Compiled) -> None:
    voice, slowest = make_voice(one, 16_000), first_step(one) // 400
    serials = voice.slot.bank.serials
    render(voice, [(slowest + 1, TARGET_KEEP, 3.0)], slowest + 2, 64)
    assert serials[3] == (3 if slowest == 1 else -1)
    render(voice, [(0, TARGET_KEEP, 4.0)], 2 * slowest, 64)
    assert serials[3:5].tolist() == [3, 4]


def test_the_ring_has_the_last_while_and_any_of_it_comes_back(one: Compiled) -> None:
    def fresh() -> Voice:
        voice = make_voice(one, 16_000, 5)
        bank = voice.slot.bank
        ring = slice(0, bank.chosen + 4)
        small = bank._replace(
            rows=bank.rows[ring], serials=bank.serials[ring], times=bank.times[ring], step=1000
        )
        voice.slot = voice.slot._replace(bank=small)
        return voice

    voice, plain = fresh(), [(0, TEMPERATURE, 1.0)]
    render(voice, plain, 9000, 100)
    kept = sorted(voice.slot.bank.serials[voice.slot.bank.chosen :].tolist())
    assert [each // 1000 for each in kept] == [5, 6, 7, 8]
    seeded = [*plain, (kept[1], TARGET_SEED, 9.0)]
    back = [(9000, TARGET_RETURN, kept[1] + 10.0), (9000, TARGET_SEED, 9.0)]
    out, faded = render(fresh(), [*seeded, *back], 9000 + LENGTH, 100), joint(one)
    first = out[kept[1] + faded : kept[1] + LENGTH]
    np.testing.assert_array_equal(out[9000 + faded : 9000 + LENGTH], first)


def test_what_is_not_there_is_not_put_back(one: Compiled) -> None:
    plain: list[Timed] = [(0, TEMPERATURE, 1.0)]
    out = render(make_voice(one, 16_000, 5), plain, 1000, 100)
    gone: list[Timed] = [(500, TARGET_RECALL, 3.0), (600, TARGET_RETURN, 10_000_000.0),
            (700, TARGET_RECALL, -1.0), (800, TARGET_KEEP, -1.0)]  # fmt: skip
    np.testing.assert_array_equal(
        render(make_voice(one, 16_000, 5), [*plain, *gone], 1000, 100), out
    )


def test_one_of_several_voices(one: Compiled) -> None:
    voice, kept = make_voice(one, 16_000, 5, 2), first_step(one)
    size, config = voice.arena.size // 2, one.program.config
    hidden = slice(size + int(config[CONFIG_HIDDEN_START]), size + int(config[CONFIG_HIDDEN_END]))
    render(voice, [(kept, TARGET_KEEP, 7.0)], kept + 777, 100)
    before, row = voice.arena.copy(), voice.slot.bank.rows[7]
    act_on_bank(voice.words, voice.slot, voice_target(TARGET_RECALL, 1), 7.0, np.float32(0))
    np.testing.assert_array_equal(voice.arena[:size], before[:size])
    assert row.size == 2 * state_floats(one)
    np.testing.assert_array_equal(voice.arena[hidden], row[-(hidden.stop - hidden.start) :])
    assert not np.array_equal(voice.arena[hidden], before[hidden], equal_nan=True)
    assert voice.slot.header[ORIGIN] == 0, "the tiers of all go on"


def test_the_state_of_one_voice_goes_into_any(one: Compiled) -> None:
    """Kept at the same sample as that of all, and from then on no other state."""
    voice, kept, rows = make_voice(one, 16_000, 5, 3), first_step(one), []
    moved = (voice_target(TEMPERATURE, 1), 0.4), (voice_target(TEMPERATURE, 2), 1.1)
    keep = [(kept, TARGET_KEEP, 7.0), (kept, voice_target(TARGET_KEEP, 1), 8.0)]
    render(voice, [*((9, *each) for each in moved), *keep], kept + 777, 100)
    bank = voice.slot.bank
    assert bank.serials[7:9].tolist() == [7, 8]
    assert bank.times[7] == bank.times[8]
    whole, single = (bank.rows[row].reshape(3, -1) for row in (7, 8))
    assert not np.array_equal(whole[1], whole[0], equal_nan=True)
    np.testing.assert_array_equal(single, np.tile(whole[1], (3, 1)))
    size = voice.arena.size // 3
    state = slice(
        int(one.program.config[CONFIG_HIDDEN_START]), int(one.program.config[CONFIG_HIDDEN_END])
    )
    for number in range(3):
        target = voice_target(TARGET_RECALL, number)
        act_on_bank(voice.words, voice.slot, target, 8.0, np.float32(0))
        rows.append(voice.arena[number * size : (number + 1) * size][state].copy())
        np.testing.assert_array_equal(rows[number], whole[1][-rows[number].size :])


def test_of_a_voice_that_is_not_there_nothing_is_kept(one: Compiled) -> None:
    voice = make_voice(one, 16_000, 5, 2)
    keep: list[Timed] = [(500, voice_target(TARGET_KEEP, number), 7.0) for number in (2, 255)]
    render(voice, keep, 900, 100)
    assert voice.slot.bank.serials[7] == -1


def test_a_thousand_a_second_never_jump(one: Compiled) -> None:
    kept = first_step(one)
    times = range(kept + 100, kept + 8100, 16)
    recalls: list[Timed] = [(time, TARGET_RECALL, 7.0) for time in times]
    out = render(make_voice(one, 16_000, 5), [(kept, TARGET_KEEP, 7.0), *recalls], kept + 8200, 64)
    at = np.array(times)
    np.testing.assert_allclose(out[at], out[at - 1], atol=1e-6)
    assert np.isfinite(out).all()
    assert np.abs(out).max() <= 1.0


def test_computed_ahead_it_is_the_same(compiled: Compiled) -> None:
    frames = 480 * BLOCK
    events = [
        (2000, TARGET_KEEP, 5.0), (2000, TARGET_SEED, 9.0), (22_000, TARGET_RECALL, 5.0),
        (22_000, TARGET_SEED, 9.0), (42_000, TARGET_RETURN, 3000.0),
    ]  # fmt: skip
    driver = ahead_driver(compiled)
    out = [driver.play(1, 1)]
    for time, target, value in events:
        if (before := time - 1500 - sum(map(len, out))) > 0:
            out.append(driver.play(before, BLOCK))
        assert driver.push(target, value, time)  # 1500 frames ahead: what is computed is undone
    out.append(driver.play(frames - sum(map(len, out)), BLOCK))
    assert driver.core.counter(sh.BACKS) >= 3
    np.testing.assert_array_equal(np.concatenate(out), straight(compiled, events, frames))


@pytest.mark.parametrize("voices", [1, 2])
def test_a_loop_puts_back_at_exact_samples(one: Compiled, voices: int) -> None:
    """As events at those samples would; also behind a moment that is kept as the loop begins."""
    kept, length = first_step(one), 321
    begin = kept + 1237
    keep = [(kept, TARGET_KEEP, 7.0), (kept, TARGET_SEED, 3.0)]
    loop = [(begin, TARGET_LOOP_LENGTH, length), (begin, TARGET_LOOP, 7.0)]
    loop.append((begin + 5 * length + 1, TARGET_LOOP, 0.0))
    recalls = [(begin + turn * length, TARGET_RECALL, 7.0) for turn in range(6)]
    end = begin + 8 * length
    outs = [
        render(make_voice(one, 16_000, 5, voices), [*keep, *events], end, block)
        for events, block in ((recalls, end), (loop, end), (loop, 64))
    ]
    np.testing.assert_array_equal(outs[1], outs[0])
    np.testing.assert_array_equal(outs[2], outs[0])
    assert np.ptp(outs[0][begin:]) > 0


def test_the_last_while_is_looped(one: Compiled) -> None:
    """It is returned to, kept at once, and put back from there on."""
    ring = make_voice(one, 16_000, 5).slot.bank.step
    begin, length = 3 * ring + 777, 2 * ring
    back = (begin, TARGET_RETURN, float(begin - length))
    loop: list[Timed] = [back, (begin, TARGET_KEEP, 9.0)]
    loop += [(begin, TARGET_LOOP_LENGTH, length), (begin, TARGET_LOOP, 9.0)]
    again: list[Timed] = [(begin + turn * length, TARGET_SEED, 4.0) for turn in range(3)]
    out = render(make_voice(one, 16_000, 5), [*loop, *again], begin + 3 * length, 100)
    turns = out[begin:].reshape(3, length)[:, joint(one) :]
    assert np.ptp(turns[0]) > 0
    np.testing.assert_array_equal(turns[1], turns[0])
    np.testing.assert_array_equal(turns[2], turns[0])


def test_a_loop_of_one_sample_and_of_nothing_ends(one: Compiled) -> None:
    loop: list[Timed] = [(100, TARGET_LOOP, 5.0), (400, TARGET_LOOP, 0.0)]
    plain: list[Timed] = [(0, TEMPERATURE, 1.0)]
    out = render(make_voice(one, 16_000, 5), [*plain, *loop], 1000, 100)
    np.testing.assert_array_equal(out, render(make_voice(one, 16_000, 5), plain, 1000, 100))


def test_a_loop_computed_ahead_is_the_same(compiled: Compiled) -> None:
    frames = 480 * BLOCK
    events = [
        (2000, TARGET_KEEP, 5.0), (9000, TARGET_LOOP_LENGTH, 2311.0), (9000, TARGET_LOOP, 5.0),
        (20_000, TEMPERATURE, 0.5), (33_000, TARGET_LOOP_LENGTH, 800.0), (45_000, TARGET_LOOP, 0.0),
    ]  # fmt: skip
    driver = ahead_driver(compiled)
    out = [driver.play(1, 1)]
    for time, target, value in events:
        if (before := time - 1500 - sum(map(len, out))) > 0:
            out.append(driver.play(before, BLOCK))
        assert driver.push(target, value, time)
    out.append(driver.play(frames - sum(map(len, out)), BLOCK))
    assert driver.core.counter(sh.BACKS) >= 3
    np.testing.assert_array_equal(np.concatenate(out), straight(compiled, events, frames))
