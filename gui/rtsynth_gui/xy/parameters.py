"""Two parameters under the pad: which, and their faders and numbers below it."""

from collections.abc import Hashable, Iterator
from dataclasses import replace

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from rtsynth_gui.edit.history import Step
from rtsynth_gui.edit.titles import change_of
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.description import Description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.panels.control_choice import ControlChoice, groups
from rtsynth_gui.widgets.plain import PlainLabel
from rtsynth_gui.xy.axis import CENTRE, Axis
from rtsynth_gui.xy.corners import Point
from rtsynth_gui.xy.pad import Look

AXES = ("x", "y")
CHOICE = "xy.axes"  # what stands for the two among the addresses of a step
ROLES_LAST = ("pitch", "amplitude")  # keys and dynamics move these already


def first_choice(description: Description) -> tuple[str, str]:
    """What the pad moves before anything was chosen: two parameters of the first plugin."""
    for slot in description.slots:
        own = [*slot.knobs, *(p for p in slot.parameters if p.generation is not None)]
        order = sorted(own, key=lambda each: ROLES_LAST[::-1].index(each.role) + 1
                       if each.role in ROLES_LAST else 0)  # fmt: skip
        if len(order) > 1:
            return order[0].address, order[1].address
    return "", ""


class Parameters(QWidget):
    """`moved`, `edited` and `menu_wanted` are those of the two controls; `chosen(before)`: others
    than before."""

    moved = Signal(str, float)
    edited = Signal(object)
    menu_wanted = Signal(object, QPoint)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addresses = dict.fromkeys(AXES, "")
        self.axes: dict[str, Axis] = {}
        self.boxes: dict[str, ControlChoice] = {}
        self._controls: dict[str, Control] = {}
        self._values: dict[str, float] = {}
        self._followed: dict[str, float] = {}
        self._gesture = 0
        self._waiting = ""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        for line, axis in enumerate(AXES):
            name = PlainLabel(axis.upper(), self)
            name.setObjectName("caption")
            box = ControlChoice(self)
            box.setAccessibleName(self.tr("Control that {} moves").format(axis.upper()))
            box.setToolTip(self.tr("What the pad moves along {}").format(axis.upper()))
            box.picked.connect(lambda address, axis=axis: self.pick(axis, address))
            name.setBuddy(box)
            self._grid.addWidget(name, 2 * line, 0)
            self._grid.addWidget(box, 2 * line, 1)
            self.boxes[axis] = box

    # --- which ---------------------------------------------------------------------------------

    def rebuild(
        self, description: Description, values: dict[str, float], followed: dict[str, float]
    ) -> None:
        """Another structure: what was chosen stays chosen, where it is."""
        found = groups(description)
        self._controls = {c.address: c for group in found for c in group.controls}
        self._values, self._followed = dict(values), dict(followed)
        if not any(self.addresses.values()):
            self.addresses = dict(zip(AXES, first_choice(description), strict=True))
        for box in self.boxes.values():
            box.show_groups(found)
        for axis in AXES:
            self._show(axis)

    def pick(self, axis: str, address: str) -> None:
        """Let an axis move another control; the two change places where the other has it."""
        before = self._choice
        other = AXES[1 - AXES.index(axis)]
        if address and address == self.addresses[other]:
            self.addresses[other] = self.addresses[axis]
            self._show(other)
        self.addresses[axis] = address
        self._show(axis)
        self.chosen.emit({CHOICE: before})

    @property
    def _choice(self) -> tuple[str, str]:
        x, y = (self.addresses[axis] for axis in AXES)
        return x, y

    def choice(self, key: str) -> Hashable | None:
        """What both move, for undo."""
        return self._choice if key == CHOICE else None

    def choose(self, key: str, thing: Hashable) -> None:
        """Let both move what they moved."""
        if key == CHOICE and isinstance(thing, tuple):
            self.addresses = dict(zip(AXES, map(str, thing), strict=True))
            for axis in AXES:
                self._show(axis)

    def swap(self) -> None:
        """Let x move what y moved, and the other way round."""
        self.pick("x", self.addresses["y"])

    def _show(self, axis: str) -> None:
        old = self.axes.pop(axis, None)
        if old is not None:
            self._values[old.control.address] = old.view.value
            self._grid.removeWidget(old.box)
            old.remove()
        self.boxes[axis].show_choice(self.addresses[axis])
        control = self._controls.get(self.addresses[axis])
        if control is None:
            return
        new = Axis(control, self._values, self._followed, self)
        new.moved.connect(self.moved)
        new.edited.connect(self._edited)
        new.menu_wanted.connect(self.menu_wanted)
        new.view.wait_for_midi(self._waiting == control.address)
        self._grid.addWidget(new.box, 2 * AXES.index(axis) + 1, 0, 1, 2)
        self.axes[axis] = new
        self._align()

    def _align(self) -> None:
        """The faders begin, and end, below each other."""
        both = [axis for _, axis in self._both()]
        width = max(axis.widths[0] for axis in both)
        unit = max(axis.widths[1] for axis in both)
        behind = any(axis.control.generation is not None for axis in both)
        for axis in both:
            axis.align(width, unit, behind=behind)

    # --- the pad -------------------------------------------------------------------------------

    @property
    def point(self) -> Point:
        """Where the two are; the middle for none."""
        x, y = (self.axes[a].position if a in self.axes else CENTRE for a in AXES)
        return x, y

    @property
    def text(self) -> str:
        """The two with their units, for screen readers."""
        return ", ".join(f"{axis.control.title} {axis.text}" for _, axis in self._both())

    def look(self) -> Look:
        """How the pad looks now."""
        if not self.axes:
            hint = self.tr("Choose what X and Y move: below, or in the context menu of any control")
            return Look(hint=hint)

        def of(axis: str) -> Control | None:
            return self.axes[axis].control if axis in self.axes else None

        x, y = (of(axis) for axis in AXES)
        return Look(
            titles=("" if x is None else x.title, "" if y is None else y.title),
            ticks=(() if x is None else x.ticks, () if y is None else y.ticks),
            names=(() if x is None else x.names, () if y is None else y.names),
            waiting=(self._waits("x"), self._waits("y")),
            modulated=(self._modulated("x"), self._modulated("y")),
        )

    def _waits(self, axis: str) -> bool:
        return axis in self.axes and self.axes[axis].view.waiting

    def _modulated(self, axis: str) -> float | None:
        return self.axes[axis].modulated if axis in self.axes else None

    def _both(self) -> Iterator[tuple[str, Axis]]:
        return ((axis, self.axes[axis]) for axis in AXES if axis in self.axes)

    def begin(self, gesture: int) -> None:
        """A hand takes hold of the pad."""
        self._gesture = gesture
        for _, axis in self._both():
            axis.view.begin(gesture)

    def end(self) -> None:
        """It let go."""
        for _, axis in self._both():
            axis.view.end()
        self._gesture = 0

    def slide(self, point: Point) -> None:
        """Go where the hand is; a control that is there already is left alone."""
        for axis, position in zip(map(self.axes.get, AXES), point, strict=True):
            if axis is not None and axis.position != position:
                axis.view.slide(position)

    def nudge(self, x: float, y: float, fine: bool) -> None:
        """Move by steps of keys."""
        for axis, steps in zip(map(self.axes.get, AXES), (x, y), strict=True):
            if axis is not None:
                axis.nudge(steps, fine)

    def reset(self) -> None:
        """Both to their defaults; what a tier generates is released."""
        for _, axis in self._both():
            axis.view.to_default()

    def _edited(self, step: Step) -> None:
        """What both do in one gesture has the names of both."""
        if self._gesture:
            both = " × ".join(a.control.title for _, a in self._both())
            step = replace(step, title=change_of(both))
        self.edited.emit(step)

    # --- what the desk of the window asks --------------------------------------------------------

    def put(self, address: str, value: float) -> None:
        """Show a value that was sent to the engine."""
        for _, axis in self._both():
            axis.put(address, value)

    def wait_for_midi(self, address: str) -> None:
        """Which control waits for a MIDI control."""
        self._waiting = address
        for _, axis in self._both():
            if axis.view.waiting or axis.control.address == address:
                axis.view.wait_for_midi(axis.control.address == address)

    # --- from the engine -------------------------------------------------------------------------

    def take(self, batch: Batch, now_s: float) -> None:
        """One frame."""
        self._values.update(batch.values)
        self._followed.update(batch.followed)
        for _, axis in self._both():
            address = axis.control.address
            for each in (address, axis.control.take_address):
                if each in batch.values:
                    axis.report(each, batch.values[each])
            if address in batch.followed:
                axis.follow(batch.followed[address])
            if address in batch.modulated:
                axis.modulate(batch.modulated[address], now_s)
            axis.refresh(now_s)
