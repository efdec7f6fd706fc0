"""The strip of a slot: its name, level, gain, pan, mute, solo, and where it is output."""

import re
from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from rtsynth_gui.link.description import Slot
from rtsynth_gui.rack.name_field import NameField
from rtsynth_gui.rack.slot_menu import ACTS, SlotMenu, followed_text, rescue_text
from rtsynth_gui.rack.strip import Strip
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

SWITCHES = {"mute": "M", "solo": "S"}
KEYS = {
    Qt.Key.Key_Up: "above",
    Qt.Key.Key_Down: "below",
    Qt.Key.Key_Space: "front",
    Qt.Key.Key_Return: "front",
    Qt.Key.Key_Delete: "remove",
    Qt.Key.Key_F2: "rename",
}
MOVING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
MOVES = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}
LIT_S = 0.15  # after a note
FOCUS_WIDTH = 2.0
BETWEEN = re.compile(r"[-_.]|\w{12}(?=\w)")
BREAK = "\u200b"  # where a line may break: a run has a long name


class SlotStrip(Strip):
    """`wanted(what, slot)`: "front" where it was clicked, one of `ACTS`, or one of `KEYS`.
    `reached(what, argument, slot)`: another line of its menu (see `SlotMenu`).

    A click gives it the keyboard, and so does Tab where its panel is in front: the strip that keys
    act on is the marked one. `renamed(slot, text)`: another name was typed. `dragged(slot, point)`
    and `dropped(slot, point)`: it is dragged, to a point of the screen.
    """

    wanted = Signal(str, int)
    reached = Signal(str, object, int)
    renamed = Signal(int, str)
    dragged = Signal(int, QPoint)
    dropped = Signal(int, QPoint)

    def __init__(
        self, slot: Slot, values: Mapping[str, float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.slot = slot
        self._lit_until_s = float("-inf")
        self._pressed: QPoint | None = None
        self._dragging = False
        self.leaving_s: float | None = None  # since when it is being removed
        number = slot.number
        self.number = PlainLabel(str(number), self)
        self.number.setObjectName("dim")
        self.number.setMinimumWidth(self.fontMetrics().horizontalAdvance("00"))
        self.number.setToolTip(self.tr("Lights up with each note"))
        self.name = NameField(self)
        self.name.renamed.connect(lambda text: self.renamed.emit(number, text))
        self.name.edited.connect(self._make_room)
        self.top.addWidget(self.number)
        self.top.addWidget(self.name, 1)
        mixer = {control.name.rpartition(".")[2]: control for control in slot.mixer}
        for name, letter in SWITCHES.items():
            self.add_switch(letter, name, mixer.get(name), values)
        self.menu = SlotMenu(slot, self)
        self.menu.chosen.connect(self._chosen)
        self.more = QToolButton(self)
        self.more.setText("⋯")
        self.more.setToolTip(self.tr("Slot menu"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.menu)
        self.top.addWidget(self.more)
        self.bus: PlainLabel | None = None
        if slot.output is not None:
            self.bus = self._bus_label(slot.output)
        gain = next((control for control in slot.controls if control.name == "gain"), None)
        for control in (gain, mixer.get("pan")):
            if control is not None:
                self.add_row(control, values)
        self.follows, self.rescued = PlainLabel("", self), PlainLabel("", self)  # the engine says
        for line in (self.follows, self.rescued):
            line.setObjectName("dim")
            line.setWordWrap(True)
            self.grid.addWidget(line, self.grid.rowCount(), 0, 1, 4)
        self.show_slot(slot)
        self.show_front(False)

    def _chosen(self, act: str, argument: object) -> None:
        if act in ACTS:
            self.wanted.emit(act, self.slot.number)
        else:
            self.reached.emit(act, argument, self.slot.number)

    def _bus_label(self, channel: int) -> PlainLabel:
        """Which channel the slot has to itself, beside the meter."""
        label = PlainLabel(self.tr("out {}").format(channel), self)
        label.setObjectName("dim")
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        text = self.tr(
            "Output channel {} of the device carries this slot alone, after its "
            "gain and mute; the mix is on 1 and 2"
        )
        label.setToolTip(plain_tip(text.format(channel)))
        self.grid.removeWidget(self.meter)
        self.grid.addWidget(self.meter, 1, 0, 1, 2)
        self.grid.addWidget(label, 1, 2, 1, 2)
        return label

    def show_slot(self, slot: Slot) -> None:
        """The same plugin, maybe with another name."""
        self.slot, self.leaving_s = slot, None
        tip = self.tr("{}\nDouble-click or F2: rename. Drag: move").format(slot.plugin)
        self.name.show_text(slot.title or self.tr("empty"), plain_tip(tip))
        self.more.setAccessibleName(self.tr("Slot {}, menu").format(slot.number))
        self.setAccessibleName(self.tr("Slot {}: {}").format(slot.number, slot.title))
        self.show_does(slot)

    def show_does(self, slot: Slot) -> None:
        """What the engine does with it: how it is rescued, which run it follows."""
        self.slot = slot
        self.menu.show_slot(slot)
        texts = {self.follows: followed_text(slot), self.rescued: rescue_text(slot)}
        for label, text in texts.items():
            label.setText(BETWEEN.sub(rf"\g<0>{BREAK}", text))
            label.setToolTip(plain_tip(text))
            label.setVisible(bool(text))
        self.setAccessibleDescription(". ".join(filter(None, texts.values())))

    @property
    def leaving(self) -> bool:
        """Whether it is being removed."""
        return self.leaving_s is not None

    def show_leaving(self, now_s: float) -> None:
        """It is being removed, which takes a moment; `show_slot` ends that."""
        self.leaving_s = now_s
        self.name.label.show_text(self.tr("removing {}…").format(self.slot.title))

    def show_place(self, *, first: bool, last: bool) -> None:
        """Where it is in the rack: the menu offers to move it only where it can go."""
        self.menu.show_place(first=first, last=last)

    def show_front(self, front: bool) -> None:
        """Whether its panel is the one in front."""
        policy = Qt.FocusPolicy.StrongFocus if front else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(policy)
        self.setObjectName("strip-front" if front else "card")
        self.style().polish(self)

    def _make_room(self, edited: bool) -> None:
        """While a name is typed, the field has their room. The menu's button stays: hidden while
        its menu closes, it would take the focus from the field."""
        for button in self.switches:
            button.setVisible(not edited)

    def light(self, now_s: float) -> None:
        """A note came."""
        self._lit_until_s = now_s + LIT_S

    def refresh(self, reading: tuple[float, float] | None, now_s: float) -> None:
        super().refresh(reading, now_s)
        name = "lit" if now_s < self._lit_until_s else "dim"
        if self.number.objectName() != name:
            self.number.setObjectName(name)
            self.number.style().polish(self.number)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.ACCENT), FOCUS_WIDTH))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
            painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:  # its menu's button was clicked, too
            self.wanted.emit("front", self.slot.number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.wanted.emit("front", self.slot.number)  # what the menu is about is marked
        self.menu.popup(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.globalPosition().toPoint()
            self.wanted.emit("front", self.slot.number)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.globalPosition().toPoint()
        if self._pressed is None:
            return
        if not self._dragging:
            way = (point - self._pressed).manhattanLength()
            if way < QApplication.startDragDistance():
                return
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.dragged.emit(self.slot.number, point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self._dragging:
            self._dragging = False
            self.unsetCursor()
            self.dropped.emit(self.slot.number, event.globalPosition().toPoint())
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = QApplication.focusWidget()
        keys = MOVES if event.modifiers() & MOVING == MOVING else KEYS
        what = keys.get(Qt.Key(event.key()))
        if focus is not None and focus is not self and self.isAncestorOf(focus):
            what = None  # left over by one of its controls, and maybe of another slot than in front
        if what is None:
            super().keyPressEvent(event)
        else:
            self.wanted.emit(what, self.slot.number)
