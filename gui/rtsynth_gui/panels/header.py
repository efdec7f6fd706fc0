"""The top line: what plays, where, and how the engine is doing."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from rtsynth_gui.link.control import duration_text
from rtsynth_gui.link.description import Slot
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.status import Status
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.activity_lamp import ActivityLamp
from rtsynth_gui.widgets.meters import LoadMeter
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

LONGEST_DEVICE = 60
LONGEST_LATENCY_MS = 1e6  # anything above is no latency


def wrapped(text: str, font: QFont, width: int, lines: int) -> list[str]:
    """A text in lines of a width, broken between words where that is possible; the last of them
    has all that is left."""
    if lines == 1:
        return [text]
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    units = text.encode("utf-16-le", "surrogatepass")  # what Qt counts, two bytes each
    broken: list[str] = []
    layout.beginLayout()
    for _ in range(lines - 1):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(width, 1))
        end = 2 * line.textLength()
        broken.append(units[:end].decode("utf-16-le", "surrogatepass").rstrip())
        units = units[end:]
    layout.endLayout()
    rest = units.decode("utf-16-le", "surrogatepass")
    return [*broken, rest] if rest or not broken else broken


class ElidedLabel(PlainLabel):
    """At most so many lines; the last ends in '…' where they are not enough, or has it elsewhere,
    and the whole text is the tool-tip."""

    def __init__(
        self,
        parent: QWidget | None = None,
        lines: int = 1,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__("", parent)
        self._whole, self._elide_mode = "", elide
        self._lines = lines
        height = QSizePolicy.Policy.Preferred if lines == 1 else QSizePolicy.Policy.Ignored
        self.setSizePolicy(QSizePolicy.Policy.Ignored, height)

    def show_text(self, text: str) -> None:
        """Replace the text; line breaks become spaces."""
        self._whole = " ".join(text.split())
        self.setToolTip(plain_tip(self._whole))
        self._elide()

    @property
    def whole(self) -> str:
        """The text, also what there is no room for."""
        return self._whole

    @property
    def is_cut(self) -> bool:
        """Whether there was no room for all of it."""
        return " ".join(self.text().split()) != self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        *full, rest = wrapped(self._whole, self.font(), self.width(), self._lines)
        last = self.fontMetrics().elidedText(rest, self._elide_mode, self.width())
        self.setText("\n".join([*full, last]))


class Lamp(QWidget):
    """Green while the engine answers and is heard, yellow if it plays to nobody or the device takes
    nothing, red while it does not answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answering = self.silent = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Connection"))

    def sizeHint(self) -> QSize:
        return QSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        answering = theme.WARN if self.silent else theme.GOOD
        painter.setBrush(QColor(answering if self.answering else theme.BAD))
        painter.drawEllipse(QRectF(1, 1, 8, 8))
        painter.end()


