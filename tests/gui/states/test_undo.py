"""What the page of states does to a real engine is undone there."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth_gui.states.page import StatesPage
from tests.gui.conftest import Spin
from tests.gui.live import Live
from tests.gui.states.shown import desk_of, kept, save_two
from tests.rtsynth.host.presets.test_kept_networks import hidden

pytestmark = [pytest.mark.system, pytest.mark.measure]

Rest = Callable[[float], None]
State = NDArray[np.float32]
Two = tuple[State, State]


@pytest.fixture
def two(engine: Live, page: StatesPage, spin: Spin, rest: Rest) -> Two:
    """A network that stays what it is put to: what the state "dark" is, and what it is by now."""
    host = engine.host
    host.hidden.open(1)
    dark = frozen(host, spin)
    host.banks.save(1, "dark")
    spin(lambda: page.states.list.names == ["dark"])
    host.set(1, "audio.freeze", 0.0)
    rest(0.2)
    now = frozen(host, spin)
    assert not np.array_equal(dark, now)
    rest(0.3)
    return dark, now


def frozen(host: Host, spin: Spin) -> State:
    host.set(1, "audio.freeze", 1.0)
    spin(lambda: np.array_equal(hidden(host), hidden(host)))
    return hidden(host)


def test_what_was_put_back_is_undone(
    page: StatesPage,
    engine: Live,
    spin: Spin,
    rest: Rest,
    two: Two,
) -> None:
    dark, before = two
    desk = desk_of(page)
    page.states.ask("recall", "dark")
    spin(lambda: np.array_equal(hidden(engine.host), dark))
    assert desk.history.undo_title == "recall state dark"
    rest(0.2)
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), before))
    desk.redo()
    spin(lambda: np.array_equal(hidden(engine.host), dark))
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), before))
    rest(1.2)
    page.states.ask("recall", "dark")
    rest(0.7)
    page.back[1].click()  # to what was before the recall
    spin(lambda: np.array_equal(hidden(engine.host), before))
    assert desk.history.undo_title == "back 1 s"
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), dark))
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), before))


def test_a_morph_is_undone_as_one_step(
    page: StatesPage,
    engine: Live,
    spin: Spin,
    rest: Rest,
    two: Two,
) -> None:
    dark, before = two
    engine.host.banks.save(1, "light")
    spin(page.morph.isEnabled)
    page.morph.fader.choose(0.5)
    spin(lambda: not np.array_equal(hidden(engine.host), before))
    page.morph.fader.choose(0.0)
    spin(lambda: np.array_equal(hidden(engine.host), dark))
    desk = desk_of(page)
    assert desk.history.undo_title == "morph between states"
    desk.undo()
    spin(lambda: np.array_equal(hidden(engine.host), before))
    desk.redo()
    spin(lambda: np.array_equal(hidden(engine.host), dark))


def test_a_loop_is_undone(
    page: StatesPage,
    engine: Live,
    spin: Spin,
    two: Two,
) -> None:
    desk, banks = desk_of(page), engine.host.banks
    banks.loop(1, "dark", 0.25)  # somebody else
    spin(lambda: page.looped == ("dark", 0.25))
    page.loop_off.click()
    spin(lambda: banks.looped(1) is None and page.looped == ("", 0.0))
    desk.undo()
    spin(lambda: banks.looped(1) == ("dark", 0.25))
    desk.redo()
    spin(lambda: banks.looped(1) is None)
    page.loop[0.5].click()
    spin(lambda: banks.looped(1) == ("", 0.5))
    desk.undo()
    spin(lambda: banks.looped(1) is None)


def test_saving_is_undone(page: StatesPage, engine: Live, spin: Spin, rest: Rest) -> None:
    desk, banks = desk_of(page), engine.host.banks
    save_two(page, engine, spin)
    desk.undo()
    spin(lambda: banks.names(1) == ["dark"] == page.states.list.names)
    rest(0.3)
    desk.redo()
    spin(lambda: banks.names(1) == ["dark", "light"])
    spin(lambda: kept(engine.host, "light") and "light" in page.states.list.names)
    again = kept(engine.host, "light")  # of the same time, as near as the last minute is kept
    page.states.ask("save", "light")  # over it
    spin(lambda: kept(engine.host, "light") not in (None, again))
    spin(lambda: not desk.history.waiting)
    assert desk.history.undo_title == "save state light"
    desk.undo()
    spin(lambda: kept(engine.host, "light") == again)
