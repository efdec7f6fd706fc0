"""The page of presets: those of the slot in front, a morph between two, and sets."""

import time

from PySide6.QtCore import QT_TRANSLATE_NOOP, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import Argument
from rtsynth.control.osc.space.snapshots import FILE, RECALL
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.link.description import Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.panels.header import ElidedLabel
from rtsynth_gui.presets.keeper import Keeper
from rtsynth_gui.presets.morph import Morph
from rtsynth_gui.presets.recalled import Recalled
from rtsynth_gui.presets.sides import Sides
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

# Of each command: its sign, what it does.
STEPS = {
    "previous": ("‹", str(QT_TRANSLATE_NOOP("PresetsPage", "Previous preset"))),
    "next": ("›", str(QT_TRANSLATE_NOOP("PresetsPage", "Next preset"))),
}
STALE = (FILE, "/presets/changed", "/sets/changed")  # what the lists are asked for anew
CURRENT = "presets"  # the section that says which preset each slot is at
RECALL_TITLES = {
    "recall": str(QT_TRANSLATE_NOOP("PresetsPage", "recall preset {}")),
    "previous": str(QT_TRANSLATE_NOOP("PresetsPage", "recall the previous preset")),
    "next": str(QT_TRANSLATE_NOOP("PresetsPage", "recall the next preset")),
}
PRESET_TITLES = {
    "save": str(QT_TRANSLATE_NOOP("PresetsPage", "save preset {}")),
    "rename": str(QT_TRANSLATE_NOOP("PresetsPage", "rename preset {}")),
    "delete": str(QT_TRANSLATE_NOOP("PresetsPage", "delete preset {}")),
}
# What is said when the engine has done it.
DONE = {
    "save": str(QT_TRANSLATE_NOOP("PresetsPage", "{} is saved")),
    "rename": str(QT_TRANSLATE_NOOP("PresetsPage", "{} is now called {}")),
    "delete": str(QT_TRANSLATE_NOOP("PresetsPage", "{} is deleted; Ctrl+Z brings it back")),
}
OVER = str(
    QT_TRANSLATE_NOOP("PresetsPage", "{} is saved over the old one; Ctrl+Z brings that back")
)
SET_TITLES = {
    "recall": str(QT_TRANSLATE_NOOP("PresetsPage", "recall set {}")),
    "save": str(QT_TRANSLATE_NOOP("PresetsPage", "save set {}")),
    "rename": str(QT_TRANSLATE_NOOP("PresetsPage", "rename set {}")),
    "delete": str(QT_TRANSLATE_NOOP("PresetsPage", "delete set {}")),
}


