"""One control on the screen: its name, slider, number and unit, kept in step with the engine."""

import time

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from rtsynth_gui.edit.history import Step, new_gesture
from rtsynth_gui.edit.titles import change_of
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.takeover import Takeover
from rtsynth_gui.widgets.entry import NumberEntry
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip
from rtsynth_gui.widgets.slider import Slider

# Faster than this nobody reads numbers, and painting text costs more than painting handles.
NUMBER_EVERY_S = 0.12
NUDGES_S = 0.8  # notches of a wheel that follow each other sooner are one step
BLINKS_PER_S = 2.0


class NameLabel(PlainLabel):
    """The control's name; a double-click asks for the default."""

    default_wanted = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.default_wanted.emit()


class ControlView(QObject):
    """The widgets of a control and the value they show; a subclass lays them out.

    `moved(address, value)` is emitted for the performer's moves only, never for the engine's, and
    `edited(Step)` with each of them. `menu_wanted(view, point)`: the context menu, at a point of
    the screen.
    """

    moved = Signal(str, float)
    edited = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, control: Control, value: float, slider: Slider, parent: QWidget) -> None:
        super().__init__(parent)
        self.control = control
        self.value = value
        self.takeover = Takeover()
        self.name = NameLabel(control.title, parent)
        self.slider = slider
        self.entry = NumberEntry(control, parent)
        self.unit = PlainLabel("", parent)
        self.waiting = False
        self.name_style = ""  # of the style sheet
        self._nudge_gesture = 0
        self._gesture = 0
        self._nudged_s = float("-inf")
        self._number_s = float("-inf")
        self._numbered = float("nan")  # what the number says
        self._label_widgets()
        self._connect()

    def _label_widgets(self) -> None:
        control = self.control
        tip = control.tip
        for widget in self.widgets:
            widget.setToolTip(plain_tip(tip))
        self.name.setBuddy(self.entry)
        self.slider.setAccessibleName(control.title)
        self.slider.setAccessibleDescription(tip)
        self.entry.setAccessibleName(self.tr("{}, value").format(control.title))
        self.entry.setAccessibleDescription(tip)
        self.unit.setObjectName("dim")
        metrics = self.entry.fontMetrics()
        ends = [control.text(value) for value in (control.minimum, control.maximum)]
        widest = max(map(metrics.horizontalAdvance, ("−00.00", *ends, *control.names)))
        self.entry.setFixedWidth(widest + 18)
        units = ["C♯4 +00 ct"] if control.is_midi_pitch else [control.unit]
        if control.is_class:
            halves = range(2 * len(control.ticks) - 1)
            units = [control.unit_text(control.minimum + half / 2) for half in halves]
        self.unit.setMinimumWidth(max(map(metrics.horizontalAdvance, units)) + 2)
        self.slider.default = control.position_of(control.default)
        self.slider.ticks = control.ticks
        bipolar = control.minimum == -control.maximum
        self.slider.origin = control.position_of(0.0) if bipolar else 0.0

    def _connect(self) -> None:
        self.slider.grabbed.connect(lambda: self.begin(new_gesture()))
        self.slider.let_go.connect(self.end)
        self.slider.dragged.connect(self.slide)
        self.slider.nudged.connect(self._nudge)
        self.slider.default_wanted.connect(self.to_default)
        self.name.default_wanted.connect(self.to_default)
        self.entry.committed.connect(self._type)
        self.entry.nudged.connect(self._nudge)
        self.entry.left.connect(self.slider.setFocus)
        for widget in self.widgets:
            self.offer_menu(widget)

    def rename(self, control: Control) -> None:
        """The same control, whose values are called otherwise now."""
        self.control = self.entry.control = control
        self.show_now()

    def offer_menu(self, widget: QWidget) -> None:
        """Let a right-click, or the menu key, on a widget open this control's menu."""
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        widget.customContextMenuRequested.connect(
            lambda point, widget=widget: self.menu_wanted.emit(self, widget.mapToGlobal(point))
        )

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """The name, the slider, the number and its unit."""
        return self.name, self.slider, self.entry, self.unit

    # --- by hand -------------------------------------------------------------------------------

    @property
    def shown_value(self) -> float:
        """What is shown."""
        return self.value

    @property
    def at_default(self) -> bool:
        """Whether there is nothing to reset."""
        return self.value == self.control.default

    def to_default(self) -> None:
        """Move to the default value."""
        self._type(self.control.default)

    def set_to(self, value: float) -> None:
        """Move to a value, as if it had been typed."""
        self._type(value)

    def type_value(self) -> None:
        """Let a number be typed."""
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self, gesture: int) -> None:
        """A hand takes hold: what it moves until `end` is one step."""
        self._gesture = gesture
        self.takeover.grab()

    def end(self) -> None:
        """The hand let go."""
        self._gesture = 0
        self.takeover.release(time.monotonic())

    def slide(self, position: float) -> None:
        """Move to a position 0..1."""
        self._move(self.control.value_at(position))

    def _type(self, value: float) -> None:
        self._nudged_s = float("-inf")
        self._move(value, new_gesture())

    def _nudge(self, steps: float, fine: bool) -> None:
        now_s = time.monotonic()
        if now_s - self._nudged_s > NUDGES_S:
            self._nudge_gesture = new_gesture()
        self._nudged_s = now_s
        value = self.control.nudged(self.shown_value, steps, fine)
        self._move(value, self._nudge_gesture)

    def _move(self, value: float, gesture: int = 0) -> None:
        title, after = change_of(self.control.title), {self.control.address: value}
        self.edited.emit(Step(title, self._before(), after, gesture or self._gesture))
        self.put(value)
        self.moved.emit(self.control.address, value)

    def _before(self) -> dict[str, float]:
        """What undoing a move sets."""
        return {self.control.address: self.value}

    # --- from elsewhere ------------------------------------------------------------------------

    def put(self, value: float) -> None:
        """Show what was sent to the engine, without sending it."""
        self.value = value
        self.takeover.touch(time.monotonic())
        self.show_now()

    def report(self, value: float) -> None:
        """The engine says where the control is."""
        self.takeover.report(self.control.clamp(value))

    def wait_for_midi(self, waiting: bool) -> None:
        """Whether the next MIDI control that moves is learned for it."""
        self.waiting = waiting
        self.slider.set_waiting(waiting)
        self.slider.setAccessibleDescription(
            self.tr("waiting for a MIDI control") if waiting else self.control.tip
        )
        self.name.setObjectName("learning" if waiting else self.name_style)
        self.name.style().polish(self.name)

    def modulate(self, value: float | None) -> None:
        """The engine reports where modulation moves it now; None: nothing does."""
        self.slider.set_modulated(None if value is None else self.control.position_of(value))

    def refresh(self, now_s: float) -> None:
        """Once a frame: follow the engine where the hand does not hold; blink."""
        value = self.takeover.due(now_s)
        if value is not None:
            self.value = value
        if self.shown_value != self._numbered:
            self.catch_up(now_s)
        if self.waiting:
            self.blink(now_s)

    def blink(self, now_s: float) -> None:
        """Once a frame while it waits."""
        self.slider.set_waiting(True, int(now_s * BLINKS_PER_S * 2) % 2 == 0)

    def catch_up(self, now_s: float) -> None:
        """Show what has changed, and no more than an eye can follow."""
        if now_s >= self._number_s and self.shown_value != self._numbered:
            self._number_s = now_s + NUMBER_EVERY_S
            self.show_now()
        else:
            self.slider.glide(self.control.position_of(self.shown_value))

    def show_now(self) -> None:
        """Show the value, whatever was shown."""
        self._numbered = self.shown_value
        self.slider.show_position(self.control.position_of(self.shown_value))
        self.entry.show_value(self.shown_value)
        text = self.control.unit_text(self.shown_value)
        if text != self.unit.text():
            self.unit.setText(text)
