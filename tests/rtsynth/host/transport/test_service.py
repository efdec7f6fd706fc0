"""The service: what is published, kept, and done in its thread."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from rtsynth.common.errors import ControlError, InputError
from rtsynth.host.changes import Action, Journal
from rtsynth.host.core import EngineCore
from rtsynth.host.notices import Notices
from rtsynth.host.sections import Sections
from rtsynth.host.stage import Stage
from rtsynth.host.transport.jack_transport import JackTransport
from rtsynth.host.transport.service import Tempo
from tests.rtsynth.control.no_slots import NoSlots
from tests.rtsynth.host.transport.test_takes import Deck


class Engine:
    """A service with nothing around it."""

    def __init__(self, **options: Any) -> None:
        self.stage, self.deck = Stage(EngineCore(48_000, 2)), Deck()
        self.journal = Journal()
        self.stage.publisher.add(self.journal)
        self.tempo = Tempo(self.stage, NoSlots(), self.deck, Notices(), **options)

    def acts(self) -> list[tuple[str, tuple[Any, ...]]]:
        """What was published since the last call."""
        changes = self.journal.take()
        return [(act.kind, act.arguments) for act in changes if isinstance(act, Action)]


@pytest.fixture
def engine() -> Engine:
    return Engine()


def wait_until(done: Callable[[], bool]) -> None:
    """For what another thread does."""
    event, end_s = threading.Event(), time.monotonic() + 30
    while not done():
        assert time.monotonic() < end_s
        event.wait(0.005)


def test_changes_are_published_once(engine: Engine) -> None:
    engine.tempo.set_tempo(90.0)
    engine.tempo.set_tempo(90.0)
    assert engine.acts() == [
        ("tempo", (90.0,)),
        ("transport/state", (0, 0.0, 90.0, "internal")),
    ]
    engine.tempo.locate(8.0)
    engine.tempo.roll(True)
    kinds = engine.acts()
    assert [kind for kind, _ in kinds] == ["transport/state"] * 2
    assert kinds[0][1] == (0, 8.0, 90.0, "internal")
    assert kinds[1][1][0] == 1
    for _ in range(3):
        engine.tempo.tick(None, True)
    assert engine.acts() == []  # that it rolls on is no news


def test_a_clock_s_jitter_is_no_change_of_tempo(engine: Engine) -> None:
    now_s, published, kept = time.monotonic() - 2.0, [], set[str]()
    for tick in range(200):
        bpm = 120.0 if tick < 100 else 120.1
        engine.tempo.midi.handle("clock", now_s)
        now_s += 60 / bpm / 24
        if tick % 2:
            engine.tempo.tick(None, False)
            published += engine.acts()
            kept.add(str(engine.tempo.read()))
    assert len(kept) <= 2  # nor is it another session: 120 before there was a clock, and since
    # At its first reading it is known whose tempo it is; within 0.1 % it stays as it was.
    assert [kind for kind, _ in published] == ["transport/state"]
    assert published[0][1][3] == "midi"


def test_it_is_kept_with_the_performance(engine: Engine) -> None:
    engine.tempo.choose("internal")
    engine.tempo.set_tempo(71.5)
    engine.tempo.record("live.wav")
    sections = Sections()
    engine.tempo.keep_in(sections)
    kept = sections.read()
    assert kept == {"tempo": {"tempo": 71.5, "source": "internal"}, "takes": "live.wav"}
    other = Engine()
    sections = Sections()
    other.tempo.keep_in(sections)
    assert sections.restore(kept) == []
    assert sections.read() == kept
    assert ("record/follow", ("live.wav",)) in other.acts()
    assert other.tempo.read() == engine.tempo.read()
    other.tempo.choose("midi")
    assert ("tempo/source", ("midi",)) in other.acts()
    assert sections.restore(kept) == []
    assert ("tempo/source", ("internal",)) in other.acts()


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"source": "link", "tempo": 120.0}, {"source": "auto"},
     {"source": "auto", "tempo": True}, {"source": "auto", "tempo": 1e9},
     {"source": ["auto"], "tempo": 120}],
)  # fmt: skip
def test_what_is_damaged_changes_nothing(engine: Engine, data: Any) -> None:
    engine.tempo.set_tempo(71.5)
    before = engine.tempo.read()
    with pytest.raises(InputError):
        engine.tempo.restore(data)
    assert engine.tempo.read() == before


def test_the_line_about_a_damaged_tempo_names_its_range(engine: Engine) -> None:
    with pytest.raises(InputError, match="tempo: not a number from 20 to 400"):
        engine.tempo.restore({"source": "auto", "tempo": 500})


def test_mistakes_are_refused(engine: Engine) -> None:
    with pytest.raises(ControlError, match="not a number"):
        engine.tempo.locate(float("nan"))
    with pytest.raises(ControlError, match="no source 'link'"):
        engine.tempo.choose("link")
    engine.tempo.choose("jack")
    with pytest.raises(ControlError, match="JACK's transport is followed"):
        engine.tempo.roll(True)
    assert engine.tempo.set_tempo(5.0) == 20.0  # it has no tempo of its own


def test_takes_follow_in_the_service_s_thread(engine: Engine) -> None:
    engine.tempo.record("take.wav")
    engine.tempo.begin()
    engine.tempo.roll(True)
    wait_until(lambda: engine.deck.recording)
    engine.tempo.roll(False)
    wait_until(lambda: not engine.deck.recording)
    engine.tempo.end()
    assert engine.deck.done == ["take.wav", "stop"]
    assert "tempo" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.parametrize(
    ("source", "on_jack", "opened"),
    [("auto", False, False), ("auto", True, True), ("jack", False, True), ("midi", True, False)],
)
def test_jack_is_looked_for_where_it_may_be_followed(
    source: str, on_jack: bool, opened: bool
) -> None:
    asked: list[str] = []

    def open_jack() -> JackTransport | None:
        asked.append("")
        return None

    engine = Engine(on_jack=on_jack, open_jack=open_jack)
    engine.tempo.choose(source)
    engine.tempo.record("take.wav")
    engine.tempo.begin()
    if source == "auto":  # a sign that the thread has been round
        engine.tempo.roll(True)
        wait_until(lambda: engine.deck.recording)
    else:
        wait_until(lambda: bool(asked) or not opened)
    engine.tempo.end()
    assert bool(asked) is opened
    assert len(asked) < 3  # not again and again


def test_a_thread_that_hangs_ends_with_its_own_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """JACK did not let go of the first one in time; a second one has begun since."""
    monkeypatch.setattr("rtsynth.host.transport.service._END_S", 0.0)
    hangs, opened = threading.Event(), list[threading.Thread]()

    def open_jack() -> JackTransport | None:
        opened.append(threading.current_thread())
        hangs.wait(30)
        return None

    engine = Engine(on_jack=True, open_jack=open_jack)
    engine.tempo.begin()
    wait_until(lambda: len(opened) == 1)
    engine.tempo.end()
    engine.tempo.begin()
    wait_until(lambda: len(opened) == 2)
    hangs.set()
    opened[0].join(30)
    assert not opened[0].is_alive()
    assert opened[1].is_alive()
    engine.tempo.end()


def test_what_goes_wrong_with_jack_stops_nothing() -> None:
    def open_jack() -> JackTransport | None:
        raise OSError("a library that is broken")

    engine = Engine(on_jack=True, open_jack=open_jack)
    engine.tempo.record("take.wav")
    engine.tempo.begin()
    engine.tempo.roll(True)
    wait_until(lambda: engine.deck.recording)
    engine.tempo.end()
