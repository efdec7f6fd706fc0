"""A walk over a window: finds everything in it that a performer can operate, and operates it.

What there is to operate is found in the tree of widgets, not in a list; mouse and keyboard go
through the window, so that what is covered, clipped or out of reach is noticed. Each operation has
to have an effect: on the engine, as it answers over OSC, or, for what only looks (pages, search),
on another part of the window.

Over 350 lines: one walk, whose ways to operate each kind of widget share what it has found so far.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QScrollArea,
    QScrollBar,
    QStackedWidget,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from rtsynth.common.control_info import ControlInfo
from rtsynth_gui.edit.menu import ENTRIES
from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.control_view import ControlView, NameLabel
from rtsynth_gui.panels.slot_panel import SlotPanel
from rtsynth_gui.rack.rack import MasterStrip
from rtsynth_gui.rack.slot_strip import SlotStrip
from rtsynth_gui.widgets.entry import NumberEntry
from rtsynth_gui.widgets.envelope import EnvelopeCurve
from rtsynth_gui.widgets.keyboard import Keyboard
from rtsynth_gui.widgets.slider import Slider
from rtsynth_gui.widgets.switch import SwitchButton
from rtsynth_gui.window import Window
from tests.rtsynth.control.osc_client import OscClient

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
KINDS = (
    QAbstractButton,
    QAbstractSlider,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QTabBar,
    QAbstractItemView,
)
# What Qt builds such widgets from; it is operated as a part of them.
WHOLES = (QComboBox, QAbstractItemView, QLineEdit, QAbstractSpinBox, QTabBar, QMenu)
HANDLERS = ("mousePressEvent", "mouseDoubleClickEvent", "keyPressEvent")
OWN = "rtsynth_gui."
PATIENCE_S = 20.0  # for what has to happen
MOMENT_S = 0.25  # for what may happen
REST_S = 0.1
PASSES = 4
DRAG = 110  # through half of every knob's travel: some have whole numbers only
NUDGE = 14
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
PLACE = "place in the walk"


class Target(NamedTuple):
    """A widget, and which of its tabs or menu lines, from 0."""

    widget: QWidget
    part: int = 0


class Seen(NamedTuple):
    """What the engine says of itself, and how the window's parts stand."""

    engine: str
    window: tuple[object, ...]


def has_handlers(widget: QWidget) -> bool:
    """Whether one of our classes does something of its own with mouse or keys."""
    ours = [each for each in type(widget).__mro__ if each.__module__.startswith(OWN)]
    return any(name in vars(each) for each in ours for name in HANDLERS)


def is_interactive(widget: QWidget) -> bool:
    """Whether there is something to be done with it."""
    if isinstance(widget, QScrollBar) or isinstance(widget.parentWidget(), WHOLES):
        return False
    return isinstance(widget, KINDS) or has_handlers(widget)


def parts_of(widget: QWidget) -> int:
    """How many things there are to be done with it."""
    if isinstance(widget, QTabBar):
        return widget.count()
    menu = menu_of(widget)
    return len(lines_of(menu)) if menu is not None else 1


def lines_of(menu: QMenu) -> list[QAction]:
    """What can be chosen."""
    return [each for each in menu.actions() if each.isEnabled() and not each.isSeparator()]


def menu_of(widget: QWidget) -> QMenu | None:
    """What its click opens."""
    found = getattr(widget, "menu", None)
    menu = found() if callable(found) and isinstance(widget, QAbstractButton) else None
    return menu if isinstance(menu, QMenu) else None


def place_of(widget: QWidget) -> str:
    """Where it is in the tree: the same when the tree has been built again."""
    kept = widget.property(PLACE)
    if kept is None:
        parent = widget.parentWidget()
        name = "" if isinstance(widget, SlotStrip) else widget.accessibleName()
        name = name or widget.objectName()
        above = "" if parent is None else f" < {place_of(parent)}"
        kept = f"{type(widget).__name__} {number_of(widget)} {name}{above}"
        widget.setProperty(PLACE, kept)
    return str(kept)


