"""The rack: every slot with its strip, in the order of the performer, and the master."""

import time
from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.choice import MOST_SLOTS
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.description import Description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.rack.drop_mark import DropMark
from rtsynth_gui.rack.slot_strip import SlotStrip
from rtsynth_gui.rack.strip import Strip
from rtsynth_gui.rack.strips_area import StripsArea
from rtsynth_gui.widgets.dragged import dragged_plugins
from rtsynth_gui.widgets.icons import set_icon
from rtsynth_gui.widgets.plain import PlainLabel
from rtsynth_gui.widgets.text_size import with_text

WIDTH = 232
STEPS = {"above": -1, "below": 1}
MOVES = {"up": -1, "down": 1}
SPACING = 6
LOST_S = 10.0  # a slot that is removed is gone sooner


def free_slot(taken: Iterable[int]) -> int | None:
    """The first number that no slot has; None if all are taken."""
    numbers = set(taken)
    return next((number for number in range(1, MOST_SLOTS + 1) if number not in numbers), None)


class MasterStrip(Strip):
    """Level, gain and DC blocker of what all slots add up to."""

    def __init__(
        self,
        controls: tuple[Control, ...],
        values: dict[str, float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        title = PlainLabel(self.tr("Master"), self)
        title.setObjectName("caption")
        self.top.addWidget(title, 1)
        named = {control.name.rpartition(".")[2]: control for control in controls}
        self.add_switch("DC", "dc_block", named.get("dc_block"), values)
        if "gain" in named:
            self.add_row(named["gain"], values)


class Rack(QWidget):
    """`moved(address, value)`; `wanted(what, slot)`: "front", "add" (slot 0), "replace", "reset",
    "remove"; `dropped(plugin, slot)`: a plugin for a slot, 0 for a new one. `renamed(slot, text)`
    and `arranged(slots)`: another name, and another order, are asked for. `reached(what, argument,
    slot)`: a line of a slot's menu that reaches into its network. `said(text, failure)`: a line for
    the performer."""

    moved = Signal(str, float)
    edited = Signal(object)
    menu_wanted = Signal(object, QPoint)
    wanted = Signal(str, int)
    reached = Signal(str, object, int)
    dropped = Signal(str, int)
    renamed = Signal(int, str)
    arranged = Signal(object)
    said = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strips: dict[int, SlotStrip] = {}
        self.master: MasterStrip | None = None
        self.front = 0
        self._local = True
        self._readings: dict[int, tuple[float, float]] = {}  # not shown yet; the master is 0
        self.setFixedWidth(with_text(WIDTH, self))
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Rack"))
        slots = QWidget()
        self._content, self._mark = slots, DropMark(slots)
        self._slots = QVBoxLayout(slots)
        self._slots.setContentsMargins(0, 0, 0, SPACING)  # room for the mark behind the last one
        self._slots.setSpacing(SPACING)
        self.add = QPushButton(self.tr("Add plugin"), self)
        set_icon(self.add, "add")
        self.add.setToolTip(self.tr("Open the browser; double-click a plugin there to add it"))
        self.add.clicked.connect(lambda: self.wanted.emit("add", 0))
        self._slots.addStretch(1)
        self._area = StripsArea(slots, self)
        # A strip that is new has its place once it is laid out.
        self._laid_out = QTimer(self, interval=0, singleShot=True)
        self._laid_out.timeout.connect(self._show_in_view)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._area, 1)
        self._layout.addWidget(self.add)
        self._layout.addSpacing(SPACING)
        self._layout.addStretch()

    def rebuild(self, description: Description, values: dict[str, float]) -> None:
        """Another structure, or order: new strips. The slot that has the focus keeps it; where that
        is gone, the nearest one gets it."""
        focused = self._focused()
        self._mark.hide()  # a strip that is being dragged goes, too
        for old in self.strips.values():
            old.name.leave(commit=False)  # or it would lose the focus on its way out
            old.blockSignals(True)  # it may be dragged on until it is gone
            self._slots.removeWidget(old)
            old.deleteLater()
        self.strips.clear()
        last = len(description.arranged) - 1
        for place, slot in enumerate(description.arranged):
            strip = SlotStrip(slot, values, self)
            strip.show_place(first=place == 0, last=place == last)
            strip.menu.allow(self._local)
            self._relay(strip)
            strip.wanted.connect(self._strip_wants)
            strip.reached.connect(self.reached)
            strip.renamed.connect(self.renamed)
            strip.dragged.connect(self._drag)
            strip.dropped.connect(self._drop)
            self._slots.insertWidget(place, strip)
            self.strips[slot.number] = strip
        self.add.setEnabled(free_slot(self.strips) is not None)
        if self.master is not None:
            self._layout.removeWidget(self.master)
            self.master.deleteLater()
        self.master = MasterStrip(description.master, values, self)
        self._relay(self.master)
        self._layout.addWidget(self.master)
        self.show_front(self.front)
        if focused and self.strips:
            nearest = min(self.strips, key=lambda number: abs(number - focused))
            self.strips[nearest].show()  # a layout does so later, and what is hidden has no focus
            self.strips[nearest].setFocus(Qt.FocusReason.OtherFocusReason)

    def allow(self, local: bool) -> None:
        """Whether the engine is on this machine."""
        self._local = local
        for strip in self.strips.values():
            strip.menu.allow(local)

    def _focused(self) -> int:
        """The slot whose strip, or its name, has the focus; 0 for none."""
        focus = QApplication.focusWidget()
        strips = self.strips.items()
        return next((n for n, strip in strips if focus in (strip, strip.name.edit)), 0)

    def show_lineup(self, description: Description, values: dict[str, float]) -> None:
        """The same structure, maybe with other names, or in another order."""
        if [slot.number for slot in description.arranged] != list(self.strips):
            self.rebuild(description, values)
            return
        for slot in description.slots:
            self.strips[slot.number].show_slot(slot)

    def _relay(self, strip: Strip) -> None:
        strip.moved.connect(self.moved)
        strip.edited.connect(self.edited)
        strip.menu_wanted.connect(self.menu_wanted)

    @property
    def every_strip(self) -> list[Strip]:
        """The strips of the slots, and the master's."""
        return [*self.strips.values(), *([] if self.master is None else [self.master])]

    def title_of(self, number: int) -> str:
        """Number and name of a slot that has a plugin; "" for another."""
        strip = self.strips.get(number)
        return f"{number} {strip.slot.title}" if strip is not None else ""

    def show_front(self, number: int) -> None:
        """Mark the slot whose panel is in front; where a strip has the focus, that one has it."""
        focus = QApplication.focusWidget()
        if number in self.strips and any(strip is focus for strip in self.strips.values()):
            self.strips[number].setFocus(Qt.FocusReason.OtherFocusReason)
        self.front = number
        for each, strip in self.strips.items():
            strip.show_front(each == number)
        self._show_in_view()
        self._laid_out.start()

    def _show_in_view(self) -> None:
        """Scroll to the strip of the slot in front."""
        if self.front in self.strips:
            self._area.ensureWidgetVisible(self.strips[self.front], 0, 0)

    def take(self, batch: Batch, now_s: float, *, draw: bool = True) -> None:
        """One frame: keep what arrived, and show it, if that is to be drawn now."""
        for slot in batch.description.slots if batch.description is not None else ():
            if slot.number in self.strips:
                self.strips[slot.number].show_does(slot)
        strips = self.every_strip
        for address, value in batch.values.items():
            for strip in strips:
                strip.report(address, value)
        for answer in batch.answers:
            words = answer.address.split("/")
            if words[1] == "slot" and words[3:] == ["note", "on"]:
                played = self.strips.get(int(words[2]))
                if played is not None:
                    played.light(now_s)
        self._look_at_leaving(batch, now_s)
        self._readings |= batch.meters
        if len(batch.master) == 4:
            self._readings[0] = max(batch.master[::2]), max(batch.master[1::2])
        if draw:
            for number, each in self.strips.items():
                each.refresh(self._readings.get(number), now_s)
            if self.master is not None:
                self.master.refresh(self._readings.get(0), now_s)
            self._readings.clear()

    def _look_at_leaving(self, batch: Batch, now_s: float) -> None:
        """A strip stays that the engine does not remove, or of which it was never told."""
        for number, each in self.strips.items():
            if each.leaving_s is None:
                continue
            lost = now_s - each.leaving_s > LOST_S
            if lost:
                text = self.tr("{} has not been removed: the engine did not answer; try again")
                self.said.emit(text.format(each.slot.title), True)
            if lost or slot_address(number, "unload") in batch.refused:
                each.show_slot(each.slot)

    def _gap(self, point: QPoint) -> int | None:
        """Before which place, counted as it is now, a strip that is dragged would come.

        None where it is dragged out of the rack.
        """
        if not self.rect().contains(self.mapFromGlobal(point)):
            return None
        strips = list(self.strips.values())
        y = self._content.mapFromGlobal(point).y()
        return sum(strip.geometry().center().y() < y for strip in strips)

    def _drag(self, number: int, point: QPoint) -> None:
        gap = self._gap(point)
        if gap is None:
            self._mark.hide()
            return
        strips = list(self.strips.values())
        last = strips[-1].geometry().bottom() + 1 + SPACING
        top = strips[gap].geometry().top() if gap < len(strips) else last
        self._mark.show_at(top - SPACING // 2)
        y = self._content.mapFromGlobal(point).y()
        self._area.ensureVisible(0, y, 0, self.strips[number].height() // 2)

    def _drop(self, number: int, point: QPoint) -> None:
        self._mark.hide()
        gap = self._gap(point)
        if gap is not None:
            numbers = list(self.strips)
            self._arrange(number, gap - (numbers.index(number) < gap))

    def _arrange(self, number: int, place: int) -> None:
        """Ask for a slot to be at a place, from 0, among the others."""
        order = [each for each in self.strips if each != number]
        order.insert(min(max(place, 0), len(order)), number)
        if order != list(self.strips):
            self.arranged.emit(tuple(order))

    def _strip_wants(self, what: str, number: int) -> None:
        if what == "rename":
            self.strips[number].name.begin()
            return
        if what == "remove":
            if self.strips[number].leaving:
                return
            self.strips[number].show_leaving(time.monotonic())
        if what in MOVES:
            self._arrange(number, list(self.strips).index(number) + MOVES[what])
            return
        if what in STEPS:
            numbers = list(self.strips)
            place = min(max(numbers.index(number) + STEPS[what], 0), len(numbers) - 1)
            what, number = "front", numbers[place]
            self.strips[number].setFocus(Qt.FocusReason.TabFocusReason)
        self.wanted.emit(what, number)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragged_plugins(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        plugins = dragged_plugins(event.mimeData())
        if not plugins:
            return
        event.acceptProposedAction()
        point = event.position().toPoint()
        slot = next(
            (
                number
                for number, strip in self.strips.items()
                if strip.rect().contains(strip.mapFrom(self, point))
            ),
            0,
        )
        for plugin in plugins:
            self.dropped.emit(plugin, slot)
            slot = 0  # the others are added
