"""The button of the folders of the library: one more, or one fewer."""

from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from rtsynth_gui.browser.library import Library
from rtsynth_gui.link.folders import LIBRARY
from rtsynth_gui.widgets.file_dialog import FileDialog


class FoldersButton(QPushButton):
    """Opens a menu of the folders that were added."""

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self.setText(self.tr("Folders"))
        self.setToolTip(self.tr("Folders of plugins and presets; you can also drop them here"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)

    def fill(self) -> QMenu:
        """What can be done with the folders there are."""
        self._menu.clear()
        self._menu.addAction(self.tr("Add folder…")).triggered.connect(self._choose)
        for folder in self._library.folders:
            text = self.tr("Remove {folder}").format(folder=folder.replace("&", "&&"))
            action = self._menu.addAction(text)
            action.triggered.connect(
                lambda _checked=False, folder=folder: self._library.remove(folder)
            )
        return self._menu

    def _choose(self) -> None:
        title = self.tr("Add a folder of plugins and presets")
        dialog = FileDialog(self, title, LIBRARY)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if dialog.exec():
            self._library.take_in(dialog.selectedFiles()[0])