def number_of(widget: QWidget) -> int:
    """Which one it is of those like it beside it."""
    parent = widget.parentWidget()
    if isinstance(widget, SlotPanel | SlotStrip):
        return widget.slot.number
    if isinstance(widget, MasterStrip):
        return 0
    if isinstance(parent, QStackedWidget):
        return parent.indexOf(widget)  # what is in front is the last child
    alike = [] if parent is None else [c for c in parent.children() if type(c) is type(widget)]
    return alike.index(widget) if widget in alike else 0


class Walk:
    """Through `window`; `asked` asks the engine, `told` is a subscriber of it.

    Args:
        restore: called when an operation added, replaced or removed a slot.
        pages: those of the side panel that are walked over.
        pages_only: and nothing else.
        proofs: for what moves neither the engine nor another part of the window, by its accessible
            name or text: what it changes.
    """

    def __init__(
        self,
        window: Window,
        asked: OscClient,
        told: OscClient,
        restore: Callable[[], None],
        pages: Sequence[str],
        pages_only: bool,
        proofs: dict[str, Callable[[], object]],
    ) -> None:
        self.window, self.asked, self.told = window, asked, told
        self._restore, self._pages, self._proofs = restore, pages, proofs
        self.pages_only = pages_only
        self.effects: dict[tuple[str, int], str] = {}
        self.dialogs: list[str] = []
        self._heard: list[str] = []
        handle = window.windowHandle()
        assert handle is not None
        self._handle: QWindow = handle

    # --- what there is -------------------------------------------------------------------------

    def targets(self, *, shown: bool) -> list[Target]:
        """Everything to be operated; with `shown` what can be at present."""
        found = []
        for widget in self.window.findChildren(QWidget):
            if shown and not (widget.isVisible() and widget.isEnabled()):
                continue
            if not is_interactive(widget) or self._is_beside(widget):
                continue
            found += [Target(widget, part) for part in range(parts_of(widget))]
        return found

    def _is_beside(self, widget: QWidget) -> bool:
        """In the panel of another slot than the first, which is built as that one is; on another
        page; in another window; or what turns the pages, which `run` operates."""
        if widget.window() is not self.window or widget in self.window.transport.views.values():
            return True
        if self.pages_only and not self.window.side.isAncestorOf(widget):
            return True
        first = min(self.window.panels)
        others = [panel for number, panel in self.window.panels.items() if number != first]
        others_pages = [p for name, p in self.window.side.pages.items() if name not in self._pages]
        return any(each.isAncestorOf(widget) for each in (*others, *others_pages))

    def left(self) -> list[str]:
        """What was not operated."""
        return sorted(
            f"{place_of(target.widget)} [{target.part}]"
            for target in self.targets(shown=False)
            if (place_of(target.widget), target.part) not in self.effects
        )

    # --- the engine ----------------------------------------------------------------------------

    def value(self, address: str) -> float:
        """What the engine says of a control."""
        return float(self.asked.ask(f"{address}/get", reply=address)[0])

    def hear(self) -> list[str]:
        """Addresses of what the engine told since the last time."""
        self.told.send("/ping")  # or it is soon told nothing more
        heard = []
        try:
            while True:
                heard += [message.address for message in self.told.receive(0.0)]
        except (BlockingIOError, TimeoutError):
            return [each for each in heard if each != "/pong"]

    def see(self) -> Seen:
        """Everything that an operation may change."""
        described = self.asked.ask_json("/describe")
        recording = self.asked.ask_json("/status")["recording"]
        return Seen(json.dumps([described, recording]), self._looks())

    def _looks(self) -> tuple[object, ...]:
        looks: list[object] = []
        for widget in self.window.findChildren(QWidget):
            shown = widget.isVisible()
            looks.append((shown, widget.isEnabled()))
            match widget:
                case QAbstractItemView() if shown:
                    model = widget.model()
                    rows = [model.index(row, 0).data() for row in range(model.rowCount())]
                    looks.append((widget.currentIndex().row(), *map(str, rows)))
                case QLineEdit() if shown:
                    looks.append(widget.text())
                case QComboBox() if shown:
                    looks.append(widget.currentIndex())
        return tuple(looks)

    # --- hands ---------------------------------------------------------------------------------

    def spin(self, condition: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
        """Run the event loop until a condition holds; whether it did in time."""
        end_s = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end_s:
                return False
            QApplication.processEvents()
            time.sleep(0.001)
        return True

    def reach(self, widget: QWidget, point: QPoint) -> QPoint:
        """Where the mouse has to go; scrolls there as a hand would."""
        above = widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget, 4, 4)
            above = above.parentWidget()
        QApplication.processEvents()
        at = widget.mapTo(self.window, point)
        under = self.window.childAt(at)
        assert under is not None, f"out of the window: {place_of(widget)}"
        assert under is widget or widget.isAncestorOf(under), (
            f"{place_of(widget)} is covered by {place_of(under)}"
        )
        return at

    def click(self, widget: QWidget, point: QPoint | None = None) -> QPoint:
        """A left click; returns where."""
        at = self.reach(widget, point if point is not None else widget.rect().center())
        QTest.mouseClick(self._handle, LEFT, NO_KEYS, at)
        return at

    def drag(self, start: QPoint, by: QPoint) -> None:
        """With the left button down, in two moves."""
        QTest.mousePress(self._handle, LEFT, NO_KEYS, start)
        for share in (2, 1):
            QTest.mouseMove(self._handle, start + by / share)
        QTest.mouseRelease(self._handle, LEFT, NO_KEYS, start + by)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self._handle, key)

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self._handle, letter)

    @contextmanager
    def answered(self, part: int = 0) -> Iterator[list[str]]:
        """The dialogs that open meanwhile, which are left; of a menu that line is chosen."""
        opened: list[str] = []

        def answer() -> None:
            popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
            if isinstance(popup, QMenu):
                popup.setActiveAction(lines_of(popup)[part])
                QTest.keyClick(popup, Qt.Key.Key_Return)
            elif popup is not None:
                QTest.keyClick(popup, Qt.Key.Key_Escape)
            elif isinstance(modal, QDialog):
                opened.append(modal.windowTitle() or type(modal).__name__)
                self.dialogs.append(opened[-1])
                modal.reject()

        timer = QTimer(interval=15)
        timer.timeout.connect(answer)
        timer.start()
        try:
            yield opened
        finally:
            timer.stop()
            assert QApplication.activePopupWidget() is None, "a menu is left open"

    # --- operating -----------------------------------------------------------------------------

    def run(self) -> None:
        """Operate everything, page by page; what becomes possible by something else comes later."""
        for _ in range(PASSES):
            done = len(self.effects)
            for page in self._pages:
                self._turn_to(page)
                tried: set[tuple[str, int]] = set()
                while (target := self._next(tried)) is not None:
                    with suppress(RuntimeError):  # it was built anew just now: in the next pass
                        self._operate(target)
            if not self.left() or len(self.effects) == done:
                return

    def _next(self, tried: set[tuple[str, int]]) -> Target | None:
        """What hides or removes other things comes last."""
        waiting = []
        for target in self.targets(shown=True):
            key = place_of(target.widget), target.part
            if key not in self.effects and key not in tried:
                waiting.append((self._rank(target.widget), key, target))
        if not waiting:
            return None
        _, key, target = min(waiting, key=lambda each: each[0])
        tried.add(key)
        return target

    def _turn_to(self, page: str) -> None:
        """By its button, if it has one."""
        button = self.window.transport.views.get(page)
        if button is None:
            self.window.side.turn_to(page)
        elif not button.isChecked():
            self.click(button)
        assert self.spin(self.window.side.pages[page].isVisible), page

    def _rank(self, widget: QWidget) -> int:
        if isinstance(widget, QAbstractItemView) or menu_of(widget) is not None:
            return 2
        return 1 if isinstance(widget, QTabBar) else 0

    def _operate(self, target: Target) -> None:
        widget = target.widget
        if not isValid(widget):
            return  # the rack has been built again meanwhile
        view, key = self._view(widget), (place_of(widget), target.part)
        match widget:
            case SwitchButton() if widget.control is not None:
                effect = self._switch(widget, widget.control)
            case Slider() if view is not None:
                effect = self._slide(widget, view.control)
            case NumberEntry() if view is not None:
                effect = self._enter(widget, view.control)
            case NameLabel() if view is not None:
                effect = self._reset(widget, view)
            case _:
                effect = self._try(target)
        if effect:
            self.effects[key] = effect

    def _slots(self) -> list[tuple[int, str]]:
        slots = self.asked.ask_json("/describe")["slots"]
        return [(slot["slot"], slot["plugin"]) for slot in slots]

    def _shown_slots(self) -> list[tuple[int, str]]:
        panels = self.window.panels.values()
        return sorted((panel.slot.number, panel.slot.plugin) for panel in panels)

    def _view(self, widget: QWidget) -> ControlView | None:
        above = widget.parentWidget()
        views = above.findChildren(ControlView, options=DIRECT) if above is not None else []
        return next((view for view in views if widget in view.widgets), None)

    def _moves(self, address: str, before: float, what: str) -> str:
        assert self.spin(lambda: self.value(address) != before), f"{what}: {address} does not move"
        return "engine"

    def _switch(self, widget: SwitchButton, control: Control) -> str:
        for _ in range(2):
            before = self.value(control.address)
            self.click(widget)
            self._moves(control.address, before, place_of(widget))
        return "engine"

    def _slide(self, widget: Slider, control: Control) -> str:
        before = self.value(control.address)
        start = self.reach(widget, widget.rect().center())
        far = DRAG if control.position_of(before) < 0.5 else -DRAG
        self.drag(start, QPoint(far, -far))
        self._moves(control.address, before, "dragged")
        for key, end in ((Qt.Key.Key_End, 1.0), (Qt.Key.Key_Home, 0.0)):
            self.key(key)
            expected = control.value_at(end)
            assert self.spin(lambda e=expected: near(self.value(control.address), e, control)), key
        QTest.mouseClick(self._handle, RIGHT, NO_KEYS, start)
        assert self.spin(lambda: QApplication.activePopupWidget() is not None), "no menu"
        menu = QApplication.activePopupWidget()
        assert menu is not None
        offered = {action.objectName() for action in menu.actions()}
        assert {"learn", "copy", "undo"} <= offered <= {"", *(entry.deed for entry in ENTRIES)}
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        assert self.spin(lambda: QApplication.activePopupWidget() is None)
        return "engine"

    def _enter(self, widget: NumberEntry, control: Control) -> str:
        before = self.value(control.address)
        wanted = next(
            value
            for value in map(control.value_at, (0.3, 0.7))
            if control.text(value) != control.text(before)
        )
        self.click(widget)
        self.type(control.text(wanted))
        self.key(Qt.Key.Key_Return)
        expected = control.parse(control.text(wanted))
        assert expected is not None
        assert self.spin(lambda: near(self.value(control.address), expected, control)), (
            f"typed {control.text(wanted)}, but {control.address} is {self.value(control.address)};"
            f" {widget.text()} is shown, the focus is at {focused()}"
        )
        return "engine"

    def _reset(self, widget: NameLabel, view: ControlView) -> str:
        control = view.control
        other = next(v for v in map(control.value_at, (0.3, 0.7)) if v != control.default)
        self.asked.send(control.address, other)
        assert self.spin(lambda: near(view.value, other, control)), "the window does not follow"
        at = self.reach(widget, QPoint(4, widget.height() // 2))
        QTest.mouseDClick(self._handle, LEFT, NO_KEYS, at)
        assert self.spin(lambda: near(self.value(control.address), control.default, control))
        return "engine"

    def _try(self, target: Target) -> str:
        """Anything else: whatever it changes."""
        widget = target.widget
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        name = widget.accessibleName() or text
        proof = self._proofs.get(name, lambda: None)
        self._look_elsewhere(target)
        self.hear()
        slots, before, shown = self._slots(), self.see(), proof()
        on, waits = is_on(widget), isinstance(widget, QAbstractItemView)
        with self.answered(target.part) as opened:
            self._handle_one(target)
        effects: list[str] = []

        def changed() -> bool:
            if self.hear():
                effects.append("engine")
                return True
            now = self.see()
            if now.engine != before.engine:
                effects.append("engine")
            elif now.window != before.window or proof() != shown or opened:
                effects.append("window")
            return "engine" in effects or (bool(effects) and not waits)

        self.spin(changed, MOMENT_S)
        effects.sort()  # the engine first
        if "engine" in effects:  # a slot that it loads or unloads may come a moment later
            self.spin(lambda: self._slots() != slots, REST_S)
        if effects and isValid(widget) and is_on(widget) != on:
            self.click(widget)  # as it was
            self.spin(lambda: is_on(widget) == on, MOMENT_S)  # one of several stays chosen
        if (changed_slots := self._slots()) != slots:
            assert self.spin(lambda: self._shown_slots() == sorted(changed_slots)), "not shown"
            self._restore()
            assert self.spin(lambda: self._shown_slots() == sorted(slots)), "not as it was"
            self.spin(lambda: False, 2 * REST_S)  # what else it describes anew
        self.window.activateWindow()  # which a desktop does after a dialog
        assert self.spin(self.window.isActiveWindow)
        return effects[0] if effects else ""

    def _look_elsewhere(self, target: Target) -> None:
        """Where a click would choose what is chosen already, choose another one first."""
        match target.widget:
            case QTabBar() as tabs if tabs.currentIndex() == target.part:
                self.click(tabs, tabs.tabRect((target.part + 1) % tabs.count()).center())
            case SlotStrip() as strip if self.window.rack.front == strip.slot.number:
                other = next(s for s in self.window.rack.strips.values() if s is not strip)
                self.click(other, own_point(other))
                self.spin(lambda: self.window.rack.front != strip.slot.number)

    def _handle_one(self, target: Target) -> None:
        widget = target.widget
        match widget:
            case Keyboard():
                self.click(widget)
                self.type("d")
            case EnvelopeCurve():
                at = self.reach(widget, widget.corners()["decay"].toPoint())
                self.drag(at, QPoint(NUDGE, NUDGE))
            case Slider():
                self.click(widget)
                self.key(Qt.Key.Key_PageUp)
            case QLineEdit():
                self.click(widget)
                self.type("small")
                self.key(Qt.Key.Key_Return)
            case NameLabel():
                at = self.reach(widget, QPoint(4, widget.height() // 2))
                QTest.mouseDClick(self._handle, LEFT, NO_KEYS, at)
            case QAbstractSpinBox():
                self.click(widget, QPoint(8, widget.height() // 2))
                self.key(Qt.Key.Key_Up)
            case QComboBox():
                self.click(widget)
                self.spin(lambda: QApplication.activePopupWidget() is None, MOMENT_S)
                self.key(Qt.Key.Key_Down if widget.currentIndex() == 0 else Qt.Key.Key_Up)
            case QTabBar():
                self.click(widget, widget.tabRect(target.part).center())
            case QAbstractItemView():
                model = widget.model()
                if model.rowCount():
                    widget.scrollTo(model.index(model.rowCount() - 1, 0))
                    rect = widget.visualRect(model.index(model.rowCount() - 1, 0))
                    middle = rect.center()
                    self.click(widget.viewport(), QPoint(min(middle.x(), 40), middle.y()))
                    self.key(Qt.Key.Key_Return)
            case QAbstractButton():
                self.click(widget)
            case _:
                self.click(widget, own_point(widget))


def is_on(widget: QWidget) -> bool:
    """Whether it is a button that stays down."""
    return isinstance(widget, QAbstractButton) and widget.isChecked()


def focused() -> str:
    """Where keys go."""
    widget = QApplication.focusWidget()
    return place_of(widget) if widget is not None else "nothing"


def own_point(widget: QWidget) -> QPoint:
    """A point of a widget where no other lies on it."""
    for x in range(2, widget.width() - 2, 4):
        for y in range(2, widget.height() - 2, 4):
            if widget.childAt(x, y) is None:
                return QPoint(x, y)
    return widget.rect().center()


def near(value: float, expected: float, control: ControlInfo) -> bool:
    """The same, as far as 32 bits and the digits of an entry go."""
    return abs(value - expected) <= 2e-3 * (control.maximum - control.minimum)