class PresetsPage(QWidget):
    """Shows what the engine lists; every change is asked for, and shown when the engine made it.

    `acted(Act)`: a recall, or a change of what is kept; `began(Act)`, `morphed(address, a, b,
    position)` and `ended(address)`: a morph. They can be undone. `said(text, failure)`: what was
    done.
    """

    said = Signal(str, bool)

    acted = Signal(object)
    began = Signal(object)
    morphed = Signal(str, str, str, float)
    ended = Signal(str)

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.slot = 0
        self._plugin = ""
        self._over: set[tuple[str, str]] = set()  # what is saved over, by its address and name
        self._there = {"preset": True, "set": True}
        self.presets = Keeper("preset", at_once=True, parent=self)
        self.presets.asked.connect(self._ask_preset)
        self.sets = Keeper("set", at_once=False, parent=self)
        self.sets.asked.connect(self._ask_set)
        for keeper in (self.presets, self.sets):
            keeper.refused.connect(lambda text: self.said.emit(text, True))
        self._recalled, self._name = Recalled(), ""
        self._engines = ""  # the preset that the engine says the slot is at
        self._listing = False  # it comes with the list next, and is no news
        # Of slots that were morphed since: what the engine said then, and what is shown.
        self._between: dict[int, tuple[str, str]] = {}
        self.changed = False  # since the current preset was recalled
        self.current = ElidedLabel(self)
        self.current.setAccessibleName(self.tr("Current preset"))
        self.morph = Morph(self)
        self._sides = Sides(self)
        self._sides.said.connect(lambda text: self.said.emit(text, True))
        self._sides.ready.connect(lambda: self.morph.choose(self._sides.of(self._plugin)))
        self.morph.chosen.connect(self._keep_sides)
        self._morphed = ""  # where, since the hand began
        self.morph.morphed.connect(self._morph)
        self.morph.began.connect(self._begin_morph)
        self.morph.ended.connect(lambda: self.ended.emit(self._morphed))
        self.steps: dict[str, QToolButton] = {}
        line = QHBoxLayout()
        line.addWidget(self.current, 1)
        for step, (sign, text) in STEPS.items():
            button = QToolButton(self)
            button.setText(sign)
            button.setToolTip(self.tr(text))
            button.setAccessibleName(self.tr(text))
            button.clicked.connect(lambda _checked=False, step=step: self._ask_preset(step, ()))
            line.addWidget(button)
            self.steps[step] = button
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self.presets, 3)
        for title, part, share in (
            (self.tr("Morph"), self.morph, 0),
            (self.tr("Sets"), self.sets, 2),
        ):
            caption = PlainLabel(title, self)
            caption.setObjectName("caption")
            layout.addWidget(caption)
            layout.addWidget(part, share)
        self._show_current("")
        self.allow()

    def _send(self, command: str, *arguments: Argument) -> None:
        if self.slot:
            self._link.send(slot_address(self.slot, f"preset/{command}"), *arguments)

    def _ask_preset(self, command: str, arguments: tuple[Argument, ...]) -> None:
        if not self.slot:
            return
        address = slot_address(self.slot, f"preset/{command}")
        if command in RECALL_TITLES:
            title = self.tr(RECALL_TITLES[command]).format(*arguments)
            self.acted.emit(Act(title, (self.slot, CURRENT), address, arguments))
        else:
            names = list(map(str, arguments))
            self._note_over(address, names[0], self.presets)
            title = self.tr(PRESET_TITLES[command]).format(names[0])
            files = (f"preset/{self.slot}/{name}" for name in names)
            self.acted.emit(Act(title, (CURRENT, *files), address, arguments))

    def _note_over(self, address: str, name: str, keeper: Keeper) -> None:
        """Whether something is saved over."""
        if address.endswith("/save"):
            (self._over.add if name in keeper.list.names else self._over.discard)((address, name))

    def _morph(self, first: str, second: str, position: float) -> None:
        self.morphed.emit(self._morphed, first, second, position)
        text = self.tr("between {} and {}").format(first, second)
        self._between[self.slot] = self._engines, text
        self._show_current("", text)

    def _begin_morph(self) -> None:
        self._morphed = slot_address(self.slot, "preset/morph")
        self.began.emit(Act(self.tr("morph between presets"), (self.slot,), self._morphed))

    def _ask_set(self, command: str, arguments: tuple[Argument, ...]) -> None:
        names = list(map(str, arguments))
        self._note_over(f"/set/{command}", names[0], self.sets)
        title = self.tr(SET_TITLES[command]).format(names[0])
        parts = () if command == "recall" else tuple(f"set/{name}" for name in names)
        self.acted.emit(Act(title, parts, f"/set/{command}", arguments))

    def allow(self) -> None:
        """Grey out what the engine does not do for us."""
        local = self._link.is_local
        there = self._there["preset"] and self.slot > 0
        self.presets.allow(there=there, local=local)
        self.sets.allow(there=self._there["set"], local=local)
        for button in self.steps.values():
            button.setEnabled(there and bool(self.presets.list.names))

    def show_slot(self, slot: Slot | None) -> None:
        """Another slot is in front, or has another plugin."""
        number, plugin = (slot.number, slot.plugin) if slot is not None else (0, "")
        if (number, plugin) != (self.slot, self._plugin):
            self.slot, self._plugin = number, plugin
            self._engines = ""
            self.presets.list.show_names([])
            self.morph.show_names([])
            self._show_current("")
        self.ask()

    def ask(self) -> None:
        """Ask the engine for its lists."""
        self.allow()
        self._send("list")
        self._link.send("/set/list")

    def answering(self) -> None:
        """An engine answers, maybe another one."""
        self._there = dict.fromkeys(self._there, True)
        self.ask()

    def take(self, batch: Batch) -> None:
        """One frame: show what arrived, send where the morph is."""
        self.morph.take_move()
        for address in batch.unknown:
            for kind in self._there:
                if address.endswith(f"/{kind}/list"):
                    self._there[kind] = False
                    self.allow()
        self._recalled.take(batch, time.monotonic())
        own = slot_address(self.slot, "preset/")
        for address, keeper in ((f"{own}save", self.presets), ("/set/save", self.sets)):
            if address in batch.refused:
                keeper.refuse()
        for address, arguments, _ in batch.answers:
            match address, arguments:
                case "/set/names", [int(first), int(count), *names]:
                    self.sets.list.collect(first, count, [str(name) for name in names])
                case "/done", [str(done), *names] if done.startswith((own, "/set/")):
                    self._done(done, [str(name) for name in names])
                case "/done", [str(done), *_] if done == RECALL:  # a morph may be undone
                    self._between.pop(self.slot, None)
                    self.morph.rest()
                    self._send("list")
                case _ if address in STALE:  # it is another one now, or gone
                    self.ask()
                case _, [int(first), int(count), *names] if address == f"{own}names":
                    self._listing = True
                    self._list_presets(first, count, [str(name) for name in names])
                case _, [str(name)] if address == f"{own}current":
                    self._take_current(name, news=not self._listing)
                    self._listing = False
        if self._name and self._recalled.changed(self.slot) != self.changed:
            self._show_changed(not self.changed)

    def _done(self, address: str, names: list[str]) -> None:
        """Something is kept, or is not any more: list it, and say so."""
        command = address.rpartition("/")[2]
        if command in RECALL_TITLES and names and self._recalled.holds(self.slot):
            text = self.tr("{} is recalled; the held note keeps its pitch and amplitude")
            self.said.emit(text.format(names[0]), False)
        if command not in DONE or not names:
            return
        text = self.tr(DONE[command])
        if (address, names[0]) in self._over:
            self._over.discard((address, names[0]))
            text = self.tr(OVER)
        self.said.emit(text.format(*names), False)
        if address.startswith("/set/"):
            self._link.send("/set/list")
            self.sets.list.mark(names[-1] if command != "delete" else "")
        else:
            self._send("list")

    def _list_presets(self, first: int, count: int, names: list[str]) -> None:
        self.presets.list.collect(first, count, names)
        sides = self._sides.of(self._plugin)
        self.morph.show_names(self.presets.list.names, sides, self._name)
        self._keep_sides()  # one may be called otherwise now
        self.allow()

    def _keep_sides(self) -> None:
        if self.morph.isEnabled() and self.morph.is_chosen:
            self._sides.keep(self._plugin, self.morph.sides)

    def _take_current(self, name: str, *, news: bool) -> None:
        """The engine says which preset the slot is at: a morph does not change that."""
        before, text = self._between.get(self.slot, ("", ""))
        if news or name != before:
            self._between.pop(self.slot, None)
            text = ""
        if news:
            self.morph.rest()
        self._engines = name
        self._show_current("" if text else name, text)

    def _show_current(self, name: str, between: str = "") -> None:
        self._name, self.changed = name, False
        self.presets.list.show_current(name)
        self.morph.start_at(name)
        self.current.setObjectName("" if name else "dim")
        self.current.style().polish(self.current)
        self.current.show_text(name or between or self.tr("no preset"))
        self.current.setAccessibleDescription("")

    def _show_changed(self, changed: bool) -> None:
        self.changed = changed
        self.current.show_text(f"{self._name} *" if changed else self._name)
        if changed:
            text = self.tr("{}, changed since it was recalled or saved")
            self.current.setToolTip(plain_tip(text.format(self._name)))
        self.current.setAccessibleDescription(self.tr("changed") if changed else "")
