"""The middle of the window: what is output, and the controls of the slot in front."""

import time

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rtsynth_gui.link.description import Description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.played import played_notes
from rtsynth_gui.panels.gate_line import GateLine
from rtsynth_gui.panels.slot_panel import SlotPanel
from rtsynth_gui.panels.turns import Turn
from rtsynth_gui.widgets.keyboard import Keyboard
from rtsynth_gui.widgets.meters import LevelMeter
from rtsynth_gui.widgets.plain import PlainLabel
from rtsynth_gui.widgets.sound_view import SoundView

SPACING = 4
BEHIND_S = 0.25  # how late those may be that are not in front
EVERYTHING = Turn(True, True)


class Panels(QStackedWidget):
    """As high as the panel in front wants to be, and not as the highest one."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        panel = self.currentWidget()
        if panel is not None:
            hint.setHeight(panel.sizeHint().height())
        return hint

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        panel = self.currentWidget()
        if panel is not None:
            hint.setHeight(panel.minimumSizeHint().height())
        return hint


class Deck(QWidget):
    """Scope, level of the output, and a panel for every slot; or a line about what to do.

    `moved(address, value)`: a control; `edited(Step)` and `menu_wanted(view, point)` as the panels
    say. `note_on(slot, note, velocity)`, `note_off(slot, note)`: the
    keyboard. `fronted(slot)`: another slot is in front; 0 for none. `said(text, failure)`: a line
    for the performer.
    """

    said = Signal(str, bool)

    moved = Signal(str, float)
    edited = Signal(object)
    menu_wanted = Signal(object, QPoint)
    note_on = Signal(int, int, float)
    note_off = Signal(int, int)
    fronted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panels: dict[int, SlotPanel] = {}
        self.first_front = 1  # once there are slots
        self._refreshed_s: dict[int, float] = {}  # panels behind the one in front
        self._reading: tuple[float, float] | None = None  # not shown yet
        self.sound = SoundView(self)
        self.scope = self.sound.scope
        self.level = LevelMeter(self)
        self.level.setToolTip(self.tr("Output level in dBFS: peak, RMS, peak hold"))
        self._panels = Panels(self)
        self.waiting = PlainLabel("", self)
        self.waiting.setObjectName("waiting")
        font = self.waiting.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.waiting.setFont(font)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.waiting.setWordWrap(True)
        self.waiting.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._well = well = QFrame(self)
        well.setObjectName("well")
        frame = QHBoxLayout(well)
        frame.setContentsMargins(6, 4, 6, 4)
        frame.addWidget(self.sound)
        sound = QHBoxLayout()
        sound.setSpacing(8)
        sound.addWidget(well, 1)
        sound.addWidget(self.level)
        playing = QWidget(self)
        column = QVBoxLayout(playing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addLayout(sound, 1)
        column.addWidget(self._panels)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.waiting)
        self._pages.addWidget(playing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    @property
    def current(self) -> SlotPanel | None:
        """The panel in front."""
        widget = self._panels.currentWidget()
        return widget if isinstance(widget, SlotPanel) else None

    def rebuild(
        self, description: Description, values: dict[str, float], followed: dict[str, float]
    ) -> None:
        """Another structure: new panels, the same slot in front, or the nearest one."""
        before = self.current.slot.number if self.current is not None else self.first_front
        old = self.panels
        for each in old.values():
            if each.played is not None:
                each.played.let_go()  # nobody could release its keys any more
        self.panels = {}
        for slot in description.slots:
            panel = SlotPanel(slot, values, followed, self._panels)
            panel.moved.connect(self.moved)
            panel.edited.connect(self.edited)
            panel.menu_wanted.connect(self.menu_wanted)
            panel.said.connect(lambda text: self.said.emit(text, False))
            panel.note_on.connect(
                lambda note, velocity, n=slot.number: self.note_on.emit(n, note, velocity)
            )
            panel.note_off.connect(lambda note, n=slot.number: self.note_off.emit(n, note))
            there = old.get(slot.number)
            if there is not None and there.slot.plugin == slot.plugin:
                panel.take_over(there)  # a held note sounds on, and ends with the next one
            self.panels[slot.number] = panel
            self._panels.addWidget(panel)
        for each in old.values():
            self._panels.removeWidget(each)
            each.deleteLater()
        self._share_room()
        nearest = min(self.panels, key=lambda number: abs(number - before), default=0)
        self._show_page()
        self.show_slot(nearest)

    @property
    def saved(self) -> int:
        """How much higher the panel in front would be if there were room."""
        return self.current.saved if self.current is not None else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Tell the panels how high they can be."""
        room = self.height() - self._well.minimumSizeHint().height() - SPACING
        for panel in self.panels.values():
            panel.set_room(room)

    def show_lineup(self, description: Description) -> None:
        """The same structure: maybe other names."""
        before = [panel.slot.title for panel in self.panels.values()]
        for slot in description.slots:
            self.panels[slot.number].show_lineup(slot)
        current = self.current
        if current is not None and before != [panel.slot.title for panel in self.panels.values()]:
            self.fronted.emit(current.slot.number)

    def show_slot(self, number: int) -> None:
        """Put a slot in front, if there is such a one."""
        panel = self.panels.get(number, self.current)
        if panel is not None:
            panel.refresh(time.monotonic())
            self._panels.setCurrentWidget(panel)
        self._panels.updateGeometry()
        self.fronted.emit(panel.slot.number if panel is not None else 0)

    def take(self, batch: Batch, now_s: float, turn: Turn = EVERYTHING) -> None:
        """One frame: show what arrived, if it is its turn."""
        for slot in batch.description.slots if batch.description is not None else ():
            self.panels[slot.number].show_sounds(slot.sounds)
        for played in played_notes(batch.answers):
            if played.slot in self.panels:
                self.panels[played.slot].play(played)
        for panel in self.panels.values():
            for address, value in batch.values.items():
                panel.report(address, value)
            for address, value in batch.followed.items():
                panel.follow(address, value)
            for address, value in batch.modulated.items():
                panel.modulate(address, value, now_s)
        number = self.current.slot.number if self.current is not None else 0
        self._reading = batch.meters.get(number, self._reading)
        if len(batch.master) == 4:
            self._reading = max(batch.master[::2]), max(batch.master[1::2])
        if turn.controls:
            self._refresh(now_s)
            self.level.advance(self._reading, now_s)
            self._reading = None
        # Of the two pictures of the sound one a frame.
        self.sound.take(batch.scope, waveform=turn.pictures, spectrogram=turn.controls)

    def _refresh(self, now_s: float) -> None:
        """The panel in front, and of the others the one whose turn it is."""
        front = self.current
        if front is not None:
            front.refresh(now_s)
        behind = [number for number, panel in self.panels.items() if panel is not front]
        number = min(behind, key=lambda n: self._refreshed_s.get(n, float("-inf")), default=None)
        if number is not None and now_s >= self._refreshed_s.get(number, 0.0) + BEHIND_S:
            self._refreshed_s[number] = now_s
            self.panels[number].refresh(now_s)

    @property
    def keyboard(self) -> Keyboard | None:
        """The keyboard in front."""
        return None if self.current is None else self.current.keyboard

    @property
    def played(self) -> Keyboard | GateLine | None:
        """What letters play."""
        return None if self.current is None else self.current.played

    def end_held(self) -> None:
        """End the notes that sound on after their keys."""
        for panel in self.panels.values():
            if panel.played is not None:
                panel.played.drop_held()

    def release_keys(self) -> None:
        """No key is down any more."""
        for panel in self.panels.values():
            if panel.played is not None:
                panel.played.forget()

    def show_answering(self, answering: bool, endpoint: str) -> None:
        """Grey out, or come back to life."""
        self._panels.setEnabled(answering)
        self.level.setEnabled(answering)
        self.sound.show_live(answering)
        if answering:
            self.waiting.setText(
                self.tr(
                    "No plugin is loaded. Add one from the browser, or drop a plugin file here."
                )
            )
        else:
            self.release_keys()
            text = self.tr("Waiting for an engine at {}\nIf none is starting: rtsynth play PLUGIN")
            self.waiting.setText(text.format(endpoint))
        self._show_page()

    def _show_page(self) -> None:
        self._pages.setCurrentIndex(1 if self.panels else 0)
