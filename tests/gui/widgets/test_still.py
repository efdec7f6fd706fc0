"""What stands still is painted again when it has changed, and only then."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.still import Still


class Owner(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.resize(40, 20)
        self.painted: list[str] = []
        self.still = Still(self, self._paint, self._paint_more)
        self.screen = QPixmap(40, 20)

    def _paint(self, painter: QPainter) -> None:
        self.painted.append("first")

    def _paint_more(self, painter: QPainter) -> None:
        self.painted.append("more")
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.red))

    def show_still(self, about: object = None, part: QRectF | None = None) -> list[str]:
        """What had to be painted for it."""
        self.painted.clear()
        painter = QPainter(self.screen)
        self.still.show(painter, about)
        if part is not None:
            self.still.show_part(painter, 1, part)
        painter.end()
        return list(self.painted)


@pytest.fixture
def owner(qt: QApplication) -> Owner:
    return Owner()


def test_it_is_painted_anew_when_it_looks_different(owner: Owner) -> None:
    both = ["first", "more"]
    assert owner.show_still() == both
    assert owner.show_still() == []
    owner.resize(41, 20)
    assert owner.show_still() == both
    owner.setEnabled(False)
    assert owner.show_still() == both
    assert owner.show_still(about=0.5) == both
    assert owner.show_still(about=0.5) == []
    palette = QPalette(owner.palette())
    palette.setColor(QPalette.ColorRole.Text, QColor(Qt.GlobalColor.red))
    owner.setPalette(palette)
    assert owner.show_still(about=0.5) == both


def test_a_part_of_another_picture_lies_over_it(owner: Owner) -> None:
    owner.show_still(part=QRectF(0, 0, 10, 20))
    image = owner.screen.toImage()
    assert image.pixelColor(9, 10) == QColor(Qt.GlobalColor.red)
    assert image.pixelColor(10, 10).name() == theme.BACKGROUND


@pytest.mark.parametrize("top", range(8))
@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_no_line_at_its_edge_stays_unpainted(
    owner: Owner, ratio: float, top: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "devicePixelRatioF", lambda: ratio)
    owner.resize(51, 51)
    screen = QImage(160, 160, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(ratio)
    screen.fill(QColor(theme.BACKGROUND))
    painter = QPainter(screen)
    painter.translate(top, top)
    painter.fillRect(owner.rect(), QColor(Qt.GlobalColor.magenta))
    owner.still.show(painter)
    painter.end()
    colours = {screen.pixel(x, y) for x in range(160) for y in range(160)}
    assert colours == {QColor(theme.BACKGROUND).rgb()}
