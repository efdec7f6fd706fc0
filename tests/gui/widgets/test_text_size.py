"""What is as wide as its text needs."""

from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.panels.side import WIDTH, SidePanel
from rtsynth_gui.rack.rack import Rack
from rtsynth_gui.widgets.text_size import USUAL_PX, with_text


def test_larger_text_makes_it_wider(qt: QApplication) -> None:
    widget = QWidget()
    for size_px, wide in ((USUAL_PX, 200), (3 * USUAL_PX // 2, 300), (USUAL_PX // 2, 200)):
        font = widget.font()
        font.setPixelSize(size_px)
        widget.setFont(font)
        assert with_text(200, widget) == wide


def test_the_panels_at_the_sides_do(qt: QApplication) -> None:
    before = qt.font()
    usual = SidePanel().width(), Rack().width()
    large = qt.font()
    large.setPointSizeF(1.5 * large.pointSizeF())
    qt.setFont(large)
    try:
        assert SidePanel().width() >= 1.4 * WIDTH
        assert Rack().width() > usual[1]
    finally:
        qt.setFont(before)
    assert (SidePanel().width(), Rack().width()) == usual
