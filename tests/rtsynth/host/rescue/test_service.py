"""A slot that is watched, by the clock of its blocks; what is healthy for it is given."""

import logging
from collections.abc import Iterator

import numpy as np
import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.common.log import RateLimitedLog
from rtsynth.compiler.compile import Compiled
from rtsynth.host.rescue import service
from rtsynth.host.rescue.features import COUNT, LEVEL
from rtsynth.host.rescue.observer import Observer
from rtsynth.host.rescue.profile import Profile
from tests.rtsynth.host.live import until
from tests.rtsynth.host.rescue.block_clock import BlockClock

pytestmark = pytest.mark.system


def all_but_silence(knobs: int) -> Profile:
    """Anything is healthy that sounds, wherever the knobs are."""
    places = np.array([np.full(knobs, -100.0), np.full(knobs, 100.0)])
    low, high = np.full((2, COUNT), -np.inf), np.full((2, COUNT), np.inf)
    low[:, LEVEL] = -60.0
    return Profile(places, low, high, np.ones(COUNT), np.zeros(knobs))


@pytest.fixture
def clock(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> Iterator[BlockClock]:
    profile = all_but_silence(len(compiled.plugin.parameters) + 1)
    monkeypatch.setattr(service.Profiles, "of", lambda self, plugin: profile)
    monkeypatch.setattr(service.Profiles, "learn_now", lambda self, plugin: profile)
    opened = BlockClock(compiled, "gentle", voices=2)
    yield opened
    opened.close()


def test_a_voice_is_rescued_and_everybody_is_told(
    clock: BlockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    host, slot = clock.host, clock.slot
    clock.play(1.0)
    assert host.rescue.count(1) == 0
    looked, look = [], Observer.look

    def quiet(observer):
        found = look(observer)
        looked.append(found)
        features = found.features.copy()
        features[LEVEL] = -90.0
        return found._replace(features=features)

    cursor, _ = host.read_notices(0)
    monkeypatch.setattr(Observer, "look", quiet)
    backs = slot.voice.slot.bank.joint[0]
    clock.play(0.3)
    assert host.rescue.count(1) == 1
    _, notices = host.read_notices(cursor)
    assert [(each.address, each.texts) for each in notices] == [("/slot/1/rescued", ("silence",))]
    assert "slot 1: rescued from silence: voice 1 went back" in caplog.text
    assert slot.voice.slot.bank.joint[0] != backs, "the engine was given it"
    assert len(looked) > 5


def test_a_voice_that_does_not_sound_is_not_looked_at(
    clock: BlockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.play(0.5)
    seen = []
    monkeypatch.setattr(Observer, "look", lambda observer: seen.append(observer))
    clock.play(0.5)
    assert set(seen) == {clock.host.rescue._watched[1].voices[0].observer}
    clock.slot.note_on(69, 0.8)
    clock.slot.note_on(72, 0.8)
    clock.play(0.5)
    assert len(set(seen)) == 2


def test_off_means_off(clock: BlockClock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.host.rescue.choose(1, "off")
    clock.play(0.1)
    monkeypatch.setattr(Observer, "look", lambda observer: pytest.fail("looked"))
    clock.play(0.5)


def test_modes(clock: BlockClock) -> None:
    rescue, sections = clock.host.rescue, clock.host.sections.slot(1)
    assert rescue.mode(1) == "gentle"
    kept = sections.read()["rescue"]
    rescue.choose(1, "firm")
    assert sections.restore({"rescue": kept}) == []
    assert rescue.mode(1) == "gentle"
    (problem,) = sections.restore({"rescue": 3})
    assert "no rescue '3'; there are off, gentle, firm" in problem
    with pytest.raises(ControlError, match="no rescue 'hard'"):
        rescue.choose(1, "hard")
    with pytest.raises(ControlError, match="slot 2 is empty"):
        rescue.choose(2, "firm")


def test_its_thread_is_there_while_it_plays(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = all_but_silence(len(compiled.plugin.parameters) + 1)
    monkeypatch.setattr(service.Profiles, "of", lambda self, plugin: profile)
    with Host("null", precision="float32", rate_hz=16_000) as host:
        host.load(compiled)
        host.start()
        assert host.rescue._thread is None
        host.rescue.choose(1, "gentle")
        until(lambda: host.rescue._watched)
        host.stop()
        assert host.rescue._thread is None
        host.start()
        assert host.rescue._thread is not None


def test_a_slot_that_is_emptied_is_rescued_no_more(clock: BlockClock, compiled: Compiled) -> None:
    """Its mode is not that of the next plugin there; where one takes its place it is."""
    host = clock.host
    host.load_into(1, compiled)
    assert host.rescue.mode(1) == "gentle"
    host.unload(1)
    host.load_into(1, compiled)
    assert (host.rescue.mode(1), host.rescue.count(1)) == ("off", 0)


def test_a_bug_ends_no_thread_and_is_said(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looked = list[int]()

    def fail_once(rescue: service.Rescue) -> None:
        looked.append(len(looked))
        if len(looked) == 1:
            raise ZeroDivisionError

    monkeypatch.setattr(service, "log", RateLimitedLog(logging.getLogger("rtsynth")))
    monkeypatch.setattr(service.Rescue, "look", fail_once)
    with Host("null", precision="float32", rate_hz=16_000) as host:
        host.load(compiled)
        host.rescue.choose(1, "gentle")
        host.start()
        until(lambda: len(looked) > 2)
    assert [text for text in caplog.messages if "internal error" in text]
    assert any(record.exc_info for record in caplog.records)
