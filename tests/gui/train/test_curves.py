"""What the curves show."""

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from rtsynth_gui.train.curves import SMALLEST_SPAN, Curves
from rtsynth_gui.train.progress import Curve
from rtsynth_gui.widgets import theme


def curve(*losses: float) -> Curve:
    return Curve([(float(step), loss) for step, loss in enumerate(losses, 1)])


def near(curves: Curves, name: str) -> int:
    """Pixels of about that colour."""
    wanted, image = QColor(name), curves.grab().toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(
        abs(p.red() - wanted.red()) + abs(p.green() - wanted.green())
        + abs(p.blue() - wanted.blue()) < 60
        for p in pixels
    )  # fmt: skip


def test_both_curves_are_drawn(qt: QApplication) -> None:
    curves = Curves()
    curves.resize(240, 130)
    assert curves.span() == (0.0, 1.0)
    assert near(curves, theme.ACCENT) == 0
    curves.show_curves(curve(4, 3, 2.5), curve(3.5, 3), "bits")
    assert near(curves, theme.ACCENT) > 50
    assert near(curves, theme.FOLLOW) > 10
    assert "2.500 bits" in curves.accessibleDescription()
    assert "3.000 held out" in curves.accessibleDescription()


def test_the_scale_fits_what_there_is(qt: QApplication) -> None:
    curves = Curves()
    curves.show_curves(curve(9, *[2 + n / 100 for n in range(99)]), curve(), "bits")
    low, high = curves.span()
    assert (low, round(high, 2)) == (2.01, 2.98)  # without the first two
    curves.show_curves(curve(2, 2, 2), curve(), "bits")
    low, high = curves.span()
    assert high - low > 0.99 * SMALLEST_SPAN
    curves.show_curves(curve(2), curve(), "bits")
    curves.grab()
