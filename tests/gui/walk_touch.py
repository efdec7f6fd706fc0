"""How each kind of widget is operated, by its class."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QTabBar,
)

from rtsynth_gui.panels.control_view import NameLabel
from rtsynth_gui.rack.name_field import NameField
from rtsynth_gui.rack.slot_strip import SlotStrip
from rtsynth_gui.widgets.envelope import EnvelopeCurve
from rtsynth_gui.widgets.keyboard import Keyboard
from rtsynth_gui.widgets.slider import Slider
from rtsynth_gui.window import Window
from tests.gui.walk_aids import Aids
from tests.gui.walk_controls import ControlHands
from tests.gui.walk_hands import LEFT, NO_KEYS
from tests.gui.walk_targets import Target, last_row, name_of, own_point
from tests.rtsynth.control.osc_client import OscClient

MOMENT_S = 0.25  # for what may happen
NUDGE = 14
TYPED = "small"  # where nothing else is asked for: it is in the names of the plugins


class TouchHands(ControlHands):
    """On anything in `window`."""

    def __init__(self, window: Window, asked: OscClient, aids: Aids) -> None:
        super().__init__(window, asked)
        self.aids = aids

    def look_elsewhere(self, target: Target) -> None:
        """Where a click would choose what is chosen already, choose another one first."""
        match target.widget:
            case QTabBar() as tabs if tabs.currentIndex() == target.part:
                self.click(tabs, tabs.tabRect((target.part + 1) % tabs.count()).center())
            case SlotStrip() as strip if self.window.rack.front == strip.slot.number:
                other = next(s for s in self.window.rack.strips.values() if s is not strip)
                self.click(other, own_point(other))
                self.spin(lambda: self.window.rack.front != strip.slot.number)

    def touch(self, target: Target) -> None:
        """Do with it what a performer does."""
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
                self.replace(widget, self.aids.typed.get(name_of(widget), TYPED))
            case NameLabel():
                at = self.reach(widget, QPoint(4, widget.height() // 2))
                QTest.mouseDClick(self.handle, LEFT, NO_KEYS, at)
            case NameField():
                at = self.reach(widget, widget.rect().center())
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
                row = last_row(widget)
                if row.isValid():
                    widget.scrollTo(row)
                    middle = widget.visualRect(row).center()
                    self.click(widget.viewport(), QPoint(min(middle.x(), 40), middle.y()))
                    self.key(Qt.Key.Key_Return)
            case QCheckBox():  # its text may be shorter than it is wide
                self.click(widget, QPoint(8, widget.height() // 2))
            case QAbstractButton():
                self.click(widget)
            case _:
                self.click(widget, own_point(widget))
