"""Controls of the engine, operated by mouse and keyboard: the engine has to follow."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth.common.control_info import ControlInfo
from rtsynth_gui.edit.menu import ENTRIES
from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.control_view import ControlView, NameLabel
from rtsynth_gui.widgets.entry import NumberEntry
from rtsynth_gui.widgets.slider import Slider
from rtsynth_gui.widgets.switch import SwitchButton
from rtsynth_gui.window import Window
from tests.gui.walk_hands import LEFT, NO_KEYS, RIGHT, Hands
from tests.gui.walk_targets import focused, place_of
from tests.rtsynth.control.osc_client import OscClient

DRAG = 110  # through half of every knob's travel: some have whole numbers only
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


class ControlHands(Hands):
    """On the controls in `window`; `asked` asks the engine."""

    def __init__(self, window: Window, asked: OscClient) -> None:
        super().__init__(window)
        self.asked = asked

    def value(self, address: str) -> float:
        """What the engine says of a control."""
        return float(self.asked.ask(f"{address}/get", reply=address)[0])

    def view(self, widget: QWidget) -> ControlView | None:
        above = widget.parentWidget()
        views = above.findChildren(ControlView, options=DIRECT) if above is not None else []
        return next((view for view in views if widget in view.widgets), None)

    def _moves(self, address: str, before: float, what: str) -> str:
        assert self.spin(lambda: self.value(address) != before), f"{what}: {address} does not move"
        return "engine"

    def switch(self, widget: SwitchButton, control: Control) -> str:
        for _ in range(2):
            before = self.value(control.address)
            self.click(widget)
            self._moves(control.address, before, place_of(widget))
        return "engine"

    def slide(self, widget: Slider, control: Control) -> str:
        before = self.value(control.address)
        start = self.reach(widget, widget.rect().center())
        far = DRAG if control.position_of(before) < 0.5 else -DRAG
        self.drag(start, QPoint(far, -far))
        self._moves(control.address, before, "dragged")
        for key, end in ((Qt.Key.Key_End, 1.0), (Qt.Key.Key_Home, 0.0)):
            self.key(key)
            expected = control.value_at(end)
            assert self.spin(lambda e=expected: near(self.value(control.address), e, control)), key
        QTest.mouseClick(self.handle, RIGHT, NO_KEYS, start)
        assert self.spin(lambda: QApplication.activePopupWidget() is not None), "no menu"
        menu = QApplication.activePopupWidget()
        assert menu is not None
        offered = {action.objectName() for action in menu.actions()}
        assert {"learn", "copy", "undo"} <= offered <= {"", *(entry.deed for entry in ENTRIES)}
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        assert self.spin(lambda: QApplication.activePopupWidget() is None)
        return "engine"

    def enter(self, widget: NumberEntry, control: Control) -> str:
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

    def reset(self, widget: NameLabel, view: ControlView) -> str:
        control = view.control
        other = next(v for v in map(control.value_at, (0.3, 0.7)) if v != control.default)
        self.asked.send(control.address, other)
        assert self.spin(lambda: near(view.value, other, control)), "the window does not follow"
        at = self.reach(widget, QPoint(4, widget.height() // 2))
        QTest.mouseDClick(self.handle, LEFT, NO_KEYS, at)
        assert self.spin(lambda: near(self.value(control.address), control.default, control))
        return "engine"


def near(value: float, expected: float, control: ControlInfo) -> bool:
    """The same, as far as 32 bits and the digits of an entry go."""
    return abs(value - expected) <= 2e-3 * (control.maximum - control.minimum)
