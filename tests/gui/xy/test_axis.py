"""An axis follows what the engine reports, a generated parameter's override included."""

import json
import time

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.link.description import parse_description
from rtsynth_gui.xy.axis import MODULATED_S, Axis
from tests.gui.peer import control, description, tiered


@pytest.fixture
def parent(qt: QApplication) -> QWidget:
    return QWidget()


def axis_of(described: dict[str, object], name: str, parent: QWidget) -> Axis:
    parsed = parse_description(json.dumps(described))
    (slot,) = parsed.description.slots
    control = next(c for c in slot.every_control if c.name == name)
    return Axis(control, parsed.values, parsed.followed, parent)


def test_it_shows_what_the_engine_reports(parent: QWidget) -> None:
    axis = axis_of(description(), "pitch", parent)
    assert (axis.position, axis.text) == (pytest.approx(5 / 12), "69.00 A4")
    axis.report("/slot/1/param/pitch", 76.0)
    axis.report("/slot/1/param/amplitude", 0.0)
    axis.refresh(time.monotonic())
    assert (axis.position, axis.text) == (1.0, "76.00 E5")


def test_where_modulation_moves_it_ends_with_the_reports(parent: QWidget) -> None:
    axis, now_s = axis_of(description(), "pitch", parent), time.monotonic()
    axis.modulate(70.0, now_s)
    axis.refresh(now_s)
    assert axis.modulated == pytest.approx(0.5)
    axis.refresh(now_s + MODULATED_S + 0.01)
    assert axis.modulated is None


def test_a_generated_parameter_follows_its_tier_until_it_is_overridden(parent: QWidget) -> None:
    axis, address = axis_of(tiered(), "rmse", parent), "/slot/1/param/rmse"
    axis.follow(0.5)
    assert axis.position == 1.0
    axis.put(address, 0.125)
    assert axis.position == 0.25
    axis.put(f"{address}/take", 0.0)
    assert axis.position == 1.0


def test_keys_reach_what_is_between_two_classes(parent: QWidget) -> None:
    described = description()
    described["slots"][0]["parameters"].append(control("kind", 0.0, 1.0, 0.0, role="class"))
    axis = axis_of(described, "kind", parent)
    axis.nudge(1, fine=False)
    assert axis.view.value == pytest.approx(0.1)
    axis.nudge(-1, fine=True)
    assert axis.view.value == pytest.approx(0.09)


def test_two_axes_begin_and_end_below_each_other(parent: QWidget) -> None:
    both = [axis_of(description(), name, parent) for name in ("pitch", "amplitude")]
    number, unit = (max(axis.widths[part] for axis in both) for part in (0, 1))
    places = set()
    for axis in both:
        axis.align(number, unit, behind=False)
        axis.box.resize(300, axis.box.sizeHint().height())
        axis.box.show()
        axis.box.layout().activate()
        places.add((axis.view.slider.geometry().left(), axis.view.slider.geometry().right()))
    assert len(places) == 1
