"""What is drawn where: the cross-hairs at the point, colours seen through."""

import pytest
from PySide6.QtGui import QColor

from rtsynth_gui.widgets import theme
from rtsynth_gui.xy.drawing import GAP, beside, faded
from rtsynth_gui.xy.pad import Look, XYPad


def test_a_faded_colour_is_the_same_one() -> None:
    colour = faded("#204060", 1.5)
    assert (colour.name(), colour.alphaF()) == ("#204060", 1.0)
    assert faded("#204060", -1).alpha() == 0


@pytest.mark.usefixtures("qt")
def test_the_point_is_where_it_says() -> None:
    pad = XYPad()
    pad.resize(226, 226)
    for point in ((0.25, 0.75), (0.9, 0.1)):
        pad.show_point(point)
        at = pad.place(point).toPoint()
        picture = pad.grab().toImage()
        scale = picture.devicePixelRatio()
        middle = picture.pixelColor(round(at.x() * scale), round(at.y() * scale))
        assert middle == QColor(theme.HANDLE)
    pad.show_look(Look(hint="Choose"))
    assert pad.grab().toImage().pixelColor(round(at.x() * scale), round(at.y() * scale)) != middle


@pytest.mark.usefixtures("qt")
def test_no_cross_hair_runs_through_the_shares() -> None:
    pad = XYPad()
    pad.resize(226, 226)
    pad.show_look(Look(corners=("bright", "soft", "thin", "low")))
    pad.show_point((0.05, 0.5))
    picture = pad.grab().toImage()
    scale = picture.devicePixelRatio()
    x, y = pad.place((0.05, 0.0)).x(), pad.box().top()

    def lightest(top: float, bottom: float) -> int:
        rows = range(round(top * scale), round(bottom * scale))
        return max(picture.pixelColor(round(x * scale), row).red() for row in rows)

    assert lightest(y + 60, y + 70) > QColor(theme.WELL).red() + 60, "the hair is there"
    pad.show_look(Look(corners=(" ", " ", " ", " ")))
    picture = pad.grab().toImage()
    assert lightest(y + 4, y + 10) < lightest(y + 60, y + 70)


@pytest.mark.usefixtures("qt")
def test_two_long_names_have_room_beside_each_other() -> None:
    pad = XYPad()
    pad.resize(226, 226)
    metrics, width = pad.fontMetrics(), pad.box().width()
    assert beside(metrics, "bright", width) == "bright"
    long = ("a preset with a long name 1", "a preset with a long name 2")
    shown = [beside(metrics, name, width) for name in long]
    assert sum(map(metrics.horizontalAdvance, shown)) < width - 2 * GAP
    assert shown[0].endswith("1")  # by what it differs from the other
    assert shown[1].endswith("2")


@pytest.mark.usefixtures("qt")
def test_no_line_of_the_grid_runs_through_a_hint() -> None:
    pad = XYPad()
    pad.resize(226, 226)

    def middle() -> int:
        """The line in the middle, below the first letter of the hint."""
        picture = pad.grab().toImage()
        scale = picture.devicePixelRatio()
        at = pad.place((0.5, 0.5)).toPoint()
        return picture.pixelColor(round(at.x() * scale), round((at.y() + 6) * scale)).red()

    pad.show_look(Look(hint="."))
    covered = middle()
    pad.show_look(Look(titles=("", ""), hint=""))
    pad.show_point((0.0, 0.0))
    assert covered < middle()
