"""Whether something was moved since a preset was recalled, by what the engine says."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth_gui.link.description import parse_description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.presets.recalled import SETTLED_S, Recalled
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.peer import description
from tests.gui.plugins import small_plugin

GAIN, PITCH = "/slot/1/gain", "/slot/1/param/pitch"
OWN = "/slot/1/preset/"
Message = tuple[str, tuple[Argument, ...]]


class Watched:
    """One that is told of an engine with two slots; each frame is a second later."""

    def __init__(self) -> None:
        self.recalled, self.now_s = Recalled(), 0.0
        parsed = parse_description(json.dumps(description(slots=2)))
        self.told(Batch(description=parsed.description, values=parsed.values))

    def told(self, batch: Batch) -> bool:
        """Whether slot 1 is changed then."""
        self.now_s += 1.0
        self.recalled.take(batch, self.now_s)
        return self.recalled.changed(1)

    def at(self, name: str, *more: Message, **values: float) -> bool:
        """The engine says that slot 1 is at a preset, which settles."""
        says = [(f"{OWN}current", (name,)), *more]
        self.told(Batch(answers=[OscMessage(*each, None) for each in says], values=values))
        return self.told(Batch())

    def moved(self, address: str, value: float) -> bool:
        return self.told(Batch(values={address: value}))


def test_what_differs_from_the_preset() -> None:
    watched = Watched()
    assert not watched.moved(GAIN, -6.0), "no preset was recalled"
    assert not watched.at("dark")
    assert watched.moved(GAIN, -9.0)
    assert not watched.moved(GAIN, -6.0)
    assert not watched.moved("/slot/2/gain", -9.0)
    watched.moved(GAIN, -9.0)
    assert not watched.at(
        "",
    ), "no preset any more"


def test_a_preset_is_not_judged_before_its_values_are_there() -> None:
    watched = Watched()
    watched.at("dark")
    watched.moved(GAIN, -9.0)
    watched.told(Batch(answers=[OscMessage(f"{OWN}current", ("light",), None)]))
    assert not watched.recalled.changed(1)
    watched.now_s -= 1.0 - SETTLED_S / 2
    assert not watched.moved(GAIN, 3.0)
    assert not watched.told(Batch())
    assert watched.moved(GAIN, 0.0)


def test_what_notes_move_is_no_change() -> None:
    watched = Watched()
    watched.at("dark")
    note = OscMessage("/slot/1/note/on", (70.0, 0.5), None)
    assert not watched.told(Batch(answers=[note], values={PITCH: 70.0}))
    assert watched.moved(GAIN, -9.0)
    assert not watched.at("dark", **{GAIN: 0.0}), "the note is held"
    off = OscMessage("/slot/1/note/off", (70.0,), None)
    watched.told(Batch(answers=[off]))
    assert not watched.at("dark", **{PITCH: 69.0})
    assert watched.moved(PITCH, 71.0), "nothing has been played since"


def test_a_list_is_no_recall() -> None:
    """A window that opens knows where the controls are, and not where the preset has them."""
    names = OscMessage(f"{OWN}names", (0, 1, "dark"), None)
    current = OscMessage(f"{OWN}current", ("dark",), None)
    watched = Watched()
    watched.told(Batch(answers=[names, current]))
    assert not watched.moved(GAIN, -9.0)
    watched.at("dark")
    watched.moved(GAIN, -6.0)
    assert watched.told(Batch(answers=[names, current])), "it was seen to be recalled"


def test_what_undo_brings_back_is_compared_with_the_preset() -> None:
    watched = Watched()
    watched.at("dark")
    watched.moved(GAIN, -9.0)
    watched.at("light", **{GAIN: -3.0})
    assert watched.at("dark", **{GAIN: -9.0})
    saved = ("/done", (f"{OWN}save", "dark"))
    assert not watched.at("dark", saved), "and from now on it has that"
    renamed = ("/done", (f"{OWN}rename", "dark", "grey"))
    watched.moved(GAIN, -8.0)
    assert watched.at("grey", renamed)


@pytest.mark.parametrize("first", ["done", "current"])
def test_a_preset_saved_over_is_what_it_is_now_whichever_word_comes_first(first: str) -> None:
    watched = Watched()
    watched.at("dark", **{GAIN: -6.0})
    assert watched.moved(GAIN, -9.0)
    current: Message = (f"{OWN}current", ("dark",))
    done: Message = ("/done", (f"{OWN}save", "dark"))
    for each in (done, current) if first == "done" else (current, done):
        watched.now_s -= 0.9
        watched.told(Batch(answers=[OscMessage(*each, None)]))
    assert not watched.told(Batch())
    assert watched.moved(GAIN, -6.0)


def test_another_plugin_is_at_no_preset() -> None:
    watched = Watched()
    watched.at("dark")
    watched.moved(GAIN, -9.0)
    other = parse_description(json.dumps(description(plugin="vessel"))).description
    assert not watched.told(Batch(description=other))


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.mark.measure
def test_the_page_shows_it(
    engine: Live,
    open_window: Callable[[int], Window],
    spin: Spin,
    rest: Callable[[float], None],
    own_presets: Path,
) -> None:
    window = opened(engine, open_window, spin)
    page, host = window.presets, engine.host
    for name, level in (("dark", 0.2), ("light", 0.8)):
        host.set(1, "amplitude", level)
        host.presets.save(1, name)
    spin(lambda: page.current.text() == "light")
    rest(SETTLED_S + 0.2)
    assert page.current.text() == "light"
    host.set(1, "temperature", 0.5)  # wherever it is moved
    spin(lambda: page.current.text() == "light *")
    assert "changed since" in page.current.toolTip()
    host.set(1, "temperature", 1.0)  # and back
    spin(lambda: page.current.text() == "light")
    host.note_on(1, 70.0, 0.5)
    host.note_off(1, 70.0)
    rest(0.2)
    assert page.current.text() == "light"
    window.desk.move("/slot/1/gain", -6.0)
    spin(lambda: page.current.text() == "light *")
    page.presets.ask("recall", "dark")
    spin(lambda: page.current.text() == "dark")
    rest(SETTLED_S + 0.2)
    assert page.current.text() == "dark"
    window.desk.undo()  # back to what was changed
    spin(lambda: page.current.text() == "light *")
