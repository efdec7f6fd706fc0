"""States of a single voice, of an engine that plays: whichever voice takes one, it is the same."""

import time
from collections.abc import Iterator
from pathlib import Path

import mido
import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled
from rtsynth.control.midi.router import MidiRouter
from rtsynth.engine.program.layout import (
    TARGET_KEEP,
    TARGET_RECALL,
    TARGET_SEED,
    voice_target,
)
from rtsynth.host.bank_section import BankSection
from rtsynth.host.event_lines import Event, from_text
from rtsynth.host.mapping.mappings import Mappings
from rtsynth.host.notes import NEWEST
from rtsynth.host.slot_acts import SlotActs
from rtsynth.host.voice import read_state
from tests.rtsynth.host.live import until
from tests.rtsynth.offline.replay.performance import replayed

pytestmark = pytest.mark.system
VOICES = 3
SEED_SHIFT = 54  # a voice's number, from there up, goes into its seed: taken off, all are the same
F32 = NDArray[np.float32]


@pytest.fixture(scope="module")
def playing(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=16_000, voices=VOICES) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def host(playing: Host) -> Iterator[Host]:
    """Three notes are held, from the first voice to the last."""
    for name in playing.banks.names(1):
        playing.banks.delete(1, name)
    playing.reset(1)
    for note in (60, 64, 67):
        playing.note_on(1, note, 0.5)
    yield playing
    for note in (60, 64, 67):
        playing.note_off(1, note)


def rows(state: F32) -> F32:
    """What each voice is, [VOICES, floats], without the time of the tiers."""
    return np.delete(state.reshape(VOICES, -1), (3, 4), axis=1)


def state(host: Host, name: str) -> F32:
    until(lambda: (kept := host.banks.kept(1)) is not None and kept.texts[name] is not None)
    return rows(host.banks.state(1, name))


def kept_after(host: Host, at_ns: int, frames: int) -> F32:
    """What each voice is exactly so many frames after what was asked for a time."""
    slot = host.slot(1)
    serial = host.banks._names(slot).next()

    def keep(acts: SlotActs, _at_ns: int | None) -> None:
        acts._push_at(TARGET_KEEP, float(serial), slot.times._last[1] + frames)

    time.sleep(max(at_ns - time.monotonic_ns(), 0) / 1e9 + 0.05)
    assert slot.times._last[0] == at_ns
    slot.times.at(None, keep, ())
    until(lambda: read_state(slot.voice, serial) is not None)
    found = read_state(slot.voice, serial)
    assert found is not None
    return rows(found)


def test_it_is_of_that_voice_at_that_sample(host: Host) -> None:
    banks, then_ns = host.banks, time.monotonic_ns() + 50_000_000
    banks.save(1, "all", at_ns=then_ns)
    banks.save(1, "second", voice=2, at_ns=then_ns)
    banks.save(1, "newest", voice=NEWEST, at_ns=then_ns)
    whole = state(host, "all")
    assert not np.array_equal(whole[1], whole[2])
    for name, number in (("second", 1), ("newest", 2)):
        np.testing.assert_array_equal(state(host, name), np.tile(whole[number], (VOICES, 1)))
    host.note_on(1, 60, 0.7)  # again: its voice is the first one
    banks.save(1, "newest", voice=NEWEST, at_ns=(again_ns := time.monotonic_ns() + 50_000_000))
    banks.save(1, "again", at_ns=again_ns)
    np.testing.assert_array_equal(state(host, "newest")[2], state(host, "again")[0])
    banks.fork(1, "all", "third", 3)
    np.testing.assert_array_equal(state(host, "third"), np.tile(whole[2], (VOICES, 1)))
    for voice in (VOICES + 1, -2):
        with pytest.raises(ControlError, match=f"voice {voice}: slot 1 has voices 1 to 3"):
            banks.save(1, "none", voice=voice)
    with pytest.raises(ControlError, match="voice -1: slot 1 has voices 1 to 3"):
        banks.fork(1, "all", "none", NEWEST)


