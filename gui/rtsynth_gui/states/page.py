"""The page of states: what the network in front was, kept by name or some seconds ago."""

import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import Argument
from rtsynth.host.mapping.actions import Action
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.edit.history import Step, new_gesture
from rtsynth_gui.edit.moments import Command, Moment, Since, before, network_key
from rtsynth_gui.link.description import Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.panels.header import ElidedLabel
from rtsynth_gui.presets.keeper import Keeper, copy_name, free_name
from rtsynth_gui.presets.morph import Morph
from rtsynth_gui.states.files import FileRow
from rtsynth_gui.states.voice_choice import VoiceChoice
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

BACK_S = (1, 3, 10, 30)
LOOP_S = (0.1, 0.5, 2.0)
NO_LOOP = ("", 0.0)
PUT_BACK = ("recall", "back", "loop")  # commands after which no morph goes on
SAME_LOOP = 1e-3  # it comes back in whole samples
MOST_AVERAGED = 8  # that one message names
# Of each row of buttons: its title, and what a button does.
BACK = (
    str(QT_TRANSLATE_NOOP("StatesPage", "Back (s)")),
    str(QT_TRANSLATE_NOOP("StatesPage", "Return to what the network was {} s ago")),
)
LOOP = (
    str(QT_TRANSLATE_NOOP("StatesPage", "Loop (s)")),
    str(QT_TRANSLATE_NOOP("StatesPage", "Repeat the last {} s, from what the network was then")),
)

# Changes of what is kept.
KEPT = {
    "rename": str(QT_TRANSLATE_NOOP("StatesPage", "rename state {}")),
    "delete": str(QT_TRANSLATE_NOOP("StatesPage", "delete state {}")),
}


