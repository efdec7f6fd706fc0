"""The page of the XY pad: two parameters, or four presets."""

from collections.abc import Hashable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rtsynth.common.errors import RtsynthError
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.edit.history import new_gesture
from rtsynth_gui.edit.menu import turn_text
from rtsynth_gui.link.description import Description, Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.worker import KEPT, Worker
from rtsynth_gui.widgets.tipped_menu import TippedMenu
from rtsynth_gui.xy.choices import Choices
from rtsynth_gui.xy.kept import PARAMETERS, PRESETS, Kept, kept_file, read, write
from rtsynth_gui.xy.pad import XYPad
from rtsynth_gui.xy.parameters import AXES, Parameters
from rtsynth_gui.xy.presets import Presets

HIGHEST = 296  # of the pad: it stays about square


class Parts(QStackedWidget):
    """As high as what is shown."""

    def sizeHint(self) -> QSize:
        shown = self.currentWidget()
        return super().sizeHint() if shown is None else shown.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class XYPage(QWidget):
    """Installs itself at the desk: what is moved here can be undone there, and controls are sent
    here by their menus. `said(text, failure)`: a line for the performer."""

    said = Signal(str, bool)
    shown = Signal()  # a control was sent here

    def __init__(self, link: EngineLink, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link, self._desk = link, desk
        self._file = kept_file()
        self._damage = ""
        self._keeper = Worker("xy-pad", self, KEPT)
        self.menu: QMenu | None = None  # the one shown last
        self.pad = XYPad(self)
        self.pad.setMaximumHeight(HIGHEST)
        self.pad.setAccessibleName(self.tr("XY pad"))
        self.pad.setToolTip(
            self.tr(
                "Drag (Shift or Ctrl: fine), arrow keys, wheel; Home: centre, Delete: reset, "
                "right-click: menu"
            )
        )
        self.pad.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.parameters = Parameters(self)
        self.presets = Presets(self)
        self.parts = Parts(self)
        self.parts.addWidget(self.parameters)
        self.parts.addWidget(self.presets)
        self.modes: dict[str, QPushButton] = {}
        line = QHBoxLayout()
        line.setSpacing(6)
        self._group = QButtonGroup(self)
        texts = {PARAMETERS: self.tr("Parameters"), PRESETS: self.tr("Presets")}
        tips = {
            PARAMETERS: self.tr("The pad moves two parameters"),
            PRESETS: self.tr("The pad blends four presets"),
        }
        for mode, text in texts.items():
            button = QPushButton(text, self)
            button.setCheckable(True)
            button.setToolTip(tips[mode])
            button.clicked.connect(lambda _=False, mode=mode: self._turn(mode))
            self._group.addButton(button)
            line.addWidget(button, 1)
            self.modes[mode] = button
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self.pad, 1)
        layout.addWidget(self.parts)
        layout.addStretch(0)
        self.mode = PARAMETERS
        desk.add(self)
        self._choices = Choices(desk, (self.parameters, self.presets), self._keep)
        self._connect()
        self.show_mode(PARAMETERS)

    def _connect(self) -> None:
        pad, link, desk = self.pad, self._link, self._desk
        pad.grabbed.connect(lambda: self.part.begin(new_gesture()))
        pad.let_go.connect(lambda: self.part.end())
        pad.dragged.connect(lambda x, y: self.part.slide((x, y)))
        pad.nudged.connect(lambda x, y, fine: self.part.nudge(x, y, fine))
        pad.centre_wanted.connect(lambda: pad.choose((0.5, 0.5)))
        pad.default_wanted.connect(lambda: self.part.reset())
        pad.customContextMenuRequested.connect(lambda at: self.open_menu(pad.mapToGlobal(at)))
        self.parameters.moved.connect(desk.move)
        self.parameters.edited.connect(desk.edited)
        self.parameters.menu_wanted.connect(desk.show_menu)
        self.parameters.chosen.connect(
            partial(self._chosen, self.tr("choose controls of the XY pad"))
        )
        self.presets.asked.connect(lambda address, arguments: link.send(address, *arguments))
        self.presets.began.connect(desk.acts.begin)
        self.presets.blended.connect(lambda address, words: desk.acts.move(address, *words))
        self.presets.ended.connect(desk.acts.end)
        self.presets.chosen.connect(partial(self._chosen, self.tr("choose presets of the XY pad")))
        desk.wanted.connect(self._wanted)
        self._keeper.failed.connect(lambda text: self.said.emit(text, True))

    @property
    def part(self) -> Parameters | Presets:
        """What the pad moves now."""
        return self.parameters if self.mode == PARAMETERS else self.presets

    # --- what it holds ---------------------------------------------------------------------------

    def load(self) -> None:
        """Take what was kept on this machine."""
        try:
            kept = read(self._file)
        except RtsynthError as error:
            self._damage = str(error)
            self.said.emit(self._damage, True)
            return
        self.parameters.addresses = {"x": kept.x, "y": kept.y}
        self.presets.slot, self.presets.kept = kept.slot, dict(kept.corners)
        self.presets.chose = bool(kept.slot)
        self.show_mode(kept.mode)

    def _keep(self) -> None:
        if self._damage:  # the file is left as it is
            self.said.emit(self.tr("not saved: {}").format(self._damage), True)
            return
        x, y = (self.parameters.addresses[axis] for axis in AXES)
        slot = self.presets.slot if self.presets.chose else 0
        kept = Kept(self.mode, x, y, slot, dict(self.presets.kept))
        self._keeper.do(partial(write, self._file, kept), key=str(self._file))

    def _chosen(self, title: str, before: Mapping[str, Hashable]) -> None:
        self._choices.chosen(title, before)
        self._keep()

    def _turn(self, mode: str) -> None:
        self.show_mode(mode)
        self._keep()

    def show_mode(self, mode: str) -> None:
        """Let the pad move parameters, or blend presets."""
        self.mode = mode
        self.modes[mode].setChecked(True)
        self.parts.setCurrentWidget(self.part)
        self.parts.updateGeometry()

    def _wanted(self, deed: str, address: str) -> None:
        """A control was sent here by its menu: "xy-x" or "xy-y"."""
        axis = deed.removeprefix("xy-")
        if axis in AXES:
            self.show_mode(PARAMETERS)
            self.parameters.pick(axis, address)
            self.shown.emit()

    # --- from the engine -------------------------------------------------------------------------

    def rebuild(
        self, description: Description, values: dict[str, float], followed: dict[str, float]
    ) -> None:
        """Another structure."""
        self.parameters.rebuild(description, values, followed)
        self.presets.rebuild(description, values)

    def show_slot(self, slot: Slot | None) -> None:
        """Another slot is in front, or none."""
        if slot is not None:
            self.presets.show_front(slot.number)

    def take(self, batch: Batch, now_s: float) -> None:
        """One frame."""
        self.parameters.take(batch, now_s)
        self.presets.take(batch, now_s)
        if not self.isVisible():
            return
        self.pad.show_look(self.part.look())
        if not self.pad.held or self.mode == PARAMETERS:
            self.pad.show_point(self.part.point)
        self.pad.refresh(now_s)
        if self.pad.accessibleDescription() != self.part.text:
            self.pad.setAccessibleDescription(self.part.text)

    # --- what the desk asks ----------------------------------------------------------------------

    def current(self, address: str) -> float | None:
        """Where the point among presets is; for the rest the desk asks others."""
        return self.presets.current(address)

    def put(self, address: str, value: float) -> None:
        """Show a value that was sent to the engine."""
        self.parameters.put(address, value)
        self.presets.put(address, value)

    def wait_for_midi(self, address: str) -> None:
        """Which control waits for a MIDI control."""
        self.parameters.wait_for_midi(address)

    # --- the menu --------------------------------------------------------------------------------

    def open_menu(self, at: QPoint) -> None:
        """The pad's context menu, at a point of the screen."""
        menu = TippedMenu(self)
        if self.mode == PARAMETERS:
            for axis, each in self.parameters.axes.items():
                view, title = each.view, each.control.title
                text = self.tr("Learn MIDI for {} ({})")
                deed = "learn"
                if view.waiting:
                    text, deed = self.tr("Cancel MIDI learn for {} ({})"), "cancel"
                action = menu.addAction(text.format(axis.upper(), title).replace("&", "&&"))
                action.setObjectName(f"{deed}-{axis}")
                action.setEnabled(deed == "cancel" or not self._desk.no_midi)
                menu.tip(action, self._desk.no_midi)
                action.triggered.connect(
                    lambda _=False, view=view, deed=deed: self._desk.do(view, deed)
                )
            menu.addSeparator()
        acts = {
            "centre": (self.tr("Centre"), self.pad.centre_wanted.emit),
            "reset": (self.tr("Reset"), self.pad.default_wanted.emit),
        }
        if self.mode == PARAMETERS:
            acts["swap"] = (self.tr("Swap X and Y"), self.parameters.swap)
        for name, (text, do) in acts.items():
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(lambda _=False, do=do: do())
        menu.addSeparator()
        history = self._desk.history
        turns = {
            "undo": history.undo_title,
            "redo": history.redo_title,
        }
        for name, title in turns.items():
            action = menu.addAction(turn_text(name, title).replace("&", "&&"))
            action.setObjectName(name)
            action.setEnabled(bool(title))
            action.triggered.connect(self._desk.actions[name].trigger)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu = menu
        menu.popup(at)
