"""Knows what is wrong at any time, and keeps the banner; opens the window again."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.status import Status
from rtsynth_gui.settings.banner import Banner
from rtsynth_gui.settings.page import SettingsPage
from rtsynth_gui.settings.trouble import FOR_GOOD, SETTINGS, SILENT, Situation, find_trouble

PATIENCE_MS = 1500  # an engine that is there answers sooner
START_MS = 300_000  # for one that is started again on purpose: it may have to compile


class TroubleWatch(QObject):
    """`settings_wanted()`: the button of the banner. `reopens`: once this window is closed, a new
    one is to take its place."""

    settings_wanted = Signal()

    def __init__(self, link: EngineLink, settings: SettingsPage, parent: QWidget) -> None:
        super().__init__(parent)
        self.reopens = False
        self._link, self._engine = link, settings.engine_section
        self._kept = settings.window_section
        self._status, self._version = Status(), ""
        self._answered = False
        self.banner = Banner(parent)
        self.banner.pressed.connect(self._press)
        self.banner.hidden.connect(self._dismiss)
        settings.window_section.reopen_wanted.connect(self._reopen)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._look)
        self._start = QTimer(self, singleShot=True, interval=START_MS)
        self._start.timeout.connect(self._give_up)
        self._engine.began.connect(self._start.start)
        self._engine.learned.connect(lambda _offered: self._look())
        self._patience.start()

    def know(self, status: Status, version: str) -> None:
        """What the engine says of itself."""
        self._status, self._version = status, version
        self._look()

    def show_answering(self, answering: bool) -> None:
        """It began or ceased to answer."""
        self._answered = self._answered or answering
        self._engine.show_answering(answering)
        if not answering:
            self._status = Status()
            self._patience.start()  # it may be back soon
        else:
            self._patience.stop()
            self._start.stop()
            self._look()

    def _give_up(self) -> None:
        """It should have been back by now."""
        self._engine.give_up()
        self._look()

    def _look(self) -> None:
        link = self._link
        now = Situation(
            link.answering,
            self._answered,
            link.restarting,
            self._engine.supervised,
            link.is_local,
            link.endpoint,
            self._status,
            self._engine.offered,
            self._version,
            self._kept.dismissed,
            link.returns,
        )
        self.banner.show_trouble(find_trouble(now))

    def _reopen(self) -> None:
        self.reopens = True
        QApplication.closeAllWindows()

    def _dismiss(self, key: str) -> None:
        if key in FOR_GOOD:
            self._kept.dismiss(key)

    def _press(self, action: str) -> None:
        if action == SETTINGS:
            self.settings_wanted.emit()
        elif action == SILENT:
            self._engine.play_on_null()