class Header(QWidget):
    """Plugin name and description on the left, activity, device and load on the right.

    `activity_wanted(name)`: a lamp was clicked. `settings_wanted()`: the button at the device.
    """

    activity_wanted = Signal(str)
    settings_wanted = Signal()

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plugin = PlainLabel("", self)
        self.plugin.setObjectName("plugin")
        font = self.plugin.font()
        font.setPointSizeF(font.pointSizeF() * 1.7)
        self.plugin.setFont(font)
        self.description = ElidedLabel(self)
        self.description.setObjectName("dim")
        self.engine = PlainLabel("", self)
        self.engine.setObjectName("dim")
        self.lamp = Lamp(self)
        self.load = LoadMeter(self)
        self.reset = QToolButton(self)
        self.reset.setText(self.tr("clear"))
        self.reset.setToolTip(self.tr("Count underruns from now on"))
        self.reset.setAccessibleName(self.tr("Reset the count of underruns"))
        self.reset.clicked.connect(self.load.reset)
        self.lamps = {name: ActivityLamp(name, self) for name in ("MIDI", "OSC")}
        for name, lamp in self.lamps.items():
            lamp.setToolTip(
                self.tr("Lit while {} arrives; click to show the messages").format(name)
            )
            lamp.clicked.connect(lambda _=False, name=name: self.activity_wanted.emit(name))
        self.settings = QToolButton(self)
        self.settings.setText(self.tr("Settings"))
        self.settings.setShortcut(QKeySequence("Ctrl+,"))
        keys = self.settings.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.settings.setToolTip(self.tr("Settings ({keys})").format(keys=keys))
        self.settings.clicked.connect(self.settings_wanted)
        self._link = link
        self._slot: Slot | None = None

        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self.plugin)
        names.addWidget(self.description)
        device = QHBoxLayout()
        device.setSpacing(8)
        device.addStretch(1)
        device.addWidget(self.lamp)
        device.addWidget(self.engine)
        device.addWidget(self.settings)
        counts = QHBoxLayout()
        counts.setSpacing(12)
        counts.addStretch(1)
        for lamp in self.lamps.values():
            counts.addWidget(lamp)
        counts.addWidget(self.load)
        counts.addWidget(self.reset)
        facts = QVBoxLayout()
        facts.setSpacing(4)
        facts.addLayout(device)
        facts.addLayout(counts)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.addLayout(names, 1)
        layout.addLayout(facts)
        self.show_slot(None)
        self.show_engine(False, {})
        link.moved.connect(lambda: self.show_engine(False, {}))
        link.expected.connect(self._show_expected)

    def _show_expected(self) -> None:
        """An engine that does not answer is being started again, or no more."""
        if not self.lamp.answering:
            self.show_engine(False, {})

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        self.load.advance(now_s)
        for lamp in self.lamps.values():
            lamp.refresh(now_s)

    def show_slot(self, slot: Slot | None) -> None:
        """Name and describe what the current slot holds."""
        self._slot = slot
        if slot is None:
            self.plugin.setText("rtsynth")
            self.description.show_text("")
            return
        self.plugin.setText(slot.title or self.tr("empty slot"))
        rate = ""
        if slot.sample_rate_hz:
            rate = self.tr("{} kHz model").format(f"{slot.sample_rate_hz / 1000:g}")
        plugin = slot.plugin if slot.title != slot.plugin else ""
        parts = [part for part in (plugin, slot.description, rate) if part]
        self.description.show_text("  ·  ".join(parts))

    def show_engine(self, answering: bool, status: dict[str, object]) -> None:
        """Show the device from `/status.reply`, or that nobody answers."""
        self.lamp.answering = answering
        stalled = Status(status).stalled
        absent = bool(status.get("waits_for")) or status.get("device") == "null"
        self.lamp.silent = absent or stalled
        self.lamp.setToolTip(plain_tip(self._link.endpoint))
        self.lamp.update()
        for each in (self.load, self.reset, *self.lamps.values()):
            each.setEnabled(answering)
        parts = [self.tr("No engine at {}").format(self._link.endpoint)]
        if self._link.restarting:
            parts = [self.tr("The engine is restarting…")]
        elif self._link.returns:
            parts = [self.tr("The engine stopped. Starting it again…")]
        if answering:
            device = str(status.get("device") or "engine")
            parts = [self.tr("null device (no sound)") if device == "null" else device]
            if waits_for := status.get("waits_for"):
                text = self.tr("no sound: waiting for {}")
                parts = [text.format(str(waits_for)[:LONGEST_DEVICE])]
            if stalled:
                parts = [self.tr("no sound: {} accepts none").format(device[:LONGEST_DEVICE])]
            rate_hz, block = status.get("rate_hz"), status.get("block_frames")
            if isinstance(rate_hz, int | float):
                parts.append(f"{rate_hz / 1000:g} kHz")
            if isinstance(block, int | float) and block:
                parts.append(self.tr("{} frames").format(f"{block:.0f}"))
            latency_ms = status.get("latency_ms")
            if isinstance(latency_ms, int | float) and 0 < latency_ms < LONGEST_LATENCY_MS:
                parts.append(self.tr("{} latency").format(duration_text(latency_ms)))
        text = "  ·  ".join(parts)
        if text != self.engine.text():
            self.engine.setText(text)
            self.lamp.setAccessibleDescription(text)
