"""The window: puts the parts together and, thirty times a second, shows what the engine sent."""

import json
import time
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from rtsynth.control.osc.addresses import slot_address
from rtsynth.plugin.library import plugin_folders
from rtsynth_gui.link.description import Description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.panels.header import Header
from rtsynth_gui.panels.slot_panel import SlotPanel
from rtsynth_gui.panels.transport import Transport, recording_path
from rtsynth_gui.widgets.meters import LevelMeter
from rtsynth_gui.widgets.plain import PlainLabel
from rtsynth_gui.widgets.scope import Scope

FRAME_MS = 33
USUAL_SIZE = QSize(1040, 640)
ASK_AGAIN_MS = 150  # what was asked to be recorded or not is so by then
STATUS_EVERY_S = 1.0
PLUGIN_SUFFIX = ".safetensors"


def plugin_dialog(parent: QWidget) -> QFileDialog:
    """Asks for a plugin file: those that ship, or the user's own where there are any."""
    own, shipped = plugin_folders()
    dialog = QFileDialog(parent, "Open plugin")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(f"rtsynth plugins (*{PLUGIN_SUFFIX})")
    dialog.setDirectory(str(shipped))
    places = [folder for folder in (shipped, own, Path.home(), Path.cwd()) if folder.is_dir()]
    dialog.setSidebarUrls([QUrl.fromLocalFile(str(folder)) for folder in places])
    return dialog


