"""What a walk has to know beside what it finds in the window."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from PySide6.QtWidgets import QWidget

from rtsynth_gui.rack.slot_strip import SlotStrip
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live
from tests.gui.walk_hands import Hands
from tests.gui.walk_targets import Target, lines_of, menu_of

NAME = "Walked"


class Aids:
    """Of a page, or of several. What is operated goes by its accessible name, or else its text.

    `strict`: to look different is no effect, but for what is in `looks`. `typed`: what goes into
    a line. `proofs`: for what moves neither the engine nor another part of the window, what it
    changes. `chosen`: a file or folder for the dialogs that ask for one.
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
    ) -> None:
        self.host, self.window, self.files, self.spin = engine.host, window, files, spin
        self.proofs = proofs
        self.hands = Hands(window)
        self._act = ""  # what was chosen in the menu of a strip
        self.numbers = list(range(1, len(files) + 1))

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
        """The last one can move up, the first one down."""
        strip, menu = target.widget.parentWidget(), menu_of(target.widget)
        act = lines_of(menu)[target.part].objectName() if menu is not None else ""
        self._act = act if isinstance(strip, SlotStrip) else ""
        if isinstance(strip, SlotStrip) and act in ("up", "down"):
            own = strip.slot.number
            others = [number for number in self.numbers if number != own]
            order = [*others, own] if act == "up" else [own, *others]
            self._arrange(order)
            self.spin(lambda: list(self.window.rack.strips) == order)

    def settle(self, name: str) -> dict[QWidget, str]:
        operated = self._name_it() if self._act == "rename" else {}
        self._arrange(self.numbers)
        self.spin(lambda: list(self.window.rack.strips) == self.numbers)
        return operated

    def _name_it(self) -> dict[QWidget, str]:
        """What was chosen in the menu of a strip lets another name be typed."""
        self._act = ""
        strips = self.window.rack.strips
        (number,) = (number for number, strip in strips.items() if strip.name.is_edited)
        edit = strips[number].name.edit
        self.hands.replace(edit, NAME)
        self.spin(lambda: self.host.lineup.name(number) == NAME)
        self.host.lineup.rename(number, "")
        self.spin(lambda: strips[number].name.text != NAME)
        return {edit: "engine"}