def test_it_is_of_a_moment_that_has_passed(host: Host) -> None:
    banks = host.banks
    until(lambda: banks.back(1, 0.5) == pytest.approx(0.5))
    banks.save(1, "passed", 0.3, 2)
    banks.save(1, "newest", 0.3, NEWEST)
    for name in ("passed", "newest"):
        kept = state(host, name)
        np.testing.assert_array_equal(kept, np.tile(kept[0], (VOICES, 1)))
    assert not np.array_equal(state(host, "passed"), state(host, "newest"))


def test_it_stays_one_with_others_in_presets_and_with_other_voices(host: Host) -> None:
    banks = host.banks
    banks.save(1, "second", voice=2)
    banks.save(1, "newest", voice=NEWEST)
    second = state(host, "second")
    banks.average(1, "mean", {"second": 1, "newest": 1})
    np.testing.assert_array_equal(state(host, "mean"), np.tile(state(host, "mean")[0], (3, 1)))
    kept = BankSection(banks).read(1)
    banks.delete(1, "second")
    assert BankSection(banks).restore(1, kept) == []
    np.testing.assert_array_equal(state(host, "second"), second)
    host.load_into(2, host.slot(1).voice.compiled)
    host.voicing.set_voices(2, 5)
    banks.put(2, "second", np.tile(banks.state(1, "second")[: second.shape[1] + 2], 5))
    host.voicing.set_voices(2, 3)
    np.testing.assert_array_equal(rows(banks.state(2, "second")), second)
    host.unload(2)


def test_a_pad_keeps_the_newest_note(host: Host, tmp_path: Path) -> None:
    mappings = Mappings(host.notices, tmp_path / "learned.toml")
    router = MidiRouter(host, mappings=mappings, port="pads")
    mappings.assign(1, "bank/save attack 0 -1", {"kind": "note", "number": 36})
    text = router.handle(mido.Message("note_on", note=36, velocity=90))
    assert text == "slot 1 bank/save attack 0 -1"
    kept = state(host, "attack")
    np.testing.assert_array_equal(kept, np.tile(kept[0], (VOICES, 1)))


def test_a_note_is_the_same_in_whichever_voice(compiled: Compiled, tmp_path: Path) -> None:
    """To the bit, half a second after it began, with the same seed; so is its replay."""
    found = []
    with Host("null", precision="float32", rate_hz=16_000, voices=VOICES) as host:
        host.load(compiled)
        host.event_log.open(tmp_path / "take.events")
        host.start()
        for note in (60, 64, 67):
            host.note_on(1, note, 0.5)
        host.banks.save(1, "attack", voice=2, at_ns=time.monotonic_ns() + 200_000_000)
        state(host, "attack")
        host.banks.start_from(1, "attack")
        for note in (60, 64, 67):
            host.note_off(1, note)
        for turn in range(2 * VOICES):  # the voice that is silent longest takes it
            number, at_ns = turn % VOICES, time.monotonic_ns() + 100_000_000
            same = TARGET_SEED, -float(number << SEED_SHIFT), number
            host.slot(1).times.at(at_ns, SlotActs.steer, same)
            host.note_on(1, 62, 0.5, at_ns=at_ns)
            after = kept_after(host, at_ns, 8000)[number]
            if turn >= VOICES:  # by then every voice comes from the same pitch
                found.append(after)
            host.note_off(1, 62)
            time.sleep(0.05)
        path = host.event_log.path
        host.stop()
    assert path is not None
    lines = [from_text(line) for line in path.read_text().splitlines()]
    targets = [line.target for line in lines if isinstance(line, Event)]
    assert voice_target(TARGET_KEEP, 1) in targets
    recalls = [voice_target(TARGET_RECALL, number) for number in range(VOICES)]
    assert [each for each in targets if each in recalls] == 2 * recalls
    assert replayed(path).size
    np.testing.assert_array_equal(found[1], found[0])
    np.testing.assert_array_equal(found[2], found[0])
