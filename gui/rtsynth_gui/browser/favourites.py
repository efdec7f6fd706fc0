"""Favourites among what can be undone: 1 or 0, by a key for each."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.edit.history import Step
from rtsynth_gui.widgets.dragged import without_preset

KEY = "favourite:"  # and what the plugin, with its preset, is loaded by; the engine has no such


class Favourites:
    """Installs itself at the desk.

    Args:
        has: whether something is a favourite.
        put: makes it one, or not.
    """

    def __init__(
        self, desk: Desk, has: Callable[[str], bool], put: Callable[[str, bool], None]
    ) -> None:
        self._desk, self._has, self._put = desk, has, put
        desk.add(self)

    def choose(self, source: str, favourite: bool) -> None:
        """Let something be a favourite, or no more."""
        plugin, preset = without_preset(source)
        title = QCoreApplication.translate("BrowserPage", "remove {} from the favourites")
        if favourite:
            title = QCoreApplication.translate("BrowserPage", "add {} to the favourites")
        title, key = title.format(preset or Path(plugin).name), f"{KEY}{source}"
        self._desk.edited(Step(title, {key: float(not favourite)}, {key: float(favourite)}))
        self._put(source, favourite)

    def current(self, address: str) -> float | None:
        """Whether something is one; for the rest the desk asks others."""
        return float(self._has(address.removeprefix(KEY))) if address.startswith(KEY) else None

    def put(self, address: str, value: float) -> None:
        """Undo and redo."""
        if address.startswith(KEY):
            self._put(address.removeprefix(KEY), value > 0)

    def wait_for_midi(self, address: str) -> None:
        """No favourite does."""