class StatesPage(QWidget):
    """Shows what the engine lists; every change is asked for, and shown when the engine made it.
    `said(text, failure)`: a line for the performer.

    Everything can be undone. A recall acts at once, and does not wait until something is kept: what
    the network was before it is gone back to as long as the engine keeps that, for a minute.
    """

    said = Signal(str, bool)

    def __init__(self, link: EngineLink, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link, self._acts, self._history = link, desk.acts, desk.history
        self._desk = desk
        self.slot = 0
        self._plugin = ""
        self._there, self._saving = True, ""  # a state that is being kept
        self.looped = NO_LOOP  # what is put back again and again, as the engine has it
        self._morphing = 0, 0.0  # the gesture, and when it began
        self.states = Keeper("state", at_once=True, parent=self)
        self.states.asked.connect(self._ask)
        self.states.list.choose_several()
        self.states.list.more = [
            (self.tr("Duplicate"), 1, self._fork),
            (self.tr("Average of those chosen"), 2, self._average),
            (self.tr("Learn MIDI: recall"), 1, lambda names: self._learn("recall", names[:1])),
            (self.tr("Learn MIDI: morph"), 2, lambda names: self._learn("morph", names[:2])),
        ]
        self.files = FileRow(self)
        self.files.written.connect(lambda path: self._send("write", path))
        self.files.wanted.connect(self._read)
        self.voice = VoiceChoice(self)
        self.states.refused.connect(lambda text: self.said.emit(text, True))
        self.morph = Morph(self, "state")
        self.morph.began.connect(self._begin_morph)
        self.morph.morphed.connect(self._morph)
        self.back = {
            seconds: self._button(BACK[1], seconds, partial(self._back, float(seconds)))
            for seconds in BACK_S
        }
        self.loop = {
            seconds: self._button(LOOP[1], seconds, partial(self._loop, seconds))
            for seconds in LOOP_S
        }
        for button in self.loop.values():
            button.setCheckable(True)
        self.loop_off = QPushButton(self.tr("Off"), self)
        self.loop_off.setAccessibleName(self.tr("End the loop"))
        self.loop_title = ElidedLabel(self)
        self.loop_off.clicked.connect(lambda: self._loop(0.0))
        self.source = self._choice(self.tr("State that is looped"))
        self.start = self._choice(self.tr("State that notes begin from"))
        self.start.activated.connect(lambda row: self._begin_notes(str(self.start.itemData(row))))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.states, 1)
        layout.addWidget(self.voice)
        layout.addWidget(self.files)
        for caption, parts in (
            (PlainLabel(self.tr(BACK[0]), self), [*self.back.values()]),
            (self.loop_title, [*self.loop.values(), self.loop_off]),
            (PlainLabel(self.tr("Notes begin"), self), [self.start]),
            (PlainLabel(self.tr("Morph"), self), [self.morph]),
        ):
            caption.setObjectName("caption")
            line = QHBoxLayout()
            line.setSpacing(4)
            for part in parts:
                line.addWidget(part, 1)
            layout.addWidget(caption)
            if caption is self.loop_title:
                layout.addWidget(self.source)  # a name takes the width
            layout.addLayout(line)
        self._show_start("")
        self._show_loop(NO_LOOP)
        self.allow()

    def _choice(self, name: str) -> ChoiceBox:
        box = ChoiceBox(self)
        box.setAccessibleName(name)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return box

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
        name = str(arguments[0])
        if command == "recall":
            now_s, title = time.monotonic(), self.tr("recall state {}").format(name)
            was = before(self._plugin, now_s, self.voice.to_undo)
            self._do(title, was, ("recall", (name, *self.voice.arguments)), now_s)
        elif command == "save":
            self._save(name)
        elif command == "rename" and arguments[1] in self.states.list.names:
            self._send(command, *arguments)  # the engine says why not: there is nothing to undo
        elif command in KEPT:
            self._keep(self.tr(KEPT[command]).format(name), command, *arguments)

    # --- what can be undone ----------------------------------------------------------------------

    def _do(
        self, title: str, was: Moment, command: Command, now_s: float, gesture: int = 0
    ) -> None:
        """Do something at once; to undo it is to go back to what was before."""
        if self.slot:
            after, key = Moment(self._plugin, was.at_s, (command,)), network_key(self.slot)
            if command[0] in PUT_BACK:
                self.morph.rest()
            for address, arguments in after.messages(self.slot, now_s):
                self._link.send(address, *arguments)
            self._history.add(Step(title, {key: was}, {key: after}, gesture))

    def _back(self, seconds: float) -> None:
        title = self.tr("back {} s").format(self.locale().toString(seconds, "g", 3))
        now_s = time.monotonic()
        was = before(self._plugin, now_s, self.voice.to_undo)
        self._do(title, was, ("back", (Since(now_s - seconds), *self.voice.arguments)), now_s)

    def _save(self, name: str) -> None:
        """Keep what the network is now; over a state, once the engine has kept that."""
        now_s, self._saving = time.monotonic(), name
        if name in self.states.list.names:
            title = self.tr("save state {}").format(name)
            self._keep(title, "save", name, Since(now_s), *self.voice.arguments)
            return
        was = Moment(self._plugin, now_s, (("delete", (name,)),))
        title = self.tr("save state {}").format(name)
        self._do(title, was, ("save", (name, Since(now_s), *self.voice.arguments)), now_s)

    def _loop(self, seconds: float) -> None:
        title = self.tr("loop a state") if seconds else self.tr("end the loop")
        now_s = time.monotonic()
        was = before(self._plugin, now_s, 0, ("loop", self.looped))
        name = str(self.source.currentData()) if seconds else ""
        self._do(title, was, ("loop", (name, seconds)), now_s)
        self._show_loop(self.looped)  # until the engine says otherwise

    def _begin_morph(self) -> None:
        self._morphing = new_gesture(), time.monotonic()

    def _morph(self, first: str, second: str, position: float) -> None:
        (gesture, began_s), title = self._morphing, self.tr("morph between states")
        was = before(self._plugin, began_s, self.voice.to_undo)
        command: Command = ("morph", (first, second, position, *self.voice.arguments))
        self._do(title, was, command, time.monotonic(), gesture)

    def _begin_notes(self, name: str) -> None:
        title = self.tr("notes begin from {}").format(name or self.tr("where the network is"))
        self._keep(title, "start", name)

    def _fork(self, names: list[str]) -> None:
        for name in names[:1]:
            new = copy_name(name, self.states.list.names)
            self.states.list.mark(new)
            self._keep(self.tr("duplicate state {}").format(name), "fork", name, new)

    def _average(self, names: list[str]) -> None:
        new = free_name("average", self.states.list.names)
        if len(names) > MOST_AVERAGED:
            self.said.emit(
                self.tr("An average is of {} states at most").format(MOST_AVERAGED), True
            )
            return
        self.states.list.mark(new)
        self._keep(self.tr("average of states"), "average", new, *names)

    def _learn(self, command: str, names: list[str]) -> None:
        """The next pad, or knob, recalls a state, or is the place between two."""
        voice = self.voice.arguments if command == "recall" else ()
        action = Action(f"bank/{command}", (*names, *voice)).text
        self._desk.learn(slot_address(self.slot, action), " · ".join(names))

    def _read(self, path: str) -> None:
        title = self.tr("read states from {}").format(Path(path).name)
        address = slot_address(self.slot, "bank/read")
        self._acts.do(Act(title, (self.slot,), address, (path,)))

    def _keep(self, title: str, command: str, *arguments: Argument | Since) -> None:
        """Change what is kept, once the engine has kept what was before."""
        if self.slot:
            address = slot_address(self.slot, f"bank/{command}")
            self._acts.begin(Act(title, (self.slot,), address))
            self._acts.move(address, *arguments)
            self._acts.end(address)

    def allow(self) -> None:
        """Grey out what the engine does not do for us."""
        there = self._there and self.slot > 0
        self.states.allow(there=there, local=True)
        plain = *self.back.values(), *self.loop.values(), self.loop_off, self.source, self.start
        for widget in plain:
            widget.setEnabled(there)
        self.voice.setEnabled(there)
        self.files.allow(there=there, local=self._link.is_local)

    def show_slot(self, slot: Slot | None) -> None:
        """Another slot is in front, or has another plugin."""
        number, plugin = (slot.number, slot.plugin) if slot is not None else (0, "")
        if (number, plugin) != (self.slot, self._plugin):
            self.slot, self._plugin = number, plugin
            self.states.list.show_names([])
            self.morph.show_names([])
            self._show_start("")
            self._show_loop(NO_LOOP)
        self.voice.show_voices(1 if slot is None else slot.voices)
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
        for slot in () if batch.description is None else batch.description.slots:
            if slot.number == self.slot:
                self.voice.show_voices(slot.voices)  # that is no structure
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
                    if self._saving in self.states.list.names:
                        self.said.emit(self.tr("{} is saved").format(self._saving), False)
                        self._saving = ""
                    self._show_loop(self.looped)
                    self.morph.show_names(self.states.list.names)
                case [str(name)] if address == f"{own}start":
                    self._show_start(name)
                case [str(done), str(path)] if address == "/done" and done == f"{own}write":
                    self.said.emit(self.tr("{} is written").format(Path(path).name), False)
                case [str(name), float(seconds)] if address == f"{own}loop":
                    self._show_loop((name, seconds))

    def _show_loop(self, looped: tuple[str, float]) -> None:
        """Say what is looped: above its buttons, on the one that began it, and in the list."""
        self.looped = looped
        (name, seconds), title = looped, self.tr(LOOP[0])
        if seconds:
            text = self.tr("{}: {} every {} s") if name else self.tr("{}: the last {} s")
            every = self.locale().toString(seconds, "g", 3)
            title = text.format(title, name, every) if name else text.format(title, every)
        self.loop_title.show_text(title)
        for each, button in self.loop.items():
            button.setChecked(math.isclose(each, seconds, rel_tol=SAME_LOOP))
        self.loop_off.setText(self.tr("Stop") if seconds else self.tr("Off"))
        self.states.list.show_lit(name if seconds else "", self.tr("is looped"))

    def _show_start(self, name: str) -> None:
        """List what notes can begin from, and which one they do."""
        self._offer(self.start, self.tr("where the network is"), name)
        self._offer(self.source, self.tr("last seconds"), str(self.source.currentData() or ""))

    def _offer(self, box: ChoiceBox, none: str, name: str) -> None:
        """Let one of the states be chosen, or none."""
        names = ["", *self.states.list.names]
        if names != [str(box.itemData(row)) for row in range(box.count())]:
            box.clear()
            for each in names:
                box.addItem(each or none, each)
        box.setCurrentIndex(names.index(name) if name in names else 0)
