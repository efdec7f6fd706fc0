"""The menu of a slot: what it offers, and that it ticks what the engine says."""

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.description import Followed, Slot, parse_description
from rtsynth_gui.rack.slot_menu import SlotMenu, followed_text, rescue_text
from tests.gui.peer import description

FIELDS = {"tiers": ["motion", "audio"], "opened": False, "rescue": "off", "follows": None}


@pytest.fixture
def slot(qt: QApplication) -> Slot:
    return parse_description(json.dumps(description(**FIELDS))).description.slots[0]


@pytest.fixture
def menu(slot: Slot) -> SlotMenu:
    return SlotMenu(slot)


def enabled(menu: SlotMenu) -> list[bool]:
    submenus = (menu.rescue, menu.priming, menu.tiers, menu.run)
    return [each.menuAction().isEnabled() for each in submenus] + [menu.open.isEnabled()]


def chosen(qt: QApplication, menu: SlotMenu) -> list[tuple[str, object]]:
    """Whatever is chosen from now on."""
    found: list[tuple[str, object]] = []
    menu.chosen.connect(lambda *what: found.append(what))
    return found


def test_what_is_ticked_is_what_the_engine_says(
    qt: QApplication, menu: SlotMenu, slot: Slot
) -> None:
    asked = chosen(qt, menu)
    menu.rescues["firm"].trigger()
    menu.open.trigger()
    qt.processEvents()
    assert asked == [("rescue", "firm"), ("open", True)]
    assert [mode for mode, action in menu.rescues.items() if action.isChecked()] == ["off"]
    assert not menu.open.isChecked()
    menu.show_slot(replace(slot, rescue="firm", opened=True))
    assert [mode for mode, action in menu.rescues.items() if action.isChecked()] == ["firm"]
    assert menu.open.isChecked()
    menu.open.trigger()
    qt.processEvents()
    assert asked[2:] == [("open", False)]


def test_a_tier_is_taken_from_another_plugin(qt: QApplication, menu: SlotMenu, slot: Slot) -> None:
    asked = chosen(qt, menu)
    for action in menu.tiers.actions():
        action.trigger()
    qt.processEvents()
    assert asked == [("swap", "motion"), ("swap", "audio")]
    menu.show_slot(replace(slot, tiers=("other",)))
    assert [action.text() for action in menu.tiers.actions()] == ["other…"]


@pytest.mark.parametrize(
    ("state", "can", "says"),
    [
        ("", ["follow"], ""),
        ("waits", ["follow", "keep input", "stop"], "waits for the first network of song"),
        ("follows", ["follow", "more", "keep input", "back", "stop"], "follows song, step 30"),
        (
            "holds",
            ["follow", "more", "keep input", "back", "again", "stop"],
            "holds step 30 of song",
        ),
    ],
)
def test_following(
    qt: QApplication, menu: SlotMenu, slot: Slot, state: str, can: list[str], says: str
) -> None:
    slot = replace(slot, follows=Followed("/runs/song", state, 30) if state else None)
    menu.show_slot(slot)
    asked = chosen(qt, menu)
    for action in menu.run.actions():
        action.trigger()
    qt.processEvents()
    given = {"again": "/runs/song", "keep input": True}
    assert asked == [(name, given.get(name)) for name in can]
    assert followed_text(slot) == says


def test_what_came_in_is_added_where_it_is_listened_to(
    qt: QApplication, menu: SlotMenu, slot: Slot
) -> None:
    menu.show_slot(replace(slot, follows=Followed("/runs/song", "follows", 30)))
    listen, add = menu.runs["keep input"], menu.runs["more input"]
    assert (listen.isChecked(), listen.isEnabled(), add.isEnabled()) == (False, True, False)
    asked = chosen(qt, menu)
    listen.trigger()
    assert not listen.isChecked(), "the engine has not said so yet"
    menu.show_slot(replace(slot, follows=Followed("/runs/song", "follows", 30, listens=True)))
    assert (listen.isChecked(), add.isEnabled()) == (True, True)
    add.trigger()
    listen.trigger()
    qt.processEvents()
    assert asked == [("keep input", True), ("more input", None), ("keep input", False)]
    menu.show_slot(replace(slot, follows=Followed("/runs/song", "waits", 0, listens=True)))
    assert (listen.isChecked(), add.isEnabled()) == (True, False)
    menu.show_slot(slot)
    assert (listen.isChecked(), listen.isEnabled(), add.isEnabled()) == (False, False, False)


def test_an_engine_elsewhere_reads_no_files_for_us(menu: SlotMenu, slot: Slot) -> None:
    assert enabled(menu) == [True, True, True, True, True]
    menu.allow(False)
    assert enabled(menu) == [True, False, False, False, True]
    menu.allow(True)
    menu.show_slot(replace(slot, plugin=""))  # an empty one can only follow a run
    assert enabled(menu) == [False, False, False, True, False]
    menu.show_slot(replace(slot, rescue="", tiers=()))  # of an engine that says nothing of it
    assert enabled(menu) == [False, True, False, True, False]


def test_how_it_is_rescued(slot: Slot) -> None:
    texts = [rescue_text(replace(slot, rescue=mode)) for mode in ("", "off", "gentle", "odd")]
    assert texts == ["", "", "rescue: gentle", ""]


def test_keys_are_called_as_the_desktop_calls_them(qt: QApplication, slot: Slot) -> None:
    german = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    assert german.load(f"{folder}/qtbase_de.qm")
    qt.installTranslator(german)
    texts = {name: action.text() for name, action in SlotMenu(slot).acts.items()}
    qt.removeTranslator(german)
    assert texts["remove"].endswith("\tEntf")
    assert texts["up"].endswith("\tStrg+Umschalt+Hoch")
    assert "\t" not in texts["reset"]
