"""Four presets at the corners of the pad: which, of which slot, and what a move does."""

import time
from collections.abc import Hashable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth.control.osc.space.snapshots import FILE
from rtsynth_gui.edit.acts import NUDGED_S, SETTLED_S, Act
from rtsynth_gui.link.description import Description, Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel
from rtsynth_gui.xy.corners import PLACES, Point, blended
from rtsynth_gui.xy.kept import CORNERS, NO_CORNERS, Corners
from rtsynth_gui.xy.pad import Look

# What stands for the point among the addresses of a step. No slash: the engine knows nothing of it.
POINT = ("xy.x", "xy.y")
SLOT, OF_PLUGIN = "xy.slot", "xy.corners:"  # likewise for the slot, and for a plugin's corners
REPORTS_S = 1.5  # longer than ramps: after a move its values have been reported: the point is there
PLACED_S = 2.0  # an engine that goes back names the current preset, which a blend is not at
STEP, FINE_STEP = 0.01, 0.001  # of a key
CHANGES = ("save", "rename", "delete")


class Presets(QWidget):
    """`asked(address, arguments)`: to be sent; `chosen(before)`: others than before.

    A gesture is between `began(Act, places)` and `ended(address, places)`, and `blended(address,
    arguments)` is what it does; the places are where the point is.
    """

    asked = Signal(str, object)
    began = Signal(object, object)
    blended = Signal(str, object)
    ended = Signal(str, object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slot = 0
        self.chose = False  # the slot, by hand: it is not the one in front from then on
        self._front = 0
        self.point: Point = (0.5, 0.5)
        self.kept: dict[str, Corners] = {}
        self.names: list[str] = []
        self.hollow = True
        self._coming: list[str] = []
        self._slots: dict[int, Slot] = {}
        self._values: dict[str, float] = {}
        self.gesture = ""  # where it is sent
        self._end_s = float("inf")  # when the gesture is over
        self._quiet_s = float("-inf")  # reports are of the pad's own moves, or of what was undone
        self._placed_s = float("-inf")  # until then the point is where undo has put it
        self._wanted = False
        self.slots = ChoiceBox(self)
        self.slots.setAccessibleName(self.tr("Slot whose presets are blended"))
        self.slots.activated.connect(self._pick_slot)
        self.corners: list[ChoiceBox] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        label = PlainLabel(self.tr("Slot"), self)
        label.setObjectName("caption")
        label.setBuddy(self.slots)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.slots, 0, 1, 1, 3)
        sides = {
            "↖": self.tr("top left"),
            "↗": self.tr("top right"),
            "↙": self.tr("bottom left"),
            "↘": self.tr("bottom right"),
        }
        for number, (arrow, side) in enumerate(sides.items()):
            box = ChoiceBox(self)
            box.setAccessibleName(self.tr("Preset at the {}").format(side))
            box.setToolTip(box.accessibleName())
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.activated.connect(self._pick)
            corner = PlainLabel(arrow, self)
            corner.setObjectName("caption")
            corner.setToolTip(side)
            corner.setBuddy(box)
            grid.addWidget(corner, 1 + number // 2, 2 * (number % 2))
            grid.addWidget(box, 1 + number // 2, 2 * (number % 2) + 1)
            self.corners.append(box)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)

    # --- which ---------------------------------------------------------------------------------

    def rebuild(self, description: Description, values: dict[str, float]) -> None:
        """Another structure: the same slot, if it is there, and the point where it is."""
        before = self.slot, self.plugin
        self._slots = {slot.number: slot for slot in description.arranged if slot.plugin}
        self._values = dict(values)
        self.slots.clear()
        for number, slot in self._slots.items():
            self.slots.addItem(f"{number}  {slot.title}", number)
        if self.slot and (self._fitting, self.plugin) == before:
            self.slots.setCurrentIndex(self.slots.findData(self.slot))
            if not self.hollow:  # the preset that is current is not what is blended
                self._placed_s = time.monotonic() + PLACED_S
            self.ask()
        else:
            self.show_slot(self._fitting)

    @property
    def _fitting(self) -> int:
        """The slot that was chosen, or else the one in front."""
        wanted = (self.slot, self._front) if self.chose else (self._front, self.slot)
        there = (number for number in (*wanted, *self._slots) if number in self._slots)
        return next(there, 0)

    def show_front(self, number: int) -> None:
        """Another slot is in front."""
        self._front = number
        if not self.chose and number in self._slots and number != self.slot:
            self.show_slot(self._fitting)

    @property
    def plugin(self) -> str:
        """What plays in the slot."""
        slot = self._slots.get(self.slot)
        return "" if slot is None else slot.plugin

    @property
    def chosen_names(self) -> Corners:
        """The presets at the corners; "" for none."""
        return self.kept.get(self.plugin, NO_CORNERS)

    def show_slot(self, number: int) -> None:
        """Blend presets of another slot."""
        self.slot = number
        self.slots.setCurrentIndex(self.slots.findData(number))
        self.names, self.hollow = [], True
        self._stop()
        self._show_names()
        self.ask()

    def _pick_slot(self, row: int) -> None:
        before = self.slot
        self.chose = True
        self.show_slot(self.slots.itemData(row))
        self.chosen.emit({SLOT: before})

    def ask(self) -> None:
        """Ask for the names there are."""
        self._send("list")

    def _send(self, command: str, *arguments: Argument) -> None:
        if self.slot:
            self.asked.emit(slot_address(self.slot, f"preset/{command}"), arguments)

    def _pick(self) -> None:
        one, two, three, four = (box.currentData() or "" for box in self.corners)
        before, plugin = self.chosen_names, self.plugin
        self._put_corners(plugin, (one, two, three, four))
        self.chosen.emit({f"{OF_PLUGIN}{plugin}": before})

    def _put_corners(self, plugin: str, corners: Corners) -> None:
        self.kept.pop(plugin, None)  # the last one that was chosen is the last to go
        self.kept[plugin] = corners
        self.hollow = True

    def choice(self, key: str) -> Hashable | None:
        """The slot, or the presets at the corners for a plugin, for undo."""
        if key.startswith(OF_PLUGIN):
            return self.kept.get(key.removeprefix(OF_PLUGIN))
        return self.slot if key == SLOT else None

    def choose(self, key: str, thing: Hashable) -> None:
        """Blend those that were blended."""
        if key == SLOT and thing in self._slots:
            self.show_slot(int(str(thing)))
        elif key.startswith(OF_PLUGIN) and isinstance(thing, tuple):
            one, two, three, four = map(str, thing)
            self._put_corners(key.removeprefix(OF_PLUGIN), (one, two, three, four))
            self._show_names()

    def _show_names(self) -> None:
        for box, name in zip(self.corners, self.chosen_names, strict=True):
            box.clear()
            box.addItem("–", "")
            for each in dict.fromkeys((*self.names, *([name] if name else []))):
                box.addItem(each, each)
            box.setCurrentIndex(max(box.findData(name), 0))

    def _list(self, first: int, count: int, names: list[str]) -> None:
        self._coming = [*self._coming[:first], *names]
        if len(self._coming) < count:
            return
        self.names = self._coming
        if self.plugin not in self.kept and len(self.names) > 1:
            one, two, three, four = [*self.names, *[""] * CORNERS][:CORNERS]
            self.kept[self.plugin] = one, two, three, four
        self._show_names()

    # --- the pad -------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """How much each preset counts, for screen readers."""
        weights = blended(self.chosen_names, self.point)
        return ", ".join(f"{name} {100 * weight:.0f} %" for name, weight in weights.items())

    def look(self) -> Look:
        """How the pad looks now."""
        if len({name for name in self.chosen_names if name}) < 2:
            if len(self.names) < 2:
                return Look(hint=self.tr("Save at least two presets of this plugin first"))
            return Look(hint=self.tr("Choose the corner presets below"))
        return Look(corners=self.chosen_names, hollow=self.hollow)

    def begin(self, gesture: int) -> None:
        """A hand takes hold of the pad: what it changes from now on is one step."""
        if not self.look().hint:
            self._begin()

    def _begin(self) -> None:
        self._end()
        self.gesture, self._end_s = slot_address(self.slot, "preset/blend"), float("inf")
        act = Act(self.tr("blend presets"), (self.slot,), self.gesture)
        self.began.emit(act, dict(zip(POINT, self.point, strict=True)))

    def end(self) -> None:
        """It let go; the controls go on for a moment."""
        self._end_s = time.monotonic() + SETTLED_S

    def slide(self, point: Point) -> None:
        """Blend for where the hand is, at most once a frame."""
        if not self.look().hint:
            self.point, self._wanted = point, True

    def nudge(self, x: float, y: float, fine: bool) -> None:
        """Move by steps of keys: those that follow each other closely are one step of undo."""
        if self.look().hint:
            return
        if not self.gesture:
            self._begin()
        step = FINE_STEP if fine else STEP
        across, up = (
            min(max(p + n * step, 0.0), 1.0) for p, n in zip(self.point, (x, y), strict=True)
        )
        self.slide((across, up))
        self._end_s = time.monotonic() + NUDGED_S

    def reset(self) -> None:
        """To the first corner that has a preset."""
        named = zip(PLACES, self.chosen_names, strict=True)
        place = next((each for each, name in named if name), None)
        if place is not None and not self.look().hint:
            self._begin()
            self.slide(place)
            self.end()

    def _end(self) -> None:
        """The gesture is over."""
        gesture, self.gesture = self.gesture, ""
        if gesture:
            self.ended.emit(gesture, dict(zip(POINT, self.point, strict=True)))

    def _stop(self) -> None:
        self._wanted = False
        self._end()

    # --- what the desk of the window asks --------------------------------------------------------

    def current(self, address: str) -> float | None:
        """Where the point is, by what stands for it."""
        return self.point[POINT.index(address)] if address in POINT else None

    def put(self, address: str, value: float) -> None:
        """Undo and redo: what is reported now is no move of the pad."""
        if address in POINT:
            self._wanted = False
            self._quiet_s = time.monotonic() + REPORTS_S
            self._placed_s = time.monotonic() + PLACED_S
            x, y = self.point
            self.point = (value, y) if address == POINT[0] else (x, value)
            self.hollow = False

    # --- from the engine -------------------------------------------------------------------------

    def take(self, batch: Batch, now_s: float) -> None:
        """One frame: send where the hand is."""
        if self._wanted:
            self._blend(now_s)
        elif now_s >= self._end_s:
            self._end()
        for message in batch.answers:
            self._answered(message)
        self._report(batch.values, now_s)

    def _blend(self, now_s: float) -> None:
        self._wanted, self.hollow = False, False
        weights = blended(self.chosen_names, self.point)
        pairs = [each for pair in weights.items() for each in pair]
        if pairs:
            self._quiet_s = now_s + REPORTS_S
            self.blended.emit(slot_address(self.slot, "preset/blend"), (0.0, *pairs))

    def _answered(self, message: OscMessage) -> None:
        own = slot_address(self.slot, "preset/")
        match message.address, message.arguments:
            case "/done", [str(done), *_] if done.startswith(own):
                if done.rpartition("/")[2] in CHANGES:
                    self.ask()
            case "/presets/changed", _:
                self.ask()
            case _, [str(part)] if message.address == FILE and part.startswith("preset/"):
                self.ask()
            case address, [int(first), int(count), *names] if address == f"{own}names":
                self._list(first, count, [str(name) for name in names])
            case address, [str(name)] if address == f"{own}current" and name in self.chosen_names:
                if not self.gesture and time.monotonic() >= self._placed_s:
                    self.point = PLACES[self.chosen_names.index(name)]

    def _report(self, values: Mapping[str, float], now_s: float) -> None:
        changed = [address for address in values if self._values.get(address) != values[address]]
        self._values.update(values)
        slot = self._slots.get(self.slot)
        if not changed or slot is None:
            return
        heads = {address.removesuffix("/take") for address in changed}
        if any(c.address in heads for c in (*slot.parameters, *slot.controls)):
            self.hollow = self.hollow or now_s > self._quiet_s
