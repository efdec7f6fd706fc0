"""A walk over a window: finds everything in it that a performer can operate, and operates it.

What there is to operate is found in the tree of widgets, not in a list; mouse and keyboard go
through the window, so that what is covered, clipped or out of reach is noticed. Each operation has
to have an effect: on the engine, as it answers over OSC, or, for what only looks (pages, search),
on another part of the window.
"""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from rtsynth_gui.panels.control_view import NameLabel
from rtsynth_gui.rack.slot_strip import SlotStrip
from rtsynth_gui.widgets.entry import NumberEntry
from rtsynth_gui.widgets.envelope import EnvelopeCurve
from rtsynth_gui.widgets.keyboard import Keyboard
from rtsynth_gui.widgets.slider import Slider
from rtsynth_gui.widgets.switch import SwitchButton
from rtsynth_gui.window import Window
from tests.gui.walk_controls import ControlHands
from tests.gui.walk_hands import LEFT, NO_KEYS
from tests.gui.walk_targets import (
    Target,
    is_interactive,
    is_on,
    menu_of,
    own_point,
    parts_of,
    place_of,
)
from tests.rtsynth.control.osc_client import OscClient

MOMENT_S = 0.25  # for what may happen
LONGER_S = 2.0  # for what has not happened in the first pass: the machine may be busy
REST_S = 0.1
PASSES = 4
NUDGE = 14


class Seen(NamedTuple):
    """What the engine says of itself, and how the window's parts stand."""

    engine: str
    window: tuple[object, ...]


class Walk(ControlHands):
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
        super().__init__(window, asked)
        self.told = told
        self._restore, self._pages, self._proofs = restore, pages, proofs
        self.pages_only = pages_only
        self.effects: dict[tuple[str, int], str] = {}
        self._moment_s = MOMENT_S

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

    # --- operating -----------------------------------------------------------------------------

    def run(self) -> None:
        """Operate everything, page by page; what becomes possible by something else comes later."""
        for number in range(PASSES):
            self._moment_s = LONGER_S if number else MOMENT_S
            done = len(self.effects)
            for page in self._pages:
                self._turn_to(page)
                tried: set[tuple[str, int]] = set()
                while (target := self._next(tried)) is not None:
                    self._operate_if_there(target)
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

    def _operate_if_there(self, target: Target) -> None:
        """What is built anew meanwhile is operated in the next pass."""
        if not isValid(target.widget):
            return
        try:
            self._operate(target)
        except RuntimeError:
            if isValid(target.widget):
                raise  # of the window

    def _operate(self, target: Target) -> None:
        widget = target.widget
        view, key = self.view(widget), (place_of(widget), target.part)
        match widget:
            case SwitchButton() if widget.control is not None:
                effect = self.switch(widget, widget.control)
            case Slider() if view is not None:
                effect = self.slide(widget, view.control)
            case NumberEntry() if view is not None:
                effect = self.enter(widget, view.control)
            case NameLabel() if view is not None:
                effect = self.reset(widget, view)
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

        self.spin(changed, self._moment_s)
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
                QTest.mouseDClick(self.handle, LEFT, NO_KEYS, at)
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
