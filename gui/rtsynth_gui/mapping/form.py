"""The form of one mapping: where it comes from, what it moves, and how."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from rtsynth_gui.link.control import Control
from rtsynth_gui.mapping.entry import KINDS, Entry, Setting, kind_title, translated
from rtsynth_gui.panels.control_choice import ControlChoice
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip
from rtsynth_gui.widgets.tick_box import TickBox

CHANNELS = 16
NONE = ""
MOST_PERCENT = 100.0
# What can be chosen of a setting: its value, and what it is called. "" is none.
CHOICES: dict[str, dict[str, str]] = {
    "curve": {
        "linear": str(QT_TRANSLATE_NOOP("Mapping", "Linear")),
        "exponential": str(QT_TRANSLATE_NOOP("Mapping", "Exponential")),
        "volume": str(QT_TRANSLATE_NOOP("Mapping", "Volume (dB)")),
    },
    "takeover": {
        "jump": str(QT_TRANSLATE_NOOP("Mapping", "Jump")),
        "pickup": str(QT_TRANSLATE_NOOP("Mapping", "Pick up")),
        "scaled": str(QT_TRANSLATE_NOOP("Mapping", "Scaled")),
    },
    "relative": {
        NONE: str(QT_TRANSLATE_NOOP("Mapping", "Absolute")),
        "twos-complement": str(QT_TRANSLATE_NOOP("Mapping", "Two's complement")),
        "offset": str(QT_TRANSLATE_NOOP("Mapping", "Offset 64")),
        "sign-magnitude": str(QT_TRANSLATE_NOOP("Mapping", "Sign-magnitude")),
    },
    "mode": {
        NONE: str(QT_TRANSLATE_NOOP("Mapping", "Default")),
        "position": str(QT_TRANSLATE_NOOP("Mapping", "Position")),
        "momentary": str(QT_TRANSLATE_NOOP("Mapping", "While pressed")),
        "toggle": str(QT_TRANSLATE_NOOP("Mapping", "Toggle")),
    },
}
TITLES = {
    "curve": str(QT_TRANSLATE_NOOP("Mapping", "Curve")),
    "takeover": str(QT_TRANSLATE_NOOP("Mapping", "Takeover")),
    "relative": str(QT_TRANSLATE_NOOP("Mapping", "Encoder")),
    "mode": str(QT_TRANSLATE_NOOP("Mapping", "Button mode")),
}
TIPS = {
    "curve": str(QT_TRANSLATE_NOOP("Mapping", "How the control travels its range")),
    "takeover": str(
        QT_TRANSLATE_NOOP(
            "Mapping",
            "When knob and value differ. Jump: the value jumps to the knob. Pick "
            "up: nothing moves until the knob passes the value. Scaled: both "
            "reach the end of the range together",
        )
    ),
    "relative": str(
        QT_TRANSLATE_NOOP("Mapping", "How an endless encoder sends its steps (7 bits)")
    ),
    "mode": str(
        QT_TRANSLATE_NOOP(
            "Mapping",
            "What a pad or button does. Default: a note counts while pressed; "
            "anything else sets a position",
        )
    ),
}


class MappingForm(QWidget):
    """`changed(entry)`: the performer wants the mapping to be like that; `retargeted(address)`: to
    move another control; `said(text, failure)`: why something typed is not taken as it is."""

    said = Signal(str, bool)
    changed = Signal(object)
    retargeted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry: Entry | None = None
        self.control: Control | None = None
        self._showing = self._same = False
        self._labels: list[tuple[PlainLabel, tuple[QWidget, ...]]] = []
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(8)
        self.form.setVerticalSpacing(4)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.target = ControlChoice(self)
        self.target.setToolTip(self.tr("The control it moves"))
        self.target.picked.connect(self._target_picked)
        self._row(self.tr("Moves"), self.target)
        self.kind = self._box({kind: kind_title(kind) for kind in KINDS})
        self.kind.activated.connect(lambda _: self._kind_chosen())
        self.number = QSpinBox(self)
        self.number.setKeyboardTracking(False)
        self.number.valueChanged.connect(lambda n: self._change(lambda e: replace(e, number=n)))
        self._row(self.tr("Control"), self.kind, self.number)
        channels = {0: self.tr("any channel")}
        channels |= {n: self.tr("channel {}").format(n) for n in range(1, CHANNELS + 1)}
        self.channel = self._box(channels)
        self.channel.activated.connect(
            lambda _: self._change(lambda e: replace(e, channel=self.channel.currentData() or None))
        )
        self._row(self.tr("Channel"), self.channel)
        self.port = QLineEdit(self)
        self.port.setPlaceholderText(self.tr("any port"))
        self.port.setToolTip(self.tr("Part of the name of the MIDI input; empty: any"))
        self.port.editingFinished.connect(self._port_typed)
        self._row(self.tr("Port"), self.port)
        self.ends = tuple(self._end(place) for place in (0, 1))
        self.range = self._row(self.tr("Range"), *self.ends)
        self.invert = TickBox(self.tr("Inverted"), self)
        self.invert.clicked.connect(lambda: self._change(self._inverted))
        self._row("", self.invert)
        self.choices: dict[str, ChoiceBox] = {}
        for name, texts in CHOICES.items():
            box = self._box({value: translated(text) for value, text in texts.items()})
            box.setToolTip(translated(TIPS[name]))
            box.activated.connect(lambda _, name=name: self._chosen(name))
            self._row(translated(TITLES[name]), box)
            self.choices[name] = box
        self.step = QLineEdit(self)
        self.step.setPlaceholderText(self.tr("default"))
        self.step.setToolTip(self.tr("Percent of the range for each encoder step"))
        self.step.editingFinished.connect(self._step_typed)
        self._row(self.tr("Step (%)"), self.step)
        self.show_entry(None, None)

    def _box(self, texts: Mapping[str, str] | Mapping[int, str]) -> ChoiceBox:
        box = ChoiceBox(self)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for value, text in texts.items():
            box.addItem(text, value)
        return box

    def _end(self, place: int) -> QLineEdit:
        edit = QLineEdit(self)
        name = self.tr("Value at the low end") if place == 0 else self.tr("Value at the high end")
        edit.setToolTip(name)
        edit.setAccessibleName(name)
        edit.editingFinished.connect(lambda: self._end_typed(place))
        return edit

    def _row(self, title: str, *widgets: QWidget) -> PlainLabel:
        line = QHBoxLayout()
        line.setSpacing(6)
        for widget in widgets:
            line.addWidget(widget, 1)
            if title and not widget.accessibleName():
                widget.setAccessibleName(title)
        label = PlainLabel(title, self)
        self._labels.append((label, widgets))
        self.form.addRow(label, line)
        return label

    # --- shown ---------------------------------------------------------------------------------

    def show_entry(self, entry: Entry | None, control: Control | None) -> None:
        """Show a mapping of a control; a control of None is not loaded."""
        self._showing = True  # a field that loses the focus has nothing to say of another mapping
        before, self.entry, self.control = self.entry, entry, control
        self._same = before is not None and entry is not None and before.address == entry.address
        self.setEnabled(entry is not None)
        if entry is not None:
            self._fill(entry, control)
        for label, widgets in self._labels:
            label.setEnabled(any(widget.isEnabledTo(self) for widget in widgets))
        self._showing = False

    def _fill(self, entry: Entry, control: Control | None) -> None:
        self.target.show_choice(entry.address)
        last = KINDS[entry.kind][1]
        self.kind.setCurrentIndex(self.kind.findData(entry.kind))
        self.number.setRange(0, last)
        self.number.setValue(entry.number)
        self.number.setVisible(last > 0)
        self.channel.setCurrentIndex(self.channel.findData(entry.channel or 0))
        self._refill(self.port, entry.port)
        for edit in (*self.ends, self.invert):
            edit.setEnabled(control is not None)
        if control is not None:
            unit = control.shown_unit  # beside the fields: there is no room in them
            for edit, value in zip(self.ends, entry.span(control), strict=True):
                self._refill(edit, control.text(value))
                edit.setToolTip(
                    plain_tip(f"{edit.accessibleName()}: {control.text(value)} {unit}".strip())
                )
            self.range.setText(f"{self.tr('Range')} ({unit})" if unit else self.tr("Range"))
            self.invert.setChecked(entry.is_inverted(control))
        own_curve = control.curve if control is not None else "linear"
        for name, box in self.choices.items():
            usual = own_curve if name == "curve" else next(iter(CHOICES[name]))
            box.setCurrentIndex(box.findData(entry.settings.get(name, usual)))
        is_encoder = bool(entry.settings.get("relative"))
        self.choices["curve"].setEnabled(control is not None)
        if control is not None:
            self._offer_curves(control, entry)
        self.choices["relative"].setEnabled(entry.kind == "cc" and not entry.is_action)
        self.choices["mode"].setEnabled(not is_encoder and entry.lasts)
        self.choices["takeover"].setEnabled(not is_encoder and not entry.is_action)
        self.step.setEnabled(is_encoder)
        step = entry.settings.get("step")
        self._refill(self.step, f"{100 * step:g}" if isinstance(step, float) else "")

    def _offer_curves(self, control: Control, entry: Entry) -> None:
        """Grey out the curves that the range has no room for, and say why."""
        low = min(entry.span(control))
        reasons = {
            "exponential": "" if low > 0 else self.tr("Only for ranges above 0"),
            "volume": "" if control.unit == "dB" else self.tr("Only for levels in dB"),
        }
        box = self.choices["curve"]
        model = box.model()
        for value, reason in reasons.items():
            row = box.findData(value)
            item = model.item(row) if isinstance(model, QStandardItemModel) else None
            if item is not None:
                item.setEnabled(not reason or entry.settings.get("curve") == value)
            box.setItemData(row, reason, Qt.ItemDataRole.ToolTipRole)

    def _refill(self, edit: QLineEdit, text: str) -> None:
        """Show a text, unless another one is being typed for the same mapping."""
        typing = self._same and edit.hasFocus() and edit.isModified()
        if not typing and edit.text() != text:
            edit.setText(text)
            edit.setCursorPosition(0)

    # --- changed -------------------------------------------------------------------------------

    def _change(self, change: Callable[[Entry], Entry]) -> None:
        if self._showing or self.entry is None:
            return
        wanted = change(self.entry)
        if wanted != self.entry:
            self.entry = wanted
            self.changed.emit(wanted)

    def _target_picked(self, address: str) -> None:
        if self.entry is not None and address != self.entry.address:
            self.retargeted.emit(address)

    def _port_typed(self) -> None:
        if not self._showing:
            self.port.setModified(False)
            self._change(lambda e: replace(e, port=self.port.text().strip()))

    def _kind_chosen(self) -> None:
        kind = self.kind.currentData()
        last = KINDS[kind][1]
        self._change(lambda e: replace(e, kind=kind, number=min(e.number, last)).having())

    def _chosen(self, name: str) -> None:
        value: Setting | None = self.choices[name].currentData() or None
        control = self.control
        if name != "curve" or control is None:
            self._change(lambda e: e.having(**{name: value}))
            return

        def curved(entry: Entry) -> Entry:
            low, high = entry.span(control)
            if value == "volume":
                low, high = sorted((low, high))
            return replace(entry, settings={**entry.settings, "curve": str(value)}).spanning(
                low, high, control
            )

        self._change(curved)

    def _inverted(self, entry: Entry) -> Entry:
        return entry if self.control is None else entry.inverted(self.control)

    def _end_typed(self, place: int) -> None:
        control = self.control
        if self._showing or control is None or not self.ends[place].isModified():
            return
        typed = self.ends[place].text()
        value = control.parse(typed)
        self.ends[place].setModified(False)
        if remark := control.remark(typed):
            self.said.emit(remark, True)
            self.show_entry(self.entry, control)
        if value is None:
            return

        def spanning(entry: Entry) -> Entry:
            ends = [*entry.span(control)]
            ends[place] = value
            return entry.spanning(ends[0], ends[1], control)

        self._change(spanning)
        self.show_entry(self.entry, control)

    def _step_typed(self) -> None:
        if self._showing or not self.step.isModified():
            return
        self.step.setModified(False)
        try:
            share = float(self.step.text().replace(",", ".")) / MOST_PERCENT
        except ValueError:
            share = 0.0
        step = share if 1e-6 <= share <= 1 else None
        self._change(lambda e: e.having(step=step))
