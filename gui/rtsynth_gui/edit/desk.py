"""What a performer can do to a control besides moving it: menus, learning, undo and redo."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import Argument
from rtsynth.control.osc.space.snapshots import RECALL
from rtsynth_gui.edit.acts import Act, Acts
from rtsynth_gui.edit.bindings import Bindings
from rtsynth_gui.edit.depths import Depths, depths_menu, source_title
from rtsynth_gui.edit.history import History, Setting, Snapshot, Step, new_gesture
from rtsynth_gui.edit.menu import CHOOSE, Facts, View, control_menu
from rtsynth_gui.edit.modulations import Modulations, can_be_modulated, depth_key, is_depth
from rtsynth_gui.edit.moments import Moment, slot_of
from rtsynth_gui.edit.naming import ORDER, Naming, is_naming, name_address
from rtsynth_gui.edit.shown import Modulated, Shown
from rtsynth_gui.edit.unplayed import Unplayed
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.status import Status

MOST_QUEUED = 16  # presses of undo and redo


class Desk(QObject):
    """One for a window; `shown()` are the controls it has now.

    `said(text)`: a line for the performer. `wanted(deed, address)`: something was chosen in the
    menu of a control that another part of the window does. `acted()`: something was done.
    """

    said = Signal(str)
    acted = Signal()
    wanted = Signal(str, str)

    def __init__(
        self, link: EngineLink, shown: Callable[[], Iterable[Shown]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._shown = shown
        self._parts: list[Shown] = []
        self._widget = parent
        self.bindings = Bindings()
        self.modulations = Modulations()
        self.naming = Naming()
        self._panels: dict[int, Modulated] = {}
        self.history = History(self._current, self._send)
        self.unplayed = Unplayed(self._current)
        self.acts = Acts(link.send, self.history, self._recalled)
        self._midi_problem: str | None = ""  # of the status
        self._queued: deque[Callable[[], None]] = deque(maxlen=MOST_QUEUED)
        self._acted = 0  # what was done until the last frame
        self._line = ""  # said when the engine has gone back
        self.menu: QMenu | None = None  # the one shown last
        self.actions = {
            "undo": self._action(self.tr("Undo"), QKeySequence.StandardKey.Undo, self.undo),
            "redo": self._action(self.tr("Redo"), QKeySequence.StandardKey.Redo, self.redo),
        }
        link.answering_changed.connect(self._answering_changed)

    def _action(self, text: str, key: QKeySequence.StandardKey, do: Callable[[], None]) -> QAction:
        action = QAction(text, self._widget)
        keys = QKeySequence.keyBindings(key)
        shifted = QKeySequence("Ctrl+Shift+Z")
        if key is QKeySequence.StandardKey.Redo and shifted not in keys:
            keys.append(shifted)
        action.setShortcuts(keys)
        action.triggered.connect(do)
        self._widget.addAction(action)
        return action

    def add(self, part: Shown) -> None:
        """A part of the window stays that shows controls, or what stands for something else."""
        self._parts.append(part)

    @property
    def _views(self) -> list[Shown]:
        return [*self._shown(), *self._parts]

    # --- from the engine -----------------------------------------------------------------------

    def take(self, batch: Batch) -> None:
        """Once a frame."""
        self.unplayed.take(batch, time.monotonic())
        self.modulations.take(batch.answers)
        while self.modulations.changed:
            slot = self.modulations.changed.pop()
            if (panel := self._panels.get(slot)) is not None:
                panel.show_modulations(self.modulations.moved(slot))
        self.acts.take(batch.answers, batch.unknown, batch.refused)
        if self.history.count != self._acted:
            self._acted = self.history.count
            self.acted.emit()
        if batch.description is not None:
            self.naming.take(batch.description)
        done = (answer.arguments[:1] for answer in batch.answers if answer.address == "/done")
        if any(command in ((RECALL,), ("/set/recall",)) for command in done):
            self._ask()
        while self._queued and not self._busy:
            self._queued.popleft()()
        before = self.bindings.learning
        if self.bindings.take(batch.answers):
            self._link.send("/midi/map")
        if self.bindings.learning != before:
            self.show_learning()
        while self.bindings.news:
            title, midi = self.bindings.news.pop(0)
            text = self.tr("{} is mapped to {}") if midi else self.tr("nothing was learned for {}")
            self.said.emit(text.format(title, midi))

    def know(self, status: Status) -> None:
        """What the engine says of itself."""
        self._midi_problem = status.midi_problem
        self.acts.know(status.number("pid"))

    def rebuilt(self, panels: Mapping[int, Modulated]) -> None:
        """The controls are new; `panels` of each slot."""
        self._panels = dict(panels)
        self.modulations.changed.update(panels)
        self._ask()
        self.show_learning()

    def _ask(self) -> None:
        """Ask for what is not reported by itself."""
        self._link.send("/midi/map")
        for slot in self._panels:
            self._link.send(slot_address(slot, "modulation"))

    def show_learning(self) -> None:
        """Show which control waits for a MIDI control."""
        for each in self._views:
            each.wait_for_midi(self.bindings.learning)

    def _answering_changed(self, answering: bool) -> None:
        if answering:
            self.acts.answering()
            self._ask()
        else:
            self._queued.clear()
            self.acts.forget()
        if not answering and self.bindings.learning:
            self.bindings.forget()
            self.show_learning()

    # --- from the performer --------------------------------------------------------------------

    def edited(self, step: Step) -> None:
        """Something was done that can be undone."""
        self.history.add(self.unplayed.step(step))

    def play(self, slot: int, note: int, velocity: float) -> None:
        """Let a slot play a note; it is no step."""
        self.unplayed.begin(slot, time.monotonic())
        self._link.send(slot_address(slot, "note/on"), float(note), velocity)

    @property
    def _busy(self) -> bool:
        """Whether what is to be undone, or is being undone, is not done yet."""
        return bool(self.history.waiting) or self.acts.recalling

    def undo(self) -> None:
        """Undo the last step, as soon as it has been done."""
        self._turn(self.undo, self.tr("undone: {}"), self.history.undo)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._turn(self.redo, self.tr("redone: {}"), self.history.redo)

    def _turn(self, again: Callable[[], None], text: str, turn: Callable[[], str]) -> None:
        if self._busy:
            self._queued.append(again)
            if self.history.waiting:
                self.said.emit(self.tr("still in progress: {}").format(self.history.waiting))
            return
        title = turn()
        line = text.format(title) if title else ""
        if self.acts.recalling:
            self._line = line
        elif line:
            self.said.emit(line)

    def _recalled(self, done: bool) -> None:
        if done and self._line:
            self.said.emit(self._line)
        self._line = ""

    def remove(self, slot: int) -> None:
        """Take a slot out of the rack."""
        title = self.tr("remove {}").format(self.naming.names.get(slot, slot))
        self.acts.do(Act(title, (slot,), slot_address(slot, "unload")))

    def rename(self, slot: int, name: str) -> None:
        """Call a slot `name`; "" is as its plugin."""
        before = self.naming.names.get(slot, "")
        name = name or self.naming.plugins.get(slot, "")
        title = self.tr("rename {}").format(before)
        self._set(title, name_address(slot), before, name)

    def arrange(self, slots: tuple[int, ...]) -> None:
        """Arrange the rack."""
        self._set(self.tr("arrange the rack"), ORDER, self.naming.order, slots)

    def _set(self, title: str, address: str, before: Setting, after: Setting) -> None:
        self.history.add(Step(title, {address: before}, {address: after}))
        self._send(address, after)

    def _current(self, address: str) -> Setting | None:
        if is_naming(address):
            return self.naming.current(address)
        if is_depth(address):
            return self.modulations.depth(address)
        if (network := slot_of(address)) is not None:
            return self.naming.plugins.get(network)
        if (left := self.unplayed.of(address)) is not None:
            return left
        values = (each.current(address) for each in self._views)
        return next((value for value in values if value is not None), None)

    def _send(self, address: str, value: Setting) -> None:
        if isinstance(value, Snapshot):
            self.acts.recall(value)
        elif isinstance(value, Moment):
            for message in value.messages(slot_of(address) or 0, time.monotonic()):
                self._link.send(message[0], *message[1])
        elif isinstance(value, float | int):
            self._move(address, value)
        else:
            self.naming.put(address, value)
            self._link.send(address, *((value,) if isinstance(value, str) else value))

    def _move(self, address: str, value: float) -> None:
        if is_depth(address):
            self.modulations.put(address, value)
            self._link.send(*address.split(" "), value)
            return
        self.move(address, value)

    def move(self, address: str, value: float) -> None:
        """Send a value; whatever shows it follows at once, and not when the engine reports it."""
        self.unplayed.moved(address)
        for each in self._views:
            each.put(address, value)
        if address.startswith("/"):  # anything else stands for a place in the window
            self._link.move(address, value)

    def learn(self, address: str, title: str, *settings: Argument) -> None:
        """Let a control wait for a MIDI control, to be mapped with these settings."""
        self.bindings.name(address, title)
        self._link.send("/midi/learn", address, *settings)
        self.said.emit(self._learning_text().format(title))
        self.wanted.emit("learn", address)

    @property
    def no_midi(self) -> str:
        """Why nothing can be learned, and what helps; "" where it can, be it once a controller is
        plugged in."""
        if not self._midi_problem:
            return ""
        text = self.tr("The engine plays without MIDI: {}. Restart it once its machine has MIDI.")
        return text.format(self._midi_problem)

    def _learning_text(self) -> str:
        """What is said while a control waits; where no MIDI can come, that."""
        if self._midi_problem is None:
            return self.tr("{} waits for MIDI, but no MIDI input is open (Esc: cancel)")
        if self._midi_problem:
            text = self.tr("{} waits for MIDI, but the engine plays without it: {} (Esc: cancel)")
            return text.format("{}", self._midi_problem.replace("{", "{{").replace("}", "}}"))
        return self.tr("move a MIDI control for {} (Esc: cancel)")

    def cancel_learning(self) -> bool:
        """Let the engine wait for no MIDI control; whether it waited."""
        waited = bool(self.bindings.learning)
        if waited:
            self._link.send("/midi/learn/cancel")
        return waited

    def modulate(self, control: Control, source: str, depth: float, gesture: int) -> None:
        """Let a source move a control, as far as `depth` says; 0 is not at all."""
        key = depth_key(control, source)
        title = self.tr("modulate {} by {}").format(control.title, source_title(source))
        before = self.modulations.depth(key)
        self.history.add(Step(title, {key: before}, {key: depth}, gesture))
        self._move(key, depth)

    def _modulate_menu(self, control: Control, title: str, menu: QMenu) -> QMenu:
        depths = Depths(self.modulations.of(control), partial(self.modulate, control), new_gesture)
        return depths_menu(title, depths, menu)

    def show_menu(self, view: View, point: QPoint) -> None:
        """The context menu of a control, at a point of the screen."""
        address = view.control.address
        facts = Facts(
            view.control,
            view.shown_value,
            view.at_default,
            waiting=self.bindings.learning == address,
            no_midi=self.no_midi,
            mappings=self.bindings.of(address),
            undo=self.history.undo_title,
            redo=self.history.redo_title,
            modulable=can_be_modulated(view.control),
            sources=tuple(map(source_title, self.modulations.of(view.control))),
        )
        modulate = partial(self._modulate_menu, view.control)
        self.menu = control_menu(facts, partial(self.do, view), modulate, self._widget)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu.popup(point)

    def do(self, view: View, deed: str) -> None:
        """What was chosen in the menu of a control."""
        address = view.control.address
        match deed:
            case "learn":
                self.learn(address, view.control.title)
            case "cancel":
                self.cancel_learning()
            case _ if deed.startswith(f"{CHOOSE} "):
                view.set_to(float(deed.removeprefix(CHOOSE)))
            case "type":
                view.type_value()
            case "default":
                view.to_default()
            case "copy":
                self._copy(address)
            case "copy-value":
                self._copy(f"{address} {view.shown_value:g}")
            case "undo":
                self.undo()
            case "redo":
                self.redo()
            case _:
                self.wanted.emit(deed, address)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.said.emit(self.tr("Copied {}").format(text))
