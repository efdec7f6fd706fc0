"""The menu of a slot: what can be done with it besides moving its controls.

What it ticks is what the engine says, and not what was chosen here.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from rtsynth_gui.link.description import Slot
from rtsynth_gui.widgets.plain import plain_tip

# What it offers: the name of what is chosen, the text, and the key that does the same. Between the
# last two, what reaches into the network.
ACTS = {
    "rename": (str(QT_TRANSLATE_NOOP("SlotStrip", "Rename")), "F2"),
    "up": (str(QT_TRANSLATE_NOOP("SlotStrip", "Move up")), "Ctrl+Shift+Up"),
    "down": (str(QT_TRANSLATE_NOOP("SlotStrip", "Move down")), "Ctrl+Shift+Down"),
    "replace": (str(QT_TRANSLATE_NOOP("SlotStrip", "Replace plugin…")), ""),
    "reset": (str(QT_TRANSLATE_NOOP("SlotStrip", "Reset network")), ""),
    "remove": (str(QT_TRANSLATE_NOOP("SlotStrip", "Remove from rack")), "Del"),
}
# How a network is rescued from traps: its text, and what it does.
RESCUES = {
    "off": (
        str(QT_TRANSLATE_NOOP("SlotMenu", "Off")),
        str(QT_TRANSLATE_NOOP("SlotMenu", "Traps are left alone")),
    ),
    "gentle": (
        str(QT_TRANSLATE_NOOP("SlotMenu", "Gentle")),
        str(QT_TRANSLATE_NOOP("SlotMenu", "Cooler sampling first, then back to a healthy moment")),
    ),
    "firm": (
        str(QT_TRANSLATE_NOOP("SlotMenu", "Firm")),
        str(QT_TRANSLATE_NOOP("SlotMenu", "Back to a healthy moment at once")),
    ),
}
STATES = {
    "waits": str(QT_TRANSLATE_NOOP("SlotMenu", "waits for the first network of {run}")),
    "follows": str(QT_TRANSLATE_NOOP("SlotMenu", "follows {run}, step {step}")),
    "holds": str(QT_TRANSLATE_NOOP("SlotMenu", "holds step {step} of {run}")),
}


def translated(text: str) -> str:
    """A text of the tables above, but for `ACTS`."""
    return QCoreApplication.translate("SlotMenu", text)


def followed_text(slot: Slot) -> str:
    """Which training run a slot follows, and what it does; "" where it follows none."""
    followed = slot.follows
    if followed is None or followed.state not in STATES:
        return ""
    text = translated(STATES[followed.state])
    return text.format(run=Path(followed.run).name, step=followed.step)


def rescue_text(slot: Slot) -> str:
    """How a slot is rescued from traps; "" where it is not."""
    if slot.rescue not in RESCUES or slot.rescue == "off":
        return ""
    text = QCoreApplication.translate("SlotMenu", "rescue: {}")
    return text.format(translated(RESCUES[slot.rescue][0]).lower())


class SlotMenu(QMenu):
    """`chosen(act, argument)`: one of `ACTS`, and None; or "rescue" and a mode, "open" and whether,
    "prime", "listen", "swap" and a tier, "follow", "again" and a run, "more", "keep input" and
    whether, "more input", "back", "stop".
    It is said once the menu has closed, and does not take the focus from a field any more."""

    chosen = Signal(str, object)

    def __init__(self, slot: Slot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self.slot = slot
        self._local = True
        *first, last = ACTS
        self.acts = {act: self._act(act) for act in first}
        self.addSeparator()
        self.rescue = self._submenu(self.tr("Rescue from traps"))
        self.rescues: dict[str, QAction] = {}
        for mode, (text, tip) in RESCUES.items():
            self.rescues[mode] = self._line(
                self.rescue, translated(text), "rescue", mode, tip=translated(tip)
            )
            self.rescues[mode].setCheckable(True)
        self.open = self._line(
            self,
            self.tr("Hidden layers"),
            "open",
            lambda: not self.slot.opened,
            tip=self.tr("Controls that freeze tiers, and scale layers or give them noise"),
        )
        self.open.setCheckable(True)
        self.priming = self._submenu(self.tr("Continue from"))
        self._line(self.priming, self.tr("A recording…"), "prime")
        self._line(self.priming, self.tr("The input (2 s)"), "listen")
        self.tiers = self._submenu(self.tr("Take tier from another plugin"))
        self.run = self._submenu(self.tr("Training run"))
        self.runs = {
            "follow": self._line(self.run, self.tr("Follow…"), "follow"),
            "more": self._line(
                self.run,
                self.tr("More of this (the last 10 s)"),
                "more",
                tip=self.tr("Adds it to the training's data; hold a note with steady knobs"),
            ),
            "keep input": self._line(
                self.run,
                self.tr("Listen to the input"),
                "keep input",
                lambda: not self._listens,
                tip=self.tr("Keeps what comes into the sound card (channel 1), to be added"),
            ),
            "more input": self._line(
                self.run,
                self.tr("More of the input (the last 10 s)"),
                "more input",
                tip=self.tr(
                    "Adds it to the training's data, with the slot's values; hold a note with "
                    "steady knobs that say what is played"
                ),
            ),
            "back": self._line(self.run, self.tr("Back to the previous network"), "back"),
            "again": self._line(
                self.run,
                self.tr("Follow again"),
                "again",
                lambda: self.slot.follows.run if self.slot.follows is not None else "",
            ),
            "stop": self._line(self.run, self.tr("Stop following"), "stop"),
        }
        self.runs["keep input"].setCheckable(True)
        self.addSeparator()
        self.acts[last] = self._act(last)
        self.show_slot(slot)

    def _submenu(self, title: str) -> QMenu:
        menu = QMenu(title, self)
        menu.setToolTipsVisible(True)
        self.addMenu(menu)
        return menu

    def _act(self, act: str) -> QAction:
        text, key = ACTS[act]
        text = QCoreApplication.translate("SlotStrip", text)
        key = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        action = self._line(self, f"{text}\t{key}" if key else text, act)
        action.setObjectName(act)
        return action

    def _line(
        self,
        menu: QMenu,
        text: str,
        act: str,
        argument: object | Callable[[], object] = None,
        tip: str = "",
    ) -> QAction:
        action = menu.addAction(text.replace("&", "&&"))
        action.setObjectName(act)
        action.setToolTip(plain_tip(tip))
        action.triggered.connect(lambda _checked=False: self._choose(act, argument))
        return action

    def _choose(self, act: str, argument: object | Callable[[], object]) -> None:
        found = argument() if callable(argument) else argument
        self._tick()  # as the engine has it, until it says otherwise
        QTimer.singleShot(0, self, lambda: self.chosen.emit(act, found))

    def show_slot(self, slot: Slot) -> None:
        """The same plugin; maybe it is rescued otherwise, or follows another run."""
        before, self.slot = self.slot, slot
        self._tick()
        if before.tiers != slot.tiers or self.tiers.isEmpty():
            self._list_tiers()
        self._allow()

    def _tick(self) -> None:
        slot = self.slot
        for mode, action in self.rescues.items():
            action.setChecked(mode == slot.rescue)
        self.open.setChecked(slot.opened)
        self.runs["keep input"].setChecked(self._listens)

    @property
    def _listens(self) -> bool:
        return self.slot.follows is not None and self.slot.follows.listens

    def _allow(self) -> None:
        """What the engine does for us, and what there is to do."""
        slot, follows, local = self.slot, self.slot.follows, self._local
        filled = bool(slot.plugin)
        self.rescue.menuAction().setEnabled(filled and bool(slot.rescue))
        self.open.setEnabled(filled and bool(slot.tiers))
        self.priming.menuAction().setEnabled(filled and local)
        self.tiers.menuAction().setEnabled(filled and local and bool(slot.tiers))
        self.run.menuAction().setEnabled(local)
        self.runs["more"].setEnabled(follows is not None and follows.state != "waits")
        self.runs["keep input"].setEnabled(follows is not None)
        self.runs["more input"].setEnabled(self._listens and self.runs["more"].isEnabled())
        self.runs["back"].setEnabled(follows is not None and follows.state != "waits")
        self.runs["again"].setEnabled(follows is not None and follows.state == "holds")
        self.runs["stop"].setEnabled(follows is not None)

    def show_place(self, *, first: bool, last: bool) -> None:
        """Where the slot is in the rack: it is moved only where it can go."""
        self.acts["up"].setEnabled(not first)
        self.acts["down"].setEnabled(not last)

    def allow(self, local: bool) -> None:
        """Whether the engine is on this machine, and may be asked to read its files."""
        self._local = local
        self._allow()

    def _list_tiers(self) -> None:
        self.tiers.clear()
        for tier in self.slot.tiers:
            self._line(self.tiers, f"{tier}…", "swap", tier)
