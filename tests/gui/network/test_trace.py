"""A line that scrolls: the newest number is at the right, at its height."""

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from rtsynth_gui.network.trace import HEIGHT, POINTS, SCALE, Trace
from rtsynth_gui.widgets import theme


def warm(image: QImage, x: int) -> list[int]:
    """The rows of a column that are more orange than the ground."""
    return [y for y in range(HEIGHT) if QColor(image.pixel(x, y)).red() > 80]


def test_the_newest_is_at_the_right_at_its_height(qt: QApplication) -> None:
    trace = Trace(0.0, 8.0)
    trace.resize(240, HEIGHT)
    for bits, height in ((8.0, 2), (4.0, HEIGHT // 2), (0.0, HEIGHT - 3)):
        for _ in range(80):
            trace.push(bits)
        assert trace.mean is not None
        assert abs(trace.mean - bits) < 0.01
        rows = warm(trace.grab().toImage(), round(240 - SCALE) - 4)
        assert rows
        assert abs(sum(rows) / len(rows) - height) <= 2
    assert trace.limits == (0.0, 8.0)
    assert QColor(theme.LINE_STRONG).red() < 80 < 160 < QColor(theme.ACCENT).red()


def test_it_is_bounded_and_follows_where_the_numbers_go(qt: QApplication) -> None:
    trace = Trace(None, 0.0)
    assert trace.limits == (-1.0, 0.0)
    for number in range(3 * POINTS):
        trace.push(-number / 100)
    assert len(trace.numbers) == len(trace.means) == POINTS
    assert trace.limits == (-8.0, 0.0)
    for _ in range(POINTS):
        trace.push(1.5)
    assert trace.limits == (1.0, 2.0)
    assert not trace.grab().isNull()
    empty = Trace(0.0, 8.0)
    empty.resize(20, HEIGHT)
    assert empty.mean is None
    assert not empty.grab().isNull()