class Tabs(QTabWidget):
    """As high as the page in front wants to be, and not as the highest one."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        page = self.currentWidget()
        if page is not None:
            bar = self.tabBar().sizeHint().height() if self.count() > 1 else 0
            hint.setHeight(page.sizeHint().height() + bar)
        return hint


class Window(QMainWindow):
    """A client of the engine behind `link`. Everything shown comes from the engine.

    It opens as high as what it shows, as far as the screen allows; or with a given `size`.
    """

    def __init__(self, link: EngineLink, size: QSize | None = None) -> None:
        super().__init__()
        self.link = link
        self.description: Description | None = None
        self.panels: dict[int, SlotPanel] = {}
        self._status: dict[str, object] = {}
        self._status_s = float("-inf")
        self.setWindowTitle("rtsynth")
        self.setAcceptDrops(True)
        self._build()
        link.setParent(self)
        link.answering_changed.connect(self._answering_changed)
        self.frame_timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self.frame_timer.timeout.connect(self.draw_frame)
        self._answering_changed(False)
        self._to_be_fitted = size is None
        self.resize(size or USUAL_SIZE)

    def _build(self) -> None:
        self.header = Header(self.link.endpoint, self)
        self.scope = Scope(self)
        self.level = LevelMeter(self)
        self.tabs = Tabs(self)
        self.tabs.setTabBarAutoHide(True)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.currentChanged.connect(self._tab_changed)
        self.transport = Transport(self)
        self.transport.pressed.connect(self._pressed)
        self.waiting = PlainLabel("", self)
        self.waiting.setObjectName("waiting")
        font = self.waiting.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.waiting.setFont(font)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.waiting.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

        picture = QFrame(self)
        picture.setObjectName("well")
        frame = QHBoxLayout(picture)
        frame.setContentsMargins(6, 6, 6, 6)
        frame.addWidget(self.scope)
        sound = QHBoxLayout()
        sound.setSpacing(8)
        sound.addWidget(picture, 1)
        sound.addWidget(self.level)
        playing = QWidget(self)
        column = QVBoxLayout(playing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(sound, 1)
        column.addWidget(self.tabs)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.waiting)
        self._pages.addWidget(playing)
        body = QWidget(self)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.transport)
        self.setCentralWidget(body)

    def start(self) -> None:
        """Begin to talk to the engine and to draw."""
        self.link.start()
        self.frame_timer.start()

    # --- from the engine ---------------------------------------------------------------------

    def draw_frame(self) -> None:
        """One frame: take what arrived, show it."""
        now_s = time.monotonic()
        batch = self.link.take()
        self._take(batch, now_s)
        panel = self.current
        slot = panel.slot.number if panel is not None else 0
        for each in self.panels.values():
            each.refresh(now_s)
        self.level.advance(batch.meters.get(slot), now_s)
        self.header.load.advance(now_s)
        self.scope.push(batch.scope)
        self.scope.draw()
        self.transport.refresh(now_s)
        if self.link.answering and now_s - self._status_s >= STATUS_EVERY_S:
            self._status_s = now_s
            self.link.send("/status")

    def _take(self, batch: Batch, now_s: float) -> None:
        if batch.description is not None and batch.description != self.description:
            self._rebuild(batch.description, batch.values, batch.followed)
        for address, value in batch.values.items():
            for panel in self.panels.values():
                panel.report(address, value)
        for address, value in batch.followed.items():
            for panel in self.panels.values():
                panel.follow(address, value)
        if batch.load is not None:
            self.header.load.report(*batch.load, now_s)
        if batch.status is not None:
            self._take_status(batch.status)
        for failure in batch.failures[-1:]:
            self.transport.say(failure, failure=True)

    def _take_status(self, text: str) -> None:
        try:
            status = json.loads(text)
        except (ValueError, RecursionError):
            return self.transport.say("the engine's status is unreadable", failure=True)
        if not isinstance(status, dict):
            return None
        self._status = status
        self.header.show_engine(self.link.answering, status)
        rate_hz = status.get("rate_hz")
        if isinstance(rate_hz, int | float) and 1000 <= rate_hz <= 1_000_000:
            self.scope.set_rate(float(rate_hz))
        recording = status.get("recording")
        self.transport.show_recording(str(recording) if recording else None)
        return None

    def _rebuild(
        self, description: Description, values: dict[str, float], followed: dict[str, float]
    ) -> None:
        """Another structure: new panels, the same tab in front."""
        current = self.tabs.currentIndex()
        self.description = description
        self.panels.clear()
        old = [self.tabs.widget(index) for index in range(self.tabs.count())]
        self.tabs.clear()
        for page in filter(None, old):
            page.deleteLater()
        for slot in description.slots:
            panel = SlotPanel(slot, values, followed, self.tabs)
            panel.moved.connect(self.link.move)
            panel.note_on.connect(
                lambda note, velocity, n=slot.number: self.link.send(
                    slot_address(n, "note/on"), float(note), float(velocity)
                )
            )
            panel.note_off.connect(
                lambda note, n=slot.number: self.link.send(slot_address(n, "note/off"), float(note))
            )
            self.panels[slot.number] = panel
            self.tabs.addTab(panel, f"{slot.number}  {slot.plugin}")
        self.tabs.setCurrentIndex(min(max(current, 0), self.tabs.count() - 1))
        self._tab_changed()
        self._show_page()
        if self._to_be_fitted and self.panels:
            self._to_be_fitted = False
            QTimer.singleShot(0, self._fit)

    def _fit(self) -> None:
        """As high as what there is to show, within the screen; unless somebody has resized it."""
        if self.size() != USUAL_SIZE or self.isMaximized() or self.isFullScreen():
            return
        free = self.screen().availableGeometry()
        frame = self.frameGeometry().height() - self.height()
        wanted = max(self.sizeHint().height(), USUAL_SIZE.height())
        self.resize(self.width(), min(wanted, free.height() - frame))
        below = self.frameGeometry().bottom() - free.bottom()
        if below > 0:
            self.move(self.x(), max(self.y() - below, free.top()))

    @property
    def current(self) -> SlotPanel | None:
        """The panel in front."""
        widget = self.tabs.currentWidget()
        return widget if isinstance(widget, SlotPanel) else None

    def _tab_changed(self) -> None:
        panel = self.current
        self.tabs.updateGeometry()
        self.header.show_slot(panel.slot if panel is not None else None)
        name = panel.slot.plugin if panel is not None else ""
        self.setWindowTitle(f"{name} – rtsynth" if name else "rtsynth")

    def _answering_changed(self, answering: bool) -> None:
        """Grey out and say so, or come back to life; the window and its values stay."""
        self.header.show_engine(answering, self._status)
        self.tabs.setEnabled(answering)
        self.level.setEnabled(answering)
        self.transport.enable(answering, local=self.link.is_local)
        self.scope.show_live(answering)
        if answering:
            self.transport.rest("")
        else:
            self.header.load.forget()
            self.transport.show_recording(None)
            for panel in self.panels.values():
                if panel.keyboard is not None:
                    panel.keyboard.forget()
            self.transport.rest(f"the engine at {self.link.endpoint} is not answering; waiting")
        self._show_page()

    def _show_page(self) -> None:
        self._pages.setCurrentIndex(1 if self.panels else 0)
        if self.link.answering:
            self.waiting.setText("No plugin is loaded. Open one, or drop its file here.")
        else:
            self.waiting.setText(
                f"Waiting for an engine at {self.link.endpoint}\n"
                "Start one with: rtsynth serve PLUGIN"
            )

    # --- from the performer ------------------------------------------------------------------

    def _pressed(self, name: str) -> None:
        slot = self.current.slot.number if self.current is not None else 1
        match name:
            case "open":
                dialog = plugin_dialog(self)
                if dialog.exec():
                    self._load(dialog.selectedFiles()[0])
            case "restart":
                self.link.send(slot_address(slot, "reset"))
            case "panic":
                self.link.send("/panic")
                for panel in self.panels.values():
                    if panel.keyboard is not None:
                        panel.keyboard.forget()
            case "record":
                self._record(start=self.transport.buttons["record"].isChecked())

    def _record(self, *, start: bool) -> None:
        path = recording_path() if start else None
        if path is not None:
            self.link.send("/record/start", path)
        else:
            self.link.send("/record/stop")
            self.transport.say(f"recorded {self._status.get('recording') or ''}".strip())
        # The button shows at once what was asked for, and soon what the engine says it does.
        self.transport.show_recording(path)
        self._status_s = time.monotonic()
        QTimer.singleShot(ASK_AGAIN_MS, self, lambda: self.link.send("/status"))

    def _load(self, path: str) -> None:
        slot = self.current.slot.number if self.current is not None else 1
        self.transport.say(f"loading {Path(path).name}")
        self.link.send(slot_address(slot, "load"), path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self._load(path)

    def _dropped_path(self, event: QDropEvent) -> str | None:
        for url in event.mimeData().urls():
            if self.transport.buttons["open"].isEnabled() and url.toLocalFile().endswith(
                PLUGIN_SUFFIX
            ):
                return url.toLocalFile()
        return None

    def closeEvent(self, event: QCloseEvent) -> None:
        self.frame_timer.stop()
        self.link.close()
        super().closeEvent(event)
