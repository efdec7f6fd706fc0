"""Which slot a plugin goes to, and what a remote engine is not asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.link.description import Description, Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.rack.loading import Loading, plugin_dialog
from rtsynth_gui.rack.rack import MOST_SLOTS
from rtsynth_gui.widgets.dragged import with_preset
from tests.gui.line import Line


def acting(line: Line) -> Loading:
    """What it wants done is sent."""
    loading = Loading(line)
    loading.acted.connect(lambda act: line.send(act.address, *act.arguments))
    return loading


def described(*numbers: int) -> Description:
    return Description("", tuple(Slot(number, "", "", 0.0, (), ()) for number in numbers))


@pytest.fixture
def line(qt: QApplication) -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


def done(*arguments: str | int) -> Batch:
    return Batch(answers=[OscMessage("/done", arguments, None)])


def test_the_engine_chooses_a_free_slot(line: Line) -> None:
    """Two windows that add at the same time replace nothing."""
    loading = acting(line)
    added: list[int] = []
    loading.added.connect(added.append)
    loading.know(described(1, 3))
    for plugin, slot in (("pops", 0), ("vessel", 0), ("voices", 3)):
        loading.load(plugin, slot)
    assert line.sent == [
        ("/slots/load", "pops"),
        ("/slots/load", "vessel"),
        ("/slot/3/load", "voices"),
    ]
    loading.take(done("/slots/load", "pops", 4))  # another window has taken slot 2
    assert loading.know(described(1, 2, 3, 4)) == {4}
    assert loading.know(described(1, 2, 3, 4, 5)) == set()
    loading.take(done("/slots/load", "vessel", 5))  # after the description
    loading.take(done("/slots/load", "creek", 6))  # was asked for by nobody
    assert added == [5]


def test_what_else_fails_concerns_no_load(line: Line) -> None:
    loading = acting(line)
    loading.know(described(1))
    loading.load(with_preset("pops", "dry"), 2)
    loading.load(with_preset("missing", "wet"), 0)
    loading.load(with_preset("vessel", "old"), 0)
    loading.load(with_preset("missing", "new"), 3)
    line.sent.clear()
    loading.take(Batch(refused=["/slot/2/gain", "/slot/1/load", "/slots/load", "/slot/3/load"]))
    loading.take(done("/slot/2/load", "pops"))
    loading.take(done("/slots/load", "vessel", 4))
    loading.take(done("/slot/3/load", "missing"))
    assert line.sent == [("/slot/2/preset/recall", "dry"), ("/slot/4/preset/recall", "old")]


def test_what_was_loaded_is_said(line: Line) -> None:
    """And not that it is being loaded, for as long as messages last."""
    loading = acting(line)
    said: list[str] = []
    loading.said.connect(lambda text, failure: said.append(text))
    loading.load("/a/pops.safetensors", 2)
    loading.load("vessel", 0)
    assert said == ["loading pops.safetensors", "loading vessel"]
    loading.take(done("/slot/2/load", "/a/pops.safetensors"))
    loading.take(done("/slots/load", "vessel", 3))
    loading.take(done("/slots/load", "creek", 4))  # by another window
    assert said[2:] == ["pops.safetensors is loaded", "vessel is loaded"]
    loading.load("pops", 2)
    warned = done("/slot/2/load", "pops")
    warned.failures.append("load: amplitude is out of range")
    loading.take(warned)
    assert said[4:] == ["loading pops"]  # the warning is read


def test_a_full_rack_and_a_remote_engine_say_so(line: Line) -> None:
    loading = acting(line)
    said: list[tuple[str, bool]] = []
    loading.said.connect(lambda *words: said.append(words))
    loading.know(described(*range(1, MOST_SLOTS + 1)))
    loading.load("pops", 0)
    line.is_local = False
    loading.load("/home/a/pops.safetensors", 1)
    assert line.sent == []
    assert "16 slots are in use" in said[0][0]
    assert "another machine" in said[1][0]
    loading.load("pops", 1)
    assert line.sent == [("/slot/1/load", "pops")]


def test_the_file_dialog_offers_the_plugins_that_ship(qt: QApplication) -> None:
    parent = QWidget()
    assert plugin_dialog(parent, "2 vessel").windowTitle() == "Open plugin in place of 2 vessel"
    dialog = plugin_dialog(parent)
    assert dialog.windowTitle() == "Open plugin"
    folder = Path(dialog.directory().absolutePath())
    assert (folder / "clarinet-trumpet.safetensors").is_file()
    assert dialog.sidebarUrls()[0].toLocalFile() == dialog.directory().absolutePath()


def test_a_preset_is_recalled_once_its_plugin_is_there(line: Line) -> None:
    loading = acting(line)
    loading.load(with_preset("pops", "dry"), 2)
    assert line.sent == [("/slot/2/load", "pops")]
    for done in (("/slot/1/load", "pops"), ("/slot/2/load", "vessel")):
        loading.take(Batch(answers=[OscMessage("/done", done, None)]))
    assert len(line.sent) == 1
    there = Batch(answers=[OscMessage("/done", ("/slot/2/load", "pops"), None)])
    loading.take(there)
    loading.take(there)
    assert line.sent[1:] == [("/slot/2/preset/recall", "dry")]
    loading.load(with_preset("pops", "wet"), 2)
    loading.load("pops", 2)
    loading.take(there)
    assert line.sent[4:] == []


def test_a_preset_is_one_act_with_its_plugin(line: Line) -> None:
    loading = Loading(line)
    acts: list[Act] = []
    loading.acted.connect(acts.append)
    loading.know(described(1))
    loading.load(with_preset("pops", "dry"), 1)
    loading.load(with_preset("vessel", "old"), 0)
    loading.take(done("/slot/1/load", "pops"))
    loading.take(done("/slots/load", "vessel", 2))
    load, add, dry, old = acts
    assert (load.joins, add.joins) == (None, None)
    assert dry.joins is load
    assert old.joins is add


def test_a_slot_is_let_follow_a_run(line: Line) -> None:
    loading, said = acting(line), list[tuple[str, bool]]()
    loading.said.connect(lambda text, failure: said.append((text, failure)))
    loading.follow("/runs/rain-1", 3)
    loading.follow("/runs/rain-1", 0)
    assert line.sent == [
        ("/slot/3/follow", "/runs/rain-1"),
        ("/slot/1/follow", "/runs/rain-1"),
    ]
    assert said == [("follow rain-1", False)] * 2
