"""The page of states: what the network in front was, kept by name or some seconds ago."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QT_TRANSLATE_NOOP, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import Argument
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.link.description import Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.presets.keeper import Keeper
from rtsynth_gui.presets.morph import Morph
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

BACK_S = (1, 3, 10, 30)
LOOP_S = (0.1, 0.5, 2.0)
# Of each row of buttons: its title, and what a button does.
BACK = (
    str(QT_TRANSLATE_NOOP("StatesPage", "Back (s)")),
    str(QT_TRANSLATE_NOOP("StatesPage", "Return to what the network was {} s ago")),
)
LOOP = (
    str(QT_TRANSLATE_NOOP("StatesPage", "Loop (s)")),
    str(QT_TRANSLATE_NOOP("StatesPage", "Repeat the last {} s, from what the network was then")),
)


class StatesPage(QWidget):
    """Shows what the engine lists; every change is asked for, and shown when the engine made it.
    `said(text, failure)`: a line for the performer.

    That a state is deleted can be undone. What a network was is no value of a control: to put it
    back is no step of the history.
    """

    said = Signal(str, bool)

    def __init__(self, link: EngineLink, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link, self._acts = link, desk.acts
        self.slot = 0
        self._plugin = ""
        self._there = True
        self.states = Keeper("state", at_once=True, parent=self)
        self.states.asked.connect(self._ask)
        self.states.refused.connect(lambda text: self.said.emit(text, True))
        self.morph = Morph(self, "state")
        self.morph.morphed.connect(lambda *what: self._send("morph", *what))
        self.back = {
            seconds: self._button(BACK[1], seconds, partial(self._send, "back", float(seconds)))
            for seconds in BACK_S
        }
        self.loop = {
            seconds: self._button(LOOP[1], seconds, partial(self._send, "loop", "", seconds))
            for seconds in LOOP_S
        }
        self.loop_off = QPushButton(self.tr("Off"), self)
        self.loop_off.setAccessibleName(self.tr("End the loop"))
        self.loop_off.clicked.connect(lambda: self._send("loop", "", 0.0))
        self.start = ChoiceBox(self)
        self.start.setAccessibleName(self.tr("State that notes begin from"))
        self.start.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.start.activated.connect(lambda row: self._send("start", str(self.start.itemData(row))))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.states, 1)
        for title, parts in (
            (self.tr(BACK[0]), [*self.back.values()]),
            (self.tr(LOOP[0]), [*self.loop.values(), self.loop_off]),
            (self.tr("Notes begin"), [self.start]),
            (self.tr("Morph"), [self.morph]),
        ):
            caption = PlainLabel(title, self)
            caption.setObjectName("caption")
            line = QHBoxLayout()
            line.setSpacing(4)
            for part in parts:
                line.addWidget(part, 1)
            layout.addWidget(caption)
            layout.addLayout(line)
        self._show_start("")
        self.allow()

    def _button(self, about: str, seconds: float, pressed: Callable[[], None]) -> QPushButton:
        text = self.locale().toString(float(seconds), "g", 3)
        button = QPushButton(text, self)
        about = self.tr(about).format(text)
        button.setToolTip(plain_tip(about))
        button.setAccessibleName(about)
        button.clicked.connect(lambda _checked=False: pressed())
        return button

    def _send(self, command: str, *arguments: Argument) -> None:
        if self.slot:
            self._link.send(slot_address(self.slot, f"bank/{command}"), *arguments)

    def _ask(self, command: str, arguments: tuple[Argument, ...]) -> None:
        if command == "save":
            self.states.list.mark(str(arguments[0]))
        if command != "delete":
            self._send(command, *arguments)
            return
        name, address = str(arguments[0]), slot_address(self.slot, "bank/delete")
        # As a gesture: the engine deletes at once, but is first to have kept what was.
        self._acts.begin(Act(self.tr("delete state {}").format(name), (self.slot,), address))
        self._acts.move(address, name)
        self._acts.end(address)

    def allow(self) -> None:
        """Grey out what the engine does not do for us."""
        there = self._there and self.slot > 0
        self.states.allow(there=there, local=True)
        for button in (*self.back.values(), *self.loop.values(), self.loop_off, self.start):
            button.setEnabled(there)

    def show_slot(self, slot: Slot | None) -> None:
        """Another slot is in front, or has another plugin."""
        number, plugin = (slot.number, slot.plugin) if slot is not None else (0, "")
        if (number, plugin) != (self.slot, self._plugin):
            self.slot, self._plugin = number, plugin
            self.states.list.show_names([])
            self.morph.show_names([])
            self._show_start("")
        self.ask()

    def ask(self) -> None:
        """Ask the engine for its list."""
        self.allow()
        self._send("list")

    def answering(self) -> None:
        """An engine answers, maybe another one."""
        self._there = True
        self.ask()

    def take(self, batch: Batch) -> None:
        """One frame: show what arrived, send where the morph is."""
        self.morph.take_move()
        own = slot_address(self.slot, "bank/")
        if f"{own}list" in batch.unknown:
            self._there = False
            self.allow()
        if f"{own}save" in batch.refused:
            self.states.refuse()
        for address, arguments, _ in batch.answers:
            match arguments:
                case _ if address == f"{own}changed":
                    self._send("list")
                case [int(first), int(count), *names] if address == f"{own}names":
                    self.states.list.collect(first, count, [str(name) for name in names])
                    self.morph.show_names(self.states.list.names)
                case [str(name)] if address == f"{own}start":
                    self._show_start(name)

    def _show_start(self, name: str) -> None:
        """List what notes can begin from, and which one they do."""
        names = ["", *self.states.list.names]
        if names != [str(self.start.itemData(row)) for row in range(self.start.count())]:
            self.start.clear()
            for each in names:
                self.start.addItem(each or self.tr("where the network is"), each)
        self.start.setCurrentIndex(names.index(name) if name in names else 0)
