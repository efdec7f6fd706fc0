"""The strips scroll where there is no room; what follows them is always there."""

from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from rtsynth_gui.rack.strips_area import StripsArea


def shown(count: int) -> tuple[QWidget, StripsArea, QLabel]:
    """Some strips of 100 pixels in 500, and what follows them."""
    window, content, after = QWidget(), QWidget(), QLabel("after")
    strips = QVBoxLayout(content)
    strips.setContentsMargins(0, 0, 0, 0)
    strips.setSpacing(0)
    for _ in range(count):
        strip = QWidget()
        strip.setFixedHeight(100)
        strips.addWidget(strip)
    area = StripsArea(content, window)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(area, 1)
    layout.addWidget(after)
    layout.addStretch()
    window.resize(200, 500)
    window.show()
    QApplication.processEvents()
    return window, area, after


def test_a_few_are_followed_at_once(qt: QApplication) -> None:
    _window, area, after = shown(2)
    assert (area.height(), after.y()) == (200, 200)
    assert area.verticalScrollBar().maximum() == 0


def test_many_scroll_and_what_follows_stays(qt: QApplication) -> None:
    window, area, after = shown(8)
    assert after.geometry().bottom() < window.height()
    assert area.verticalScrollBar().maximum() == 800 - area.height()


def test_it_grows_with_what_is_added(qt: QApplication) -> None:
    _window, area, after = shown(2)
    content = area.widget()
    assert content is not None
    more = QWidget()
    more.setFixedHeight(100)
    layout = content.layout()
    assert layout is not None
    layout.addWidget(more)
    for _ in range(3):
        QApplication.processEvents()
    assert (area.height(), after.y()) == (300, 300)
