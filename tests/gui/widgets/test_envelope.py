"""The drawn envelope: its corners are where the positions say, and handles move these."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.envelope import LINE_WIDTH, MARGIN, REACH, SHARES, EnvelopeCurve
from tests.gui.gestures import LEFT, NO_KEYS, drag

SHAPE = {"attack": 0.25, "decay": 0.25, "sustain": 0.6, "release": 0.64}


@pytest.fixture
def curve(qt: QApplication) -> EnvelopeCurve:
    shown = EnvelopeCurve()
    shown.resize(216, 116)  # 200 x 100 inside of the margins
    shown.show_positions(SHAPE)
    return shown


def test_corners(curve: EnvelopeCurve) -> None:
    corners = curve.corners()
    x = MARGIN
    for name, y in (("attack", 0.0), ("decay", 40.0), ("hold", 40.0), ("release", 100.0)):
        x += SHAPE.get(name, 1.0) ** 0.5 * SHARES[name] * 200
        assert (corners[name].x(), corners[name].y()) == pytest.approx((x, MARGIN + y))


def test_a_corner_without_a_handle_is_round(curve: EnvelopeCurve) -> None:
    curve.show_positions(SHAPE | {"sustain": 1.0, "release": 0.0})
    scale = 16
    picture = QImage(216 * scale, 116 * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    curve.render(picture)
    corner, accent = curve.corners()["hold"], QColor(theme.ACCENT)

    def is_line(out: float) -> bool:
        """Whether the line reaches a point so far out of the corner, across."""
        x, y = (corner.x() + out) * scale, (corner.y() - out) * scale
        return picture.pixelColor(int(x), int(y)) == accent

    # A bevel ends at half of the half width, and a mitre at all of it.
    reached = [is_line(share * LINE_WIDTH / 2) for share in (0.3, 0.6, 0.85)]
    assert reached == [True, True, False]


def pull(curve: EnvelopeCurve, corner: str, across: float, up: float) -> dict[str, float]:
    """Drag a corner; where the stages that were moved end."""
    moved: dict[str, float] = {}
    curve.dragged.connect(moved.__setitem__)
    start = curve.corners()[corner]
    QTest.mousePress(curve, LEFT, NO_KEYS, start.toPoint())
    drag(curve, start.toPoint().x() + across, y=start.toPoint().y() - up)
    QTest.mouseRelease(curve, LEFT, NO_KEYS, start.toPoint())
    curve.dragged.disconnect()
    return moved


def test_handles_move_their_stages(curve: EnvelopeCurve) -> None:
    assert pull(curve, "attack", 14, 30) == {"attack": pytest.approx(0.75**2)}
    assert pull(curve, "decay", -14, 20) == {
        "decay": pytest.approx(0.25**2), "sustain": pytest.approx(0.8)
    }  # fmt: skip
    assert pull(curve, "release", 500, 0) == {"release": 1.0}
    assert curve.positions == {
        "attack": pytest.approx(0.75**2), "decay": pytest.approx(0.25**2),
        "sustain": pytest.approx(0.8), "release": 1.0,
    }  # fmt: skip


def test_a_press_elsewhere_moves_nothing(curve: EnvelopeCurve) -> None:
    grabbed: list[bool] = []
    curve.grabbed.connect(lambda: grabbed.append(True))
    QTest.mousePress(curve, LEFT, NO_KEYS, QPointF(150, 20).toPoint())
    assert grabbed == []
    assert curve.handle_at(QPointF(150, 20)) is None


def test_shift_is_fine_and_a_double_click_asks_for_defaults(curve: EnvelopeCurve) -> None:
    start = curve.corners()["attack"].toPoint()
    QTest.mousePress(curve, LEFT, NO_KEYS, start)
    drag(curve, start.x() + 28, Qt.KeyboardModifier.ShiftModifier, y=start.y())
    QTest.mouseRelease(curve, LEFT, NO_KEYS, start)
    assert curve.positions["attack"] == pytest.approx(0.55**2)
    wanted: list[str] = []
    curve.default_wanted.connect(wanted.append)
    QTest.mouseDClick(curve, LEFT, NO_KEYS, curve.corners()["decay"].toPoint())
    assert wanted == ["decay", "sustain"]


def test_a_short_attack_is_fine_to_drag(curve: EnvelopeCurve) -> None:
    """Its first pixels are milliseconds: of a knob up to 10 s, whose positions are roots."""
    curve.show_positions({"attack": 0.0, "decay": 0.5})
    start = curve.corners()["attack"]
    assert curve.corners()["decay"].x() - start.x() > REACH, "the next handle is not in the way"
    times_ms = []
    for pixels in (1, 4, 8, 8):
        (position,) = pull(curve, "attack", pixels, 0).values()
        times_ms.append(10_000 * position**2)
    assert times_ms[0] < 0.1
    assert times_ms[1] < 1.0
    assert times_ms[2] < 60.0
    assert curve.corners()["attack"].x() == pytest.approx(start.x() + 21, abs=2)  # it is held
