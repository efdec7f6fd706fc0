"""What the menu of a control offers, by what is known about it."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from rtsynth.common.control_info import Generation
from rtsynth_gui.edit.bindings import LEARNED, Mapping
from rtsynth_gui.edit.menu import Facts, control_menu, heading
from rtsynth_gui.link.control import Control

PITCH = Control("pitch", 64, 76, 69, unit="MIDI", address="/slot/1/param/pitch")
FACTS = Facts(PITCH, 70.0, at_default=False)


def submenu(title: str, menu: QMenu) -> QMenu:
    return QMenu(title, menu)


def offered(facts: Facts) -> dict[str, bool]:
    """The lines that are there, by text, and whether they can be chosen."""
    menu = control_menu(facts, lambda deed: None, submenu)
    actions = [action for action in menu.actions() if action.objectName()]
    return {action.text(): action.isEnabled() for action in actions}


@pytest.mark.usefixtures("qt")
def test_a_control_that_nothing_else_moves() -> None:
    assert offered(FACTS) == {
        "Learn MIDI": True, "Edit mapping…": True, "To XY pad: X": True, "To XY pad: Y": True,
        "Type a value…": True,
        "Reset to 69.00 A4": True, "Copy OSC address": True, "Copy OSC message": True,
        "Undo": False, "Redo": False,
    }  # fmt: skip
    assert heading(FACTS) == "Pitch  ·  70.00 A♯4"


@pytest.mark.usefixtures("qt")
@pytest.mark.parametrize(
    ("facts", "there", "not_there"),
    [
        (replace(FACTS, waiting=True), "Cancel MIDI learn", "Learn MIDI"),
        (
            replace(FACTS, mappings=(Mapping("CC 7", "default"), Mapping("CC 21", "learned"))),
            "Forget CC 21",
            "Forget CC 7",
        ),
        (replace(FACTS, mappings=(Mapping("CC 7", "file"),)), "Learn MIDI", "Forget CC 7"),
        (
            replace(FACTS, mappings=(Mapping("CC 21, channel 1, nanoKONTROL2 MIDI 1", LEARNED),)),
            "Forget CC 21, channel 1, nanoKONTROL2…",
            "Forget CC 21",
        ),
        (
            replace(FACTS, control=Control("attack", 0, 10_000, 5, unit="ms")),
            "Reset to 5 ms",
            "Reset to 5",
        ),
        (replace(FACTS, undo="change Gain"), "Undo: change Gain", "Undo"),
        (replace(FACTS, redo="load Q&A"), "Redo: load Q&&A", "Redo"),
        (
            replace(
                FACTS,
                control=replace(PITCH, generation=Generation("motion", 125, "hold", 0.0)),
            ),
            "Release to motion",
            "Reset to 69.00 A4",
        ),
        (
            replace(FACTS, control=Control("mute", 0, 1, 0), value=1.0),
            "Reset to off",
            "Type a value…",
        ),
        (
            replace(FACTS, control=Control("mute", 0, 1, 0), value=1.0),
            "Copy OSC address",
            "To XY pad: X",
        ),
    ],
)
def test_what_depends_on_facts(facts: Facts, there: str, not_there: str) -> None:
    texts = offered(facts)
    assert texts[there]
    assert not_there not in texts


@pytest.mark.usefixtures("qt")
def test_at_its_default_there_is_nothing_to_reset() -> None:
    assert not offered(replace(FACTS, at_default=True))["Reset to 69.00 A4"]


@pytest.mark.usefixtures("qt")
def test_what_moves_it_is_in_the_heading_or_where_that_is_too_long_in_a_menu() -> None:
    one = replace(FACTS, mappings=(Mapping("CC 7", "file"),))
    assert heading(one) == "Pitch  ·  70.00 A♯4  ·  controlled by CC 7"
    many = [f"CC {number}" for number in range(1, 6)]
    mapped = replace(FACTS, mappings=tuple(Mapping(each, "default") for each in many))
    long = "CC 21, channel 1, nanoKONTROL2 MIDI 1"
    for facts, names in (
        (one, []),
        (replace(mapped, sources=("LFO 1",)), [*many, "LFO 1"]),
        (replace(FACTS, mappings=(Mapping(long, LEARNED),)), [long]),
    ):
        menu = control_menu(facts, lambda deed: None, submenu)
        menus = {a.text(): a.menu() for a in menu.actions() if isinstance(a.menu(), QMenu)}
        lines = menus["Controlled by"].actions() if names else []
        assert [line.text() for line in lines] == names
        assert ("Controlled by" in menus) == bool(names)
        assert heading(facts).startswith("Pitch  ·  70.00 A♯4")
        assert len(heading(facts)) < 50


@pytest.mark.usefixtures("qt")
def test_nothing_is_learned_without_midi_and_the_line_says_why() -> None:
    facts = replace(FACTS, no_midi="no sequencer; restart it")
    menu = control_menu(facts, lambda deed: None, submenu)
    learn = next(action for action in menu.actions() if action.objectName() == "learn")
    assert not learn.isEnabled()
    assert learn.toolTip() == "<qt>no sequencer; restart it</qt>"
    assert offered(replace(facts, waiting=True))["Cancel MIDI learn"], "another window may wait"


def test_what_is_chosen_is_done(qt: QApplication) -> None:
    done: list[str] = []
    menu = control_menu(replace(FACTS, undo="Gain"), done.append, submenu)
    for action in menu.actions():
        action.trigger()
    assert done == [
        "learn",
        "mapping",
        "xy-x",
        "xy-y",
        "type",
        "default",
        "copy",
        "copy-value",
        "undo",
    ]


@pytest.mark.usefixtures("qt")
def test_what_can_be_modulated_has_a_menu_of_modulators() -> None:
    menus: list[str] = []

    def made(title: str, menu: QMenu) -> QMenu:
        menus.append(title)
        return QMenu(title, menu)

    control_menu(FACTS, lambda deed: None, made)
    assert menus == []
    facts = replace(FACTS, modulable=True, sources=("LFO 1",))
    control_menu(facts, lambda deed: None, made)
    assert menus == ["Modulate"]
    assert heading(facts).endswith("controlled by LFO 1")


@pytest.mark.usefixtures("qt")
def test_the_choices_are_listed_and_chosen() -> None:
    shape = Control("lfo1_shape", 0, 2, 0, role="class", labels=("sine", "saw", "square"))
    done: list[str] = []
    menu = control_menu(Facts(shape, 1.0, at_default=False), done.append, submenu)
    lines = next(a for a in menu.actions() if a.objectName() == "choose").menu()
    assert isinstance(lines, QMenu)
    assert [(line.text(), line.isChecked()) for line in lines.actions()] == [
        ("Sine", False), ("Saw", True), ("Square", False),
    ]  # fmt: skip
    lines.actions()[2].trigger()
    assert done == ["choose 2"]
