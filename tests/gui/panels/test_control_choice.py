"""Which controls an axis may move."""

import json

import pytest

from rtsynth_gui.link.description import parse_description
from rtsynth_gui.panels.control_choice import ControlChoice, every_group, groups
from tests.gui.peer import mixed, tiered


def test_everything_that_has_something_between_its_ends() -> None:
    found = groups(parse_description(json.dumps(mixed(2))).description)
    assert [group.title for group in found] == [
        "1  clarinet-trumpet", "2  clarinet-trumpet", "Master",
    ]  # fmt: skip
    addresses = [control.address for control in found[1].controls]
    assert "/slot/2/param/pitch" in addresses
    assert "/slot/2/pan" in addresses
    assert not [each for each in addresses if each.endswith(("mute", "solo"))]
    every = every_group(parse_description(json.dumps(mixed(2))).description)
    assert "/slot/2/mute" in [control.address for control in every[1].controls]
    assert [control.address for control in found[2].controls] == ["/master/gain"]


def test_overrides_are_switches() -> None:
    (group,) = groups(parse_description(json.dumps(tiered())).description)
    names = [control.name for control in group.controls]
    assert {"centroid", "centroid.offset", "motion.beta"} <= set(names)
    assert "centroid.take" not in names


@pytest.mark.usefixtures("qt")
def test_a_heading_is_not_chosen() -> None:
    box = ControlChoice()
    box.show_groups(groups(parse_description(json.dumps(mixed())).description))
    picked: list[str] = []
    box.picked.connect(picked.append)
    box.show_choice("/slot/1/param/pitch")
    assert box.currentText() == "1 · Pitch"
    box.activated.emit(0)
    assert picked == [], "a heading"
    box.activated.emit(box.findData("/slot/1/pan"))
    assert picked == ["/slot/1/pan"]
    box.show_choice("/slot/9/gain")
    assert box.currentIndex() == -1
