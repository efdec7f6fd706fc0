"""The middle of the window: which panel is in front, and what its keyboard says."""

import json
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.description import parse_description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.panels.deck import BEHIND_S, Deck
from rtsynth_gui.panels.turns import Turn
from tests.gui.peer import control, description, tiered


@pytest.fixture
def deck(qt: QApplication) -> Deck:
    return Deck()


def show(deck: Deck, described: dict[str, Any]) -> None:
    deck.rebuild(*parse_description(json.dumps(described)))


def test_the_slot_in_front_stays_there(deck: Deck) -> None:
    fronted: list[int] = []
    deck.fronted.connect(fronted.append)
    show(deck, description(slots=3))
    deck.show_slot(3)
    assert deck.current is deck.panels[3]
    show(deck, description(slots=4))
    assert deck.current is deck.panels[3]
    show(deck, description(slots=2))
    assert deck.current is deck.panels[2]
    deck.show_slot(9)
    assert deck.current is deck.panels[2]
    show(deck, description(slots=0))
    assert deck.current is None
    assert fronted == [1, 3, 3, 2, 2, 0]


def test_a_held_note_outlives_another_structure(deck: Deck) -> None:
    """A plugin is added or removed: the new keyboard ends what the old one began."""
    notes: list[tuple[float, ...]] = []
    deck.note_on.connect(lambda *note: notes.append(note))
    deck.note_off.connect(lambda *note: notes.append(note))
    show(deck, description(slots=1))
    assert deck.keyboard is not None
    assert deck.keyboard.press_key("a", 1)
    ((_, first, _),) = notes
    deck.keyboard.shift_octave(-1)
    below = deck.keyboard.typed_base
    show(deck, description(slots=2))  # with the finger still on the key
    assert deck.keyboard.down == {first}
    assert deck.keyboard.typed_base == below
    assert len(notes) == 1
    deck.end_held()
    assert notes[1:] == [(1, first)]
    assert deck.keyboard.down == set()


def test_hold_stays_off(deck: Deck) -> None:
    show(deck, description(slots=1))
    assert deck.current is not None
    assert deck.current.hold is not None
    deck.current.hold.click()
    show(deck, description(slots=2))
    assert deck.current.hold is not None
    assert not deck.current.hold.isChecked()
    assert deck.keyboard is not None
    deck.keyboard.press_key("a", 1)
    deck.keyboard.release_key(1)
    assert deck.keyboard.down == set()


def test_another_plugin_holds_nothing(deck: Deck) -> None:
    """The engine has begun with no note."""
    show(deck, description(slots=1))
    assert deck.keyboard is not None
    deck.keyboard.press_key("a", 1)
    show(deck, description(slots=1, plugin="other"))
    assert deck.keyboard.down == set()


def test_notes_name_their_slot(deck: Deck) -> None:
    notes: list[tuple[float, ...]] = []
    deck.note_on.connect(lambda *note: notes.append(note))
    deck.note_off.connect(lambda *note: notes.append(note))
    show(deck, description(slots=2))
    deck.panels[2].note_on.emit(66, 0.5)
    deck.panels[2].note_off.emit(66)
    assert notes == [(2, 66, 0.5), (2, 66)]


def test_a_panel_takes_the_room_of_its_own_cards(deck: Deck) -> None:
    """Not that of the highest one: the rest is for the waveform."""
    low, high = description(), tiered()
    slots = [low["slots"][0], high["slots"][0] | {"slot": 2}]
    show(deck, low | {"slots": slots})
    deck.show_slot(2)
    tall = deck._panels.sizeHint().height()
    deck.show_slot(1)
    assert deck._panels.sizeHint().height() < tall


def test_the_level_is_that_of_the_output_where_the_engine_says_it(deck: Deck) -> None:
    show(deck, description(slots=2))
    deck.take(Batch(meters={1: (-9.0, -12.0), 2: (-3.0, -6.0)}), 1.0)
    assert deck.level.ballistics.peak_db == -9.0
    deck.take(Batch(meters={1: (-9.0, -12.0)}, master=(-4.0, -8.0, -2.0, -7.0)), 1.1)
    assert (deck.level.ballistics.peak_db, deck.level.ballistics.rms_db) == (-2.0, -7.0)


def test_panels_behind_the_one_in_front_are_a_little_late(deck: Deck) -> None:
    show(deck, description(slots=3))
    rows = [deck.panels[number].rows[f"/slot/{number}/gain"] for number in (1, 2, 3)]
    moved = Batch(values={row.control.address: -20.0 for row in rows})
    frames_s = [100.0 + n / 60 for n in range(round(BEHIND_S * 60))]
    deck.take(Batch(), frames_s[0])
    deck.take(Batch(), frames_s[1])
    deck.take(moved, frames_s[2])
    assert [row.value for row in rows] == [-20.0, 0.0, 0.0]
    deck.take(Batch(), frames_s[0] + BEHIND_S)
    deck.take(Batch(), frames_s[1] + BEHIND_S)
    assert [row.value for row in rows] == [-20.0] * 3


def test_a_panel_that_comes_to_the_front_is_not_late(deck: Deck) -> None:
    show(deck, description(slots=2))
    row = deck.panels[2].rows["/slot/2/gain"]
    deck.take(Batch(), 100.0)
    deck.take(Batch(values={row.control.address: -20.0}), 100.01)
    assert row.value == 0.0
    deck.show_slot(2)
    assert row.entry.text().startswith("-20.0")


def test_what_is_followed_is_called_as_its_strip(deck: Deck) -> None:
    described = description(slots=2)
    for slot in described["slots"]:
        slot["controls"] = [control("follow", -1.0, 16.0, 2.0, unit="slot")]
    show(deck, described)
    row = deck.panels[1].rows["/slot/1/modulation/follow"]
    assert row.entry.control.text(2.0) == "2 clarinet-trumpet"
    described["slots"][1]["name"] = "Lead"
    deck.show_lineup(parse_description(json.dumps(described)).description)
    assert row.entry.text() == "2 Lead"
    assert row.control.choices[3] == (2.0, "2 Lead")
    row.entry.setFixedWidth(row.entry.width() - 30)
    described["slots"][1]["name"] = "Lead of all"
    deck.show_lineup(parse_description(json.dumps(described)).description)
    assert row.entry.text().endswith("…"), "cut where there is no room"


def test_what_comes_out_of_turn_is_kept(deck: Deck) -> None:
    show(deck, description())
    deck.take(Batch(master=(-9.0, -12.0, -3.0, -6.0)), 1.0, Turn(False, True))
    assert deck.level.ballistics.level_db <= -60.0
    deck.take(Batch(), 1.02, Turn(True, False))
    assert deck.level.ballistics.level_db == -3.0
    deck.take(Batch(), 2.0, Turn(True, False))
    assert deck.level.ballistics.level_db < -3.0  # it is shown once


def test_a_low_panel_leaves_its_room_to_the_scope(deck: Deck) -> None:
    """Also beside a slot whose panel is higher."""
    described = description(slots=2)
    described["slots"][1] |= {"plugin": "vessel", "parameters": []}
    show(deck, described)
    heights = []
    for number in (1, 2):
        deck.show_slot(number)
        heights.append(deck.panels[number].parentWidget().minimumSizeHint().height())
    assert heights[1] < heights[0]
