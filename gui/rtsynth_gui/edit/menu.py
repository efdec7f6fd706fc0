"""The context menu of a control, as one table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from rtsynth_gui.edit.bindings import LEARNED, Mapping
from rtsynth_gui.link.control import Control
from rtsynth_gui.widgets.tipped_menu import TippedMenu

CONTEXT = "ControlMenu"
LONGEST_NAMED = 32  # letters of what moves a control: the name of a port may be long
MOVED = str(QT_TRANSLATE_NOOP("ControlMenu", "controlled by {}"))
MOVERS = str(QT_TRANSLATE_NOOP("ControlMenu", "Controlled by"))
MODULATE = "modulate"  # opens another menu
CHOOSE = "choose"  # likewise; with a value behind it what was chosen there


class View(Protocol):
    """A control on the screen, as far as its menu goes."""

    control: Control

    @property
    def shown_value(self) -> float: ...
    @property
    def at_default(self) -> bool: ...
    def to_default(self) -> None: ...
    def set_to(self, value: float) -> None: ...
    def type_value(self) -> None: ...


def shortened(name: str) -> str:
    """A name as a menu has room for it."""
    return name if len(name) <= LONGEST_NAMED else f"{name[: LONGEST_NAMED - 1].rstrip()}…"


def reading(control: Control, value: float) -> str:
    """A value with its unit, as one reads it."""
    return f"{control.text(value)} {control.unit_text(value)}".strip()


@dataclass(frozen=True)
class Facts:
    """What the menu of a control depends on."""

    control: Control
    value: float
    at_default: bool
    waiting: bool = False
    no_midi: str = ""  # why no MIDI can come; "" where it can
    mappings: tuple[Mapping, ...] = ()
    undo: str = ""
    redo: str = ""
    modulable: bool = False
    sources: tuple[str, ...] = ()  # that move it now

    @property
    def learned(self) -> tuple[Mapping, ...]:
        """The mapping that can be forgotten."""
        return tuple(mapping for mapping in self.mappings if mapping.origin == LEARNED)

    @property
    def text(self) -> str:
        """The value with its unit, as one reads it."""
        return reading(self.control, self.value)

    @property
    def movers(self) -> tuple[str, ...]:
        """The MIDI controls and modulators that move it."""
        return (*(mapping.text for mapping in self.mappings), *self.sources)

    @property
    def is_moved_by_one(self) -> bool:
        """Whether the heading has room for what moves it."""
        return len(self.movers) == 1 and len(self.movers[0]) <= LONGEST_NAMED


class Entry(NamedTuple):
    """A line: `text` may have places for what `said` returns; it is there if `shown`, and can be
    chosen if `enabled`; `tip` is its tool-tip."""

    deed: str
    text: str
    said: Callable[[Facts], str] = lambda facts: ""
    shown: Callable[[Facts], bool] = lambda facts: True
    enabled: Callable[[Facts], bool] = lambda facts: True
    tip: Callable[[Facts], str] = lambda facts: ""


def is_continuous(facts: Facts) -> bool:
    """Whether there is something between its ends."""
    return not facts.control.is_switch


# Without, and with the title of a step.
TURNS = {
    "undo": (
        str(QT_TRANSLATE_NOOP("ControlMenu", "Undo")),
        str(QT_TRANSLATE_NOOP("ControlMenu", "Undo: {}")),
    ),
    "redo": (
        str(QT_TRANSLATE_NOOP("ControlMenu", "Redo")),
        str(QT_TRANSLATE_NOOP("ControlMenu", "Redo: {}")),
    ),
}


def turn_text(turn: str, title: str) -> str:
    """How a menu offers to undo or redo a step; a title of "" is that of none."""
    return translated(TURNS[turn][bool(title)]).format(title)


SEPARATOR = Entry("", "")
ENTRIES = (
    Entry(
        "learn",
        str(QT_TRANSLATE_NOOP("ControlMenu", "Learn MIDI")),
        shown=lambda facts: not facts.waiting,
        enabled=lambda facts: not facts.no_midi,
        tip=lambda facts: facts.no_midi,
    ),
    Entry(
        "cancel",
        str(QT_TRANSLATE_NOOP("ControlMenu", "Cancel MIDI learn")),
        shown=lambda facts: facts.waiting,
    ),
    Entry(
        "forget",
        str(QT_TRANSLATE_NOOP("ControlMenu", "Forget {}")),
        lambda facts: shortened(facts.learned[0].text),
        shown=lambda facts: bool(facts.learned),
    ),
    Entry("mapping", str(QT_TRANSLATE_NOOP("ControlMenu", "Edit mapping…"))),
    SEPARATOR,
    Entry(
        MODULATE,
        str(QT_TRANSLATE_NOOP("ControlMenu", "Modulate")),
        shown=lambda facts: facts.modulable,
    ),
    Entry("xy-x", str(QT_TRANSLATE_NOOP("ControlMenu", "To XY pad: X")), shown=is_continuous),
    Entry("xy-y", str(QT_TRANSLATE_NOOP("ControlMenu", "To XY pad: Y")), shown=is_continuous),
    SEPARATOR,
    Entry(
        CHOOSE,
        str(QT_TRANSLATE_NOOP("ControlMenu", "Choose")),
        shown=lambda facts: bool(facts.control.choices),
    ),
    Entry(
        "type",
        str(QT_TRANSLATE_NOOP("ControlMenu", "Type a value…")),
        shown=lambda facts: not facts.control.is_switch,
    ),
    Entry(
        "default",
        str(QT_TRANSLATE_NOOP("ControlMenu", "Reset to {}")),
        lambda facts: reading(facts.control, facts.control.default),
        shown=lambda facts: facts.control.generation is None,
        enabled=lambda facts: not facts.at_default,
    ),
    Entry(
        "default",
        str(QT_TRANSLATE_NOOP("ControlMenu", "Release to {}")),
        lambda facts: facts.control.generation.tier if facts.control.generation else "",
        shown=lambda facts: facts.control.generation is not None,
        enabled=lambda facts: not facts.at_default,
    ),
    SEPARATOR,
    Entry(
        "copy",
        str(QT_TRANSLATE_NOOP("ControlMenu", "Copy OSC address")),
    ),
    Entry("copy-value", str(QT_TRANSLATE_NOOP("ControlMenu", "Copy OSC message"))),
    SEPARATOR,
    Entry(
        "undo",
        "{}",
        lambda facts: turn_text("undo", facts.undo),
        enabled=lambda facts: bool(facts.undo),
    ),
    Entry(
        "redo",
        "{}",
        lambda facts: turn_text("redo", facts.redo),
        enabled=lambda facts: bool(facts.redo),
    ),
)


def translated(text: str) -> str:
    """A text of the table in the language of the desktop."""
    return QCoreApplication.translate(CONTEXT, text)


def heading(facts: Facts) -> str:
    """What the control is, where it is, and what moves it, if that is one thing."""
    moved = ""
    if facts.is_moved_by_one:
        moved = translated(MOVED).format(*facts.movers)
    return "  ·  ".join(part for part in (facts.control.title, facts.text, moved) if part)


def _movers(facts: Facts, parent: QMenu) -> QMenu:
    """What moves the control, where the heading has no room for it."""
    menu = QMenu(translated(MOVERS), parent)
    for name in facts.movers:
        menu.addAction(_plain(name)).setEnabled(False)
    return menu


def control_menu(
    facts: Facts,
    do: Callable[[str], None],
    modulate: Callable[[str, QMenu], QMenu],
    parent: QWidget | None = None,
) -> QMenu:
    """The menu; `do(deed)` is called with what is chosen, `modulate(title, menu)` makes the menu
    of modulators."""
    menu = TippedMenu(parent)
    title = menu.addAction(_plain(heading(facts)))
    title.setEnabled(False)
    if facts.movers and not facts.is_moved_by_one:
        menu.addMenu(_movers(facts, menu))
    menu.addSeparator()
    for entry in ENTRIES:
        if entry is SEPARATOR:
            menu.addSeparator()
        elif entry.shown(facts):
            text = translated(entry.text).format(entry.said(facts)).strip()
            if entry.deed == MODULATE:
                menu.addMenu(modulate(text, menu)).setObjectName(entry.deed)
                continue
            if entry.deed == CHOOSE:
                menu.addMenu(_choices(text, facts, do, menu)).setObjectName(entry.deed)
                continue
            action = menu.addAction(_plain(text))
            action.setObjectName(entry.deed)
            action.setEnabled(entry.enabled(facts))
            menu.tip(action, entry.tip(facts))
            action.triggered.connect(lambda _=False, deed=entry.deed: do(deed))
    return menu


def _choices(title: str, facts: Facts, do: Callable[[str], None], parent: QMenu) -> QMenu:
    """The values that have names; a tick at the one that it is at."""
    menu = QMenu(_plain(title), parent)
    for value, name in facts.control.choices:
        action = menu.addAction(_plain(name))
        action.setCheckable(True)
        action.setChecked(facts.value == value)
        deed = f"{CHOOSE} {value:g}"
        action.setObjectName(deed)
        action.triggered.connect(lambda _=False, deed=deed: do(deed))
    return menu


def _plain(text: str) -> str:
    """A text whose ampersands underline nothing."""
    return text.replace("&", "&&")
