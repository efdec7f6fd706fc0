"""What a walk sees of the engine, of the window, and of what else an operation may change."""

import json
from typing import NamedTuple

from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLineEdit, QWidget

from rtsynth_gui.window import Window
from tests.gui.walk_aids import Aids
from tests.rtsynth.control.osc_client import OscClient

ENGINE, WINDOW = "engine", "window"
# Kinds of effects, what counts most first.
EFFECTS = (ENGINE, "files", "processes", WINDOW)


class Seen(NamedTuple):
    """What the engine says of itself, what else there is, and how the window's parts stand."""

    engine: str
    outside: dict[str, object]
    window: tuple[object, ...]


class Sight:
    """`asked` asks the engine, `told` is a subscriber of it."""

    def __init__(self, window: Window, asked: OscClient, told: OscClient, aids: Aids) -> None:
        self.window, self.asked, self.told, self.aids = window, asked, told, aids

    def hear(self) -> list[str]:
        """Addresses of what the engine told since the last time."""
        self.told.send("/ping")  # or it is soon told nothing more
        heard = []
        try:
            while True:
                heard += [message.address for message in self.told.receive(0.0)]
        except (BlockingIOError, TimeoutError):
            return [each for each in heard if each != "/pong"]

    def see(self) -> Seen:
        """Everything that an operation may change."""
        described = self.asked.ask_json("/describe")
        recording = self.asked.ask_json("/status")["recording"]
        return Seen(json.dumps([described, recording]), self.aids.outside(), self._looks())

    def changes(self, before: Seen) -> set[str]:
        """Which kinds of effects there were since."""
        if self.hear():
            return {ENGINE}
        now = self.see()
        found = {ENGINE} if now.engine != before.engine else set()
        for kind, what in now.outside.items():
            was = before.outside[kind]
            if isinstance(what, frozenset) and isinstance(was, frozenset):
                what = what - was
                was = frozenset()
            if what != was:
                found.add(kind)
        return found | ({WINDOW} if now.window != before.window else set())

    def slots(self) -> list[tuple[int, str]]:
        """Number and plugin of each, as the engine says."""
        slots = self.asked.ask_json("/describe")["slots"]
        return [(slot["slot"], slot["plugin"]) for slot in slots]

    def shown_slots(self) -> list[tuple[int, str]]:
        """The same as the window shows."""
        panels = self.window.panels.values()
        return sorted((panel.slot.number, panel.slot.plugin) for panel in panels)

    def _looks(self) -> tuple[object, ...]:
        looks: list[object] = []
        for widget in self.window.findChildren(QWidget):
            shown = widget.isVisible()
            looks.append((shown, widget.isEnabled()))
            match widget:
                case QAbstractItemView() if shown:
                    model = widget.model()
                    rows = [model.index(row, 0).data() for row in range(model.rowCount())]
                    looks.append((widget.currentIndex().row(), *map(str, rows)))
                case QLineEdit() if shown:
                    looks.append(widget.text())
                case QComboBox() if shown:
                    looks.append(widget.currentIndex())
        return tuple(looks)
