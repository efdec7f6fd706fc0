"""Mouse and keyboard of a walk: they go through the window, as a performer's do."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QScrollArea,
    QWidget,
)

from rtsynth_gui.window import Window
from tests.gui.walk_targets import lines_of, menu_below, place_of, way_to

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
PATIENCE_S = 20.0  # for what has to happen


class Hands:
    """On `window`, which is shown. `dialogs`: the titles of those that were opened and left."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.dialogs: list[str] = []
        handle = window.windowHandle()
        assert handle is not None
        self.handle: QWindow = handle

    def spin(self, condition: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
        """Run the event loop until a condition holds; whether it did in time."""
        end_s = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end_s:
                return False
            QApplication.processEvents()
            time.sleep(0.001)
        return True

    def reach(self, widget: QWidget, point: QPoint) -> QPoint:
        """Where the mouse has to go; scrolls there as a hand would."""
        above = widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget, 4, 4)
            above = above.parentWidget()
        QApplication.processEvents()
        at = widget.mapTo(self.window, point)
        under = self.window.childAt(at)
        assert under is not None, f"out of the window: {place_of(widget)}"
        assert under is widget or widget.isAncestorOf(under), (
            f"{place_of(widget)} is covered by {place_of(under)}"
        )
        return at

    def click(self, widget: QWidget, point: QPoint | None = None) -> QPoint:
        """A left click; returns where."""
        at = self.reach(widget, point if point is not None else widget.rect().center())
        QTest.mouseClick(self.handle, LEFT, NO_KEYS, at)
        return at

    def drag(self, start: QPoint, by: QPoint) -> None:
        """With the left button down, in two moves."""
        QTest.mousePress(self.handle, LEFT, NO_KEYS, start)
        for share in (2, 1):
            QTest.mouseMove(self.handle, start + by / share)
        QTest.mouseRelease(self.handle, LEFT, NO_KEYS, start + by)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.keyClick(self.handle, key, held)

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self.handle, letter)

    def replace(self, line: QWidget, text: str) -> None:
        """Type another text into a line, and Enter."""
        self.click(line)
        self.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.type(text)
        self.key(Qt.Key.Key_Return)

    @contextmanager
    def answered(self, part: int = 0, chosen: Path | None = None) -> Iterator[list[str]]:
        """The dialogs that open meanwhile, which are left, or given the chosen file; of a menu
        that line is chosen."""
        opened: list[str] = []
        lines: list[QAction] = []  # the one of the menu that was opened first

        def answer() -> None:
            timer.stop()  # events are handled meanwhile
            try:
                give_answer()
            finally:  # what it raises fails the test, and nothing waits for an answer for ever
                timer.start()

        def give_answer() -> None:
            popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
            if isinstance(popup, QMenu):
                lines[:] = lines or [lines_of(popup)[part]]
                menu, step = popup, way_to(lines[0], popup)
                while (below := menu_below(step)) is not None and below.isVisible():
                    menu, step = below, way_to(lines[0], below)  # X may not call it active yet
                menu.setActiveAction(step)
                QTest.keyClick(menu, Qt.Key.Key_Return)
                if step is lines[0] and popup.isVisible():
                    # Qt hides menus from the active one on, which under X may not be the innermost.
                    menu.close()
                    popup.close()
            elif popup is not None:
                QTest.keyClick(popup, Qt.Key.Key_Escape)
            elif isinstance(modal, QDialog):
                opened.append(modal.windowTitle() or type(modal).__name__)
                self.dialogs.append(opened[-1])
                if isinstance(modal, QFileDialog) and chosen is not None:
                    self.choose(modal, chosen)
                else:
                    modal.reject()

        timer = QTimer(interval=15)
        timer.timeout.connect(answer)
        timer.start()
        try:
            yield opened
        finally:
            timer.stop()
            assert QApplication.activePopupWidget() is None, "a menu is left open"

    def choose(self, dialog: QFileDialog, path: Path) -> None:
        """What a performer types in a dialog that asks for a file, or for a folder."""
        folder = dialog.fileMode() is QFileDialog.FileMode.Directory
        place = path if folder or path.is_file() else next(path.iterdir())
        line, buttons = dialog.findChild(QLineEdit), dialog.findChild(QDialogButtonBox)
        assert line is not None
        assert buttons is not None
        line.setText(str(place))
        (accept,) = (
            each
            for each in buttons.buttons()
            if buttons.buttonRole(each) is QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.spin(accept.isEnabled)  # its folder is read first
        QTest.mouseClick(accept, LEFT)
        if dialog.isVisible():
            dialog.reject()
            raise AssertionError(f"{place} cannot be chosen")
