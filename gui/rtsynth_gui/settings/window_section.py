"""What belongs to the window alone: its theme, its language, and how large everything is."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from rtsynth_gui.link.worker import KEPT, Worker
from rtsynth_gui.settings.choice import Choice
from rtsynth_gui.settings.kept import (
    SCALES,
    Kept,
    kept_file,
    kept_or_default,
    read_kept,
    write_kept,
)
from rtsynth_gui.settings.language import languages
from rtsynth_gui.widgets import theme

translate = QCoreApplication.translate


def theme_texts() -> dict[str, str]:
    """How each theme is called."""
    translate = QCoreApplication.translate
    return {
        "dark": translate("WindowSection", "Dark"),
        "light": translate("WindowSection", "Light"),
        theme.SYSTEM: translate("WindowSection", "Same as desktop"),
    }


def keep(path: Path, kept: Kept) -> None:
    """Put it in the place of what was kept.

    Raises:
        RtsynthError: the file is damaged, or cannot be written.
    """
    read_kept(path)  # a damaged one is somebody's work: it is left as it is
    write_kept(path, kept)


class WindowSection(QWidget):
    """`said(text)`: what could not be kept. `reopen_wanted()`: in another size or language."""

    said = Signal(str)
    reopen_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept, self.problem = kept_or_default()
        self._keeper = Worker("settings", self, KEPT)
        self._keeper.failed.connect(self.said)
        self.opened_with = self._kept
        self.theme = Choice(self.tr("Theme"), self.tr("Colours of the window"), self)
        self.theme.show_options(list(theme_texts().items()), self._kept.theme)
        self.theme.chosen.connect(self._wear)
        self.scale = Choice(
            self.tr("Size"), self.tr("Scale of everything, on top of the desktop's own"), self
        )
        self.scale.show_options(
            [(str(scale), f"{scale * 100:.0f} %") for scale in SCALES], str(self._kept.scale)
        )
        self.scale.chosen.connect(lambda key: self._for_later(scale=float(key)))
        self.language = Choice(self.tr("Language"), self.tr("Language of the window"), self)
        offered = [(theme.SYSTEM, theme_texts()[theme.SYSTEM])]
        offered += [(code, QLocale(code).nativeLanguageName()) for code in languages()]
        self.language.show_options(offered, self._kept.shown_language)
        self.language.chosen.connect(lambda key: self._for_later(language=key))
        self.reopen = QPushButton(self.tr("Reopen the window"), self)
        self.reopen.setToolTip(self.tr("Applies what is chosen here; the sound continues"))
        self.reopen.clicked.connect(self.reopen_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for each in (self.theme, self.scale, self.language, self.reopen):
            layout.addWidget(each)
        self.reopen.hide()

    @property
    def dismissed(self) -> tuple[str, ...]:
        """Messages that are not to be shown any more."""
        return self._kept.dismissed

    def dismiss(self, key: str) -> None:
        """Show a message no more, on this machine."""
        self._keep(replace(self._kept, dismissed=(*self._kept.dismissed, key)))

    @property
    def keeps_training(self) -> bool:
        """Whether a training goes on when the window is closed."""
        return self._kept.keeps_training

    def keep_training(self, on: bool) -> None:
        """Let trainings go on when the window is closed, on this machine; or not."""
        if on != self._kept.keeps_training:
            self._keep(replace(self._kept, keeps_training=on))

    def chosen(self, name: str) -> str:
        """What a page of the window remembers; "" for nothing."""
        return self._kept.chosen.get(name, "")

    def choose(self, name: str, text: str) -> None:
        """Let a page remember something on this machine."""
        if text != self.chosen(name):
            self._keep(replace(self._kept, chosen={**self._kept.chosen, name: text}))

    def _wear(self, name: str) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply_theme(application, name)
        self._keep(replace(self._kept, theme=name))

    def _for_later(self, **changed: Any) -> None:
        """What the next window begins with."""
        self._keep(replace(self._kept, **changed))
        before, now = self.opened_with, self._kept
        self.reopen.setVisible((before.scale, before.language) != (now.scale, now.language))

    def _keep(self, kept: Kept) -> None:
        self._kept = kept
        path = kept_file()
        self._keeper.do(partial(keep, path, kept), key=str(path))
