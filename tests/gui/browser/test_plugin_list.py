"""The browser's list: what is marked, and what is dragged."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth.plugin.catalogue import Entry
from rtsynth_gui.browser.entry import Listed
from rtsynth_gui.browser.plugin_list import PluginList
from rtsynth_gui.widgets.dragged import dragged_plugins, with_preset

PLUGINS = [Listed(Entry(name), name) for name in ("pops", "vessel")]


@pytest.fixture
def plugins(qt: QApplication) -> PluginList:
    shown = PluginList()
    shown.show_plugins(PLUGINS, ["vessel"])
    return shown


def test_what_is_marked_stays_marked(plugins: PluginList) -> None:
    pointed: list[str] = []
    plugins.pointed.connect(pointed.append)
    assert [plugins.item(row).text() for row in range(2)] == ["pops", "★ vessel"]
    plugins.mark("vessel")
    plugins.show_plugins(PLUGINS[1:], [])
    assert plugins.source == "vessel"
    plugins.show_plugins(PLUGINS[:1], [])
    assert plugins.source == ""
    assert pointed[-1] == ""


def test_enter_and_drag(plugins: PluginList) -> None:
    opened: list[str] = []
    plugins.opened.connect(opened.append)
    QTest.keyClick(plugins, Qt.Key.Key_Return)
    plugins.mark("pops")
    QTest.keyClick(plugins, Qt.Key.Key_Return)
    assert opened == ["pops"]
    assert dragged_plugins(plugins.mimeData([plugins.item(1)])) == ["vessel"]


def test_presets_are_below_their_plugin(plugins: PluginList) -> None:
    plugins.show_plugins(PLUGINS, [with_preset("pops", "dry")], {"pops": ["dry", "wet"]})
    texts = [plugins.item(row).text() for row in range(plugins.count())]
    assert [text.strip() for text in texts] == ["pops", "★ dry", "wet", "vessel"]
    assert texts[1].startswith(" ")
    assert plugins.sources == ["pops", "pops\tdry", "pops\twet", "vessel"]
    assert dragged_plugins(plugins.mimeData([plugins.item(2)])) == [with_preset("pops", "wet")]


def test_what_is_broken_has_a_sign_and_its_reason(plugins: PluginList) -> None:
    broken = Listed(Entry("dust", problem="no plugin"), "dust")
    plugins.show_plugins([broken], [])
    assert plugins.item(0).text() == "⚠ dust"
    assert "no plugin" in plugins.item(0).toolTip()
    assert not plugins.item(0).flags() & Qt.ItemFlag.ItemIsDragEnabled


def test_the_menu_is_of_what_is_under_the_mouse(plugins: PluginList) -> None:
    plugins.resize(200, 200)
    plugins.show()
    wanted: list[tuple[str, QPoint]] = []
    plugins.menu_wanted.connect(lambda point: wanted.append((plugins.source, point)))
    place = plugins.visualItemRect(plugins.item(1)).center()
    port = plugins.viewport()
    for reason, at in (
        (QContextMenuEvent.Reason.Mouse, place),
        (QContextMenuEvent.Reason.Mouse, QPoint(20, 190)),  # on nothing
        (QContextMenuEvent.Reason.Keyboard, QPoint(0, 0)),
    ):
        QApplication.sendEvent(port, QContextMenuEvent(reason, at, port.mapToGlobal(at)))
    assert wanted == [("vessel", port.mapToGlobal(place))] * 2
    plugins.close()
