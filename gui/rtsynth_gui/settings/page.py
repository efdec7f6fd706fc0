"""The page of settings."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.settings.engine_section import EngineSection
from rtsynth_gui.settings.window_section import WindowSection
from rtsynth_gui.widgets.plain import PlainLabel


class SettingsPage(QWidget):
    """Sections one below the other. `said(text, failure)`: a line for the performer."""

    said = Signal(str, bool)

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.window_section = WindowSection(self)
        self.window_section.said.connect(lambda text: self.said.emit(text, True))
        self.engine_section = EngineSection(link, self)
        self.engine_section.said.connect(self.said)
        self._link = link
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(10)
        self._add(self.tr("Window"), self.window_section)
        self._add(self.tr("Engine"), self.engine_section)
        self._column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setFocusProxy(self.window_section.theme.menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def _add(self, title: str, section: QWidget) -> None:
        caption = PlainLabel(title, self)
        caption.setObjectName("caption")
        self._column.addWidget(caption)
        self._column.addWidget(section)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._link.answering:
            self.engine_section.ask()
