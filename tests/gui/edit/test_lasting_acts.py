"""Acts that the engine is at for a while, beside everything else."""

import pytest

from rtsynth.control.osc.space.snapshots import RECALL
from rtsynth_gui.edit import acts as acts_module
from rtsynth_gui.edit.acts import GIVEN_UP_S, Act
from tests.gui.edit.acting_engine import Engine

LOAD, MORPH = "/slot/2/load", "/slot/1/preset/morph"
LISTEN = "/slot/1/prime/input"
LISTENING = Act("listening", ("network/1",), LISTEN, (2.0,), lasts=True)


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def now_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now_s = [100.0]
    monkeypatch.setattr(acts_module.time, "monotonic", lambda: now_s[0])
    return now_s


def test_what_lasts_is_kept_once_it_is_done(engine: Engine) -> None:
    """Whatever else is done meanwhile: a gesture, an act."""
    engine.acts.do(LISTENING)
    (_, before, part), listen = engine.sent
    assert (part, listen) == ("network/1", (LISTEN, 2.0))
    engine.sent.remove(listen)  # it takes its time
    engine.acts.begin(Act("morph", (1,), MORPH))
    engine.answer()
    engine.acts.end(MORPH)
    engine.acts.do(Act("loading a", (2,), LOAD, ("a",)))
    engine.answer()
    assert engine.sent == []  # nothing is kept of it yet
    assert engine.titles == ["loading a", "morph", "listening"]
    engine.tell(("/done", LISTEN, 2.0, "primed"))
    ((_, after, part),) = engine.sent
    assert part == "network/1"
    engine.answer()
    for title in ("loading a", "morph", "listening"):
        assert engine.history.undo() == title
        recall = engine.sent.pop()
        engine.tell(("/done", *recall))
    assert recall == (RECALL, before, after)


def test_what_lasts_and_fails_is_no_step(engine: Engine, now_s: list[float]) -> None:
    for ending in ("refused", "lost"):
        engine.acts.do(LISTENING)
        engine.acts.begin(Act("morph", (1,), MORPH))
        engine.answer(LISTEN)
        assert engine.titles == ["morph", "listening"]
        if ending == "refused":
            engine.acts.take([], (), [LISTEN])
            assert engine.titles == ["morph"]
        engine.acts.end(MORPH)
        engine.answer()
        now_s[0] += GIVEN_UP_S + 1
        engine.tell()
        assert (engine.titles, engine.history.waiting) == (["morph"], "")
        engine.history.undo()
        engine.tell(("/done", *engine.sent.pop()))
