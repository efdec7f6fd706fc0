"""The browser and a real engine: its library is listed, plugins go into the rack."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from rtsynth.plugin import library, save
from rtsynth.plugin.places import read_places
from rtsynth_gui.browser.page import BrowserPage
from rtsynth_gui.browser.preview import IDLE, PLAYING, RENDERING
from rtsynth_gui.browser.shelf import read_shelf, shelf_file
from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.widgets.dragged import with_preset
from rtsynth_gui.window import Window
from tests.gui.conftest import TIMEOUT_S, Spin
from tests.gui.live import Live, live, opened
from tests.gui.peer import Peer
from tests.gui.plugins import small_plugin

pytestmark = pytest.mark.system

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def folder(own_presets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The engine's library: "brook", "creek", and a file that is no plugin."""
    monkeypatch.setattr(library, "plugin_folders", lambda: [tmp_path])
    plugin = small_plugin()
    for name, about in (("brook", "fast water"), ("creek", "slow water over stones")):
        manifest = plugin.manifest.model_copy(update={"name": name, "description": about})
        save(tmp_path / f"{name}.safetensors", manifest, plugin.tensors)
    (tmp_path / "dust.safetensors").write_bytes(b"")
    return tmp_path


@pytest.fixture
def shown(
    folder: Path, engine: Live, open_window: Callable[[int], Window], spin: Spin
) -> Iterator[Window]:
    window = opened(engine, open_window, spin)
    spin(lambda: window.browser.list.sources == ["brook", "creek", "dust"])
    yield window
    for slot in engine.host.slots[1:]:
        engine.host.unload(slot.number)


def double_click(page: BrowserPage, source: str) -> None:
    item = page.list.item(page.list.sources.index(source))
    point = page.list.visualItemRect(item).center()
    QTest.mouseClick(page.list.viewport(), LEFT, pos=point)
    QTest.mouseDClick(page.list.viewport(), LEFT, pos=point)


def test_a_second_plugin_in_two_actions(shown: Window, engine: Live, spin: Spin) -> None:
    QTest.mouseClick(shown.rack.add, LEFT)
    assert shown.browser.isVisible()
    assert shown.transport.views["Browser"].isChecked()
    double_click(shown.browser, "creek")
    spin(lambda: [slot.plugin.name for slot in engine.host.slots] == ["small", "creek"])
    spin(lambda: shown.rack.front == 2)


def test_what_is_found_for_a_slot_replaces_its_plugin(
    shown: Window, engine: Live, spin: Spin
) -> None:
    page = shown.browser
    shown.rack.wanted.emit("replace", 1)
    assert "replaces that of slot 1" in page.replacing.text()
    assert page.replacing.isVisible()
    double_click(page, "creek")
    spin(lambda: [slot.plugin.name for slot in engine.host.slots] == ["creek"])
    assert not page.replacing.isVisible()
    shown.rack.wanted.emit("replace", 1)
    shown.side.turn_to("Takes")
    shown.side.turn_to("Browser")
    assert not page.replacing.isVisible(), "the page was turned away"
    double_click(page, "creek")
    spin(lambda: [slot.plugin.name for slot in engine.host.slots] == ["creek", "creek"])
    engine.host.load_into(1, small_plugin())


def test_search_read_and_replace(shown: Window, engine: Live, spin: Spin) -> None:
    page = shown.browser
    shown.side.turn_to("Browser")
    QTest.keyClicks(page.search, "stones SLOW")
    assert page.list.sources == ["creek"]
    page.list.mark("creek")
    assert "slow water over stones" in page.details.text()
    assert "Rate: 16 kHz" in page.details.text()
    page.add.click()
    spin(lambda: shown.rack.front == 2)
    page.search.clear()
    page.list.mark("brook")
    page.replace.click()
    spin(lambda: [slot.plugin.name for slot in engine.host.slots] == ["small", "brook"])


