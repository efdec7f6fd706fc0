"""What a walk has to know beside what it finds in the window."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from PySide6.QtWidgets import QWidget

from rtsynth_gui.browser.shelf import shelf_file
from rtsynth_gui.rack.name_field import NameField
from rtsynth_gui.takes.folder import takes_folder
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live
from tests.gui.walk_hands import Hands
from tests.gui.walk_targets import Target, lines_of, menu_of

NAME = "Walked"
KEPT_IN = ("RTSYNTH_PRESETS", "RTSYNTH_SETS")


def written(file: Path) -> int:
    """When a file was written; 0 for none."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


class Aids:
    """Of a page, or of several. What is operated goes by its accessible name, or else its text.

    `looks`: by name or class, what may have an effect on the window alone. `strict`: nothing else
    may. `typed`: what goes into a line. `proofs`: for what moves neither the engine nor another
    part of the window, what it changes. `chosen`: a file or folder for the dialogs that ask for
    one.
    """

    strict = False
    looks: frozenset[str] = frozenset()
    typed: Mapping[str, str] = MappingProxyType({})
    proofs: Mapping[str, Callable[[], object]] = MappingProxyType({})
    chosen: Path | None = None

    def outside(self) -> dict[str, object]:
        """What else may change, by kind. Of a set, only what is new counts."""
        return {}

    def ready(self, target: Target) -> None:
        """Make it such that an operation can have an effect."""

    def follow(self, name: str) -> QWidget | None:
        """What has to be pressed so that a choice takes effect."""

    def settle(self, name: str) -> dict[QWidget, str]:
        """As it was before; what else was operated for that, and the effect that it had."""
        return {}

    def restore(self) -> None:
        """The slots as they were."""


class SlotsAids(Aids):
    """Of an engine that has `files` in its slots, from 1 on."""

    def __init__(
        self,
        engine: Live,
        window: Window,
        files: list[Path],
        spin: Spin,
        proofs: Mapping[str, Callable[[], object]],
        looks: frozenset[str] = frozenset(),
    ) -> None:
        self.host, self.window, self.files, self.spin = engine.host, window, files, spin
        self.proofs, self.looks = proofs, looks
        self.numbers = list(range(1, len(files) + 1))
        self.hands = Hands(window)
        self._act = ""  # what was chosen in a menu

    def outside(self) -> dict[str, object]:
        """Presets, sets, takes, and what the browser keeps."""
        folders = (*(Path(os.environ[name]) for name in KEPT_IN), takes_folder())
        files = [shelf_file(), *(file for folder in folders for file in folder.rglob("*.*"))]
        return {"files": [(str(each), written(each)) for each in sorted(files)]}

    def restore(self) -> None:
        for slot in [slot.number for slot in self.host.slots if slot.number not in self.numbers]:
            self.host.unload(slot)
        described = {slot.number: slot.plugin for slot in self.host.describe().slots}
        for number, file in zip(self.numbers, self.files, strict=True):
            if described.get(number) != file.stem:
                self.host.load_into(number, file)
        self._arrange(self.numbers)

    def _arrange(self, order: list[int]) -> None:
        if self.host.lineup.order != order:
            self.host.lineup.arrange(order)

    def ready(self, target: Target) -> None:
        """A double-click on the name of a strip lets another one be typed, as its menu does."""
        widget, menu = target.widget, menu_of(target.widget)
        line = lines_of(menu)[target.part] if menu is not None else None
        act = line.objectName() if line is not None else ""
        self._act = "rename" if isinstance(widget, NameField) else act
        if line is not None and act == "rescue" and line.isChecked():
            for number in self.numbers:  # another one than what is chosen
                self.host.rescue.choose(number, "firm")
            self.spin(lambda: not line.isChecked())

    def settle(self, name: str) -> dict[QWidget, str]:
        operated = self._name_it() if self._act == "rename" else {}
        if self._act == "open":  # which takes a moment
            self.spin(lambda: any(map(self.host.hidden.is_open, self.numbers)))
        if self._act in ("rescue", "open"):
            self._close_up()
        self._arrange(self.numbers)
        self.spin(lambda: list(self.window.rack.strips) == self.numbers)
        return operated

    def _close_up(self) -> None:
        """No slot is rescued, or opened; and the window knows it."""
        for number in self.numbers:
            self.host.rescue.choose(number, "off")
            self.host.hidden.open(number, opened=False)
        strips = self.window.rack.strips
        self.spin(lambda: all(strips[n].slot.rescue == "off" for n in self.numbers))
        self.spin(lambda: not any(strips[n].slot.opened for n in self.numbers))

    def _name_it(self) -> dict[QWidget, str]:
        """Another name can be typed."""
        self._act = ""
        strips = self.window.rack.strips
        number = next((number for number, strip in strips.items() if strip.name.is_edited), None)
        if number is None:  # the first menu takes the focus away where there is no screen
            return {}
        edit = strips[number].name.edit
        self.hands.replace(edit, NAME)
        self.spin(lambda: self.host.lineup.name(number) == NAME)
        self.host.lineup.rename(number, "")
        self.spin(lambda: strips[number].name.text != NAME)
        return {edit: "engine"}
