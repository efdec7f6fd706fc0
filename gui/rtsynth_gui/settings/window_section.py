"""What belongs to the window alone: its theme, and how large everything is."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from rtsynth.common.errors import RtsynthError
from rtsynth_gui.settings.choice import Choice
from rtsynth_gui.settings.kept import SCALES, Kept, kept_file, kept_or_default, write_kept
from rtsynth_gui.widgets import theme

translate = QCoreApplication.translate


def theme_texts() -> dict[str, str]:
    """How each theme is called."""
    translate = QCoreApplication.translate
    return {
        "dark": translate("WindowSection", "Dark"),
        "light": translate("WindowSection", "Light"),
        theme.SYSTEM: translate("WindowSection", "As the desktop"),
    }


class WindowSection(QWidget):
    """`said(text)`: what could not be kept. `reopen_wanted()`: in another size."""

    said = Signal(str)
    reopen_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept, self.problem = kept_or_default()
        self.opened_at = self._kept.scale
        self.theme = Choice(self.tr("Theme"), self.tr("Colours of the window"), self)
        self.theme.show_options(list(theme_texts().items()), self._kept.theme)
        self.theme.chosen.connect(self._wear)
        self.scale = Choice(
            self.tr("Size"), self.tr("How large everything is, on top of the desktop's"), self
        )
        self.scale.show_options(
            [(str(scale), f"{scale * 100:.0f} %") for scale in SCALES], str(self._kept.scale)
        )
        self.scale.chosen.connect(lambda key: self._resize(float(key)))
        self.reopen = QPushButton(self.tr("Reopen the window"), self)
        self.reopen.setToolTip(self.tr("In the other size; the sound goes on"))
        self.reopen.clicked.connect(self.reopen_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for each in (self.theme, self.scale, self.reopen):
            layout.addWidget(each)
        self.reopen.hide()

    def _wear(self, name: str) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.wear(application, name)
        self._keep(Kept(name, self._kept.scale))

    def _resize(self, scale: float) -> None:
        self.reopen.setVisible(scale != self.opened_at)
        self._keep(Kept(self._kept.theme, scale))

    def _keep(self, kept: Kept) -> None:
        self._kept = kept
        try:
            write_kept(kept_file(), kept)
        except RtsynthError as error:
            self.said.emit(str(error))