def test_nothing_found_is_said_and_escape_shows_all(shown: Window) -> None:
    page = shown.browser
    shown.side.turn_to("Browser")
    page.search.setFocus()
    QTest.keyClicks(page.search, "zzzz")
    assert page.list.sources == []
    assert page.list.note == "Nothing found for “zzzz”"
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.list.sources == ["brook", "creek", "dust"]
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert page.list.source == "brook"
    page.only.click()
    assert "No favourites" in page.list.note
    page.only.click()


def test_the_menu_of_what_is_listed(shown: Window, engine: Live, spin: Spin) -> None:
    page = shown.browser
    page.list.mark("creek")
    add, replace, favourite, preview = page.menu().actions()
    assert "slot 1" in replace.text()
    assert preview.isEnabled() == page.listen.isEnabled()
    favourite.trigger()
    assert page.shelf.favourites == ("creek",)
    assert page.menu().actions()[2].isChecked()
    add.trigger()
    spin(lambda: [slot.plugin.name for slot in engine.host.slots] == ["small", "creek"])
    page.list.mark("dust")
    assert not any(action.isEnabled() for action in page.menu().actions())


def test_a_preview_that_is_rendered_is_said(shown: Window) -> None:
    page = shown.browser
    shown.side.turn_to("Browser")
    for doing, said in ((RENDERING, True), (PLAYING, False), (RENDERING, True), (IDLE, False)):
        page.listen.preview.changed.emit(doing)
        assert page.rendering.isVisible() == said


def test_what_is_no_plugin_cannot_be_added(shown: Window) -> None:
    shown.browser.list.mark("dust")
    assert "Problem: " in shown.browser.details.text()
    assert not shown.browser.add.isEnabled()
    assert not shown.browser.replace.isEnabled()


def test_favourites_are_kept(shown: Window) -> None:
    page = shown.browser
    page.list.mark("creek")
    page.star.click()
    assert page.list.source == "creek"
    assert page.list.currentItem().text() == "★ creek"
    assert KEPT.settle(TIMEOUT_S)
    assert read_shelf(shelf_file()).favourites == ("creek",)
    page.only.click()
    assert page.list.sources == ["creek"]
    page.star.click()
    assert page.list.sources == []
    assert KEPT.settle(TIMEOUT_S)
    assert read_shelf(shelf_file()).favourites == ()
    shown.desk.undo()
    assert page.list.sources == ["creek"]
    assert KEPT.settle(TIMEOUT_S)
    assert read_shelf(shelf_file()).favourites == ("creek",)
    shown.desk.undo()
    assert KEPT.settle(TIMEOUT_S)
    assert read_shelf(shelf_file()).favourites == ()
    shown.desk.redo()
    page.only.click()
    page.list.mark("creek")
    assert page.star.isChecked()


def test_a_file_that_was_opened_is_remembered(
    shown: Window, engine: Live, spin: Spin, folder: Path
) -> None:
    plugin = small_plugin()
    elsewhere = folder / "more" / "pond.safetensors"
    elsewhere.parent.mkdir()
    save(elsewhere, plugin.manifest, plugin.tensors)
    shown.loading.load(str(elsewhere), 0)
    spin(lambda: str(elsewhere) in shown.browser.list.sources)
    assert KEPT.settle(TIMEOUT_S)
    assert read_shelf(shelf_file()).opened == (str(elsewhere),)
    elsewhere.unlink()
    shown.browser.search.setText("pond")
    shown.side.turn_to("Browser")  # what is still there is seen whenever the page is
    spin(lambda: shown.browser.list.sources == [])


def test_a_damaged_file_of_favourites_is_said_and_left_alone(
    folder: Path, engine: Live, open_window: Callable[[int], Window], spin: Spin
) -> None:
    shelf_file().parent.mkdir()
    shelf_file().write_text("{")
    window = opened(engine, open_window, spin)
    spin(lambda: "browser.json: not JSON" in window.transport.message.toolTip())
    spin(lambda: window.browser.list.sources)
    window.browser.list.mark("creek")
    window.browser.star.click()
    assert KEPT.settle(TIMEOUT_S)
    assert shelf_file().read_text() == "{"


