"""The panel on the right: one page at a time, or nothing."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from rtsynth_gui.widgets.plain import PlainLabel
from rtsynth_gui.widgets.text_size import with_text

WIDTH = 272
# Names of pages, whose titles are translated.
NAMES = (
    QT_TRANSLATE_NOOP("SidePanel", "Browser"),
    QT_TRANSLATE_NOOP("SidePanel", "Presets"),
    QT_TRANSLATE_NOOP("SidePanel", "States"),
    QT_TRANSLATE_NOOP("SidePanel", "Takes"),
    QT_TRANSLATE_NOOP("SidePanel", "XY pad"),
    QT_TRANSLATE_NOOP("SidePanel", "Network"),
    QT_TRANSLATE_NOOP("SidePanel", "Train"),
    QT_TRANSLATE_NOOP("SidePanel", "Activity"),
    QT_TRANSLATE_NOOP("SidePanel", "Mapping"),
    QT_TRANSLATE_NOOP("SidePanel", "Settings"),
)


def page_title(name: str) -> str:
    """What a page is called in the language of the window."""
    return QCoreApplication.translate("SidePanel", name)


class SidePanel(QFrame):
    """`turned(name)`: that page is shown now; "" for none."""

    turned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setFixedWidth(with_text(WIDTH, self))
        self.pages: dict[str, QWidget] = {}
        self.page = ""
        self._title = PlainLabel("", self)
        self._title.setObjectName("caption")
        self._stack = QStackedWidget(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._stack, 1)
        self.hide()

    def add(self, name: str, page: QWidget) -> None:
        """One more page; it is not shown yet."""
        self.pages[name] = page
        page.setAccessibleName(page_title(name))
        for area in page.findChildren(QScrollArea):
            area.setAccessibleName(page_title(name))
        self._stack.addWidget(page)

    def toggle(self, name: str) -> None:
        """Show a page, or hide it where it is shown."""
        self.turn_to("" if self.page == name else name)

    def turn_to(self, name: str) -> None:
        """Show a page; "" hides the panel."""
        self.page = name
        if name:
            self._title.setText(page_title(name))
            self._stack.setCurrentWidget(self.pages[name])
        self.setVisible(bool(name))
        self.turned.emit(name)