def test_an_engine_that_does_not_list(window: Window, peer: Peer, spin: Spin) -> None:
    spin(lambda: peer.count("/plugins/list"))
    peer.tell("/fail", "/plugins/list", "unknown address")
    spin(lambda: "different version" in window.browser.details.text())
    assert not window.browser.add.isEnabled()
    assert window.browser.open.isEnabled()


def test_an_engine_elsewhere_loads_by_name(window: Window, peer: Peer, spin: Spin) -> None:
    window.link.is_local = False
    window.browser.ask()
    assert not window.browser.open.isEnabled()
    assert "another machine" in window.browser.open.toolTip()
    for index, name in enumerate(("a", "b"), start=1):
        peer.tell("/plugins/plugin", index, 2, json.dumps({"name": name}))
    spin(lambda: window.browser.list.sources == ["a", "b"])
    double_click(window.browser, "b")
    spin(lambda: peer.count("/slots/load"))
    assert [m.arguments for m in peer.received if m.address == "/slots/load"] == [("b",)]


def drop(page: BrowserPage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
    )
    page.dropEvent(event)


@pytest.mark.measure
def test_a_folder_is_dropped_and_a_preset_found_and_recalled(
    shown: Window, engine: Live, spin: Spin, tmp_path_factory: pytest.TempPathFactory
) -> None:
    brought = tmp_path_factory.mktemp("brought") / "deeper"
    brought.mkdir(parents=True)
    manifest = small_plugin().manifest.model_copy(update={"name": "Pond", "tags": ["still"]})
    save(brought.parent / "pond.safetensors", manifest, small_plugin().tensors)
    preset = {"format": 1, "plugin": "Pond", "hash": "", "values": {"gain": -7.0}}
    (brought / "dark.json").write_text(json.dumps(preset))
    (brought / "torn.json").write_text("{")
    page = shown.browser
    shown.side.turn_to("Browser")
    drop(page, brought.parent)
    spin(lambda: with_preset("pond", "dark") in page.list.sources and page.library.problems)
    page.list.mark(next(iter(page.library.problems)))
    assert "torn.json: not JSON" in page.details.text()
    assert not page.add.isEnabled()
    QTest.keyClicks(page.search, "still dark")
    assert page.list.sources == ["pond", "pond\tdark"]
    double_click(page, with_preset("pond", "dark"))
    spin(lambda: len(engine.host.slots) == 2 and engine.host.get(2, "gain") == -7.0)
    spin(lambda: shown.rack.front == 2 and engine.host.slots[1].plugin.name == "Pond")
    desk = shown.desk
    spin(lambda: desk.history.undo_title == "load pond")  # plugin and preset are one step
    desk.undo()
    spin(lambda: len(engine.host.slots) == 1 and desk.history.redo_title == "load pond")
    desk.redo()
    spin(lambda: len(engine.host.slots) == 2 and engine.host.get(2, "gain") == -7.0)
    spin(lambda: 2 in shown.panels and not desk.acts.recalling)
    shown.deck.show_slot(2)
    engine.host.set(2, "gain", 0.0)
    loaded = engine.host.slots[1].plugin
    double_click(page, with_preset("pond", "dark"))  # it is in front: nothing is loaded again
    spin(lambda: engine.host.get(2, "gain") == -7.0)
    assert engine.host.slots[1].plugin is loaded
    assert len(engine.host.slots) == 2
    page.search.clear()
    page.folders.fill().actions()[1].trigger()
    spin(lambda: "pond" not in page.list.sources)
    spin(lambda: shown.desk.history.undo_title == f"remove the folder {brought.parent.name}")
    shown.desk.undo()
    spin(lambda: "pond" in page.list.sources and read_places() == [brought.parent])
    shown.desk.redo()
    spin(lambda: "pond" not in page.list.sources and read_places() == [])
