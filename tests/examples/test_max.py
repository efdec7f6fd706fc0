"""The patch for Max: its cords join what is there, and the engine takes all that it sends."""

import json
from collections import defaultdict
from typing import Any

import pytest

from rtsynth.control.osc import notify
from rtsynth.control.osc.packet import Argument
from tests.examples.stage import EXAMPLES, START, Stage

PATCH = EXAMPLES / "max" / "rtsynth.maxpat"
# What is on the patch: inlets and outlets as Max's reference has them.
SHAPES = {
    "comment": (1, 0), "flonum": (1, 2), "kslider": (2, 2), "live.dial": (1, 2), "message": (2, 1),
    "toggle": (1, 1),
    "/": (2, 1), "makenote": (3, 2), "metro": (2, 1), "pack 0 0.": (2, 1), "prepend": (1, 1),
    "print": (1, 0), "route 1": (2, 2), "route /slot/1/param/pitch /meter /fail": (4, 4),
    "sel 0": (2, 2), "udpreceive": (1, 1), "udpsend": (1, 0), "unpack 0. 0.": (1, 2),
}  # fmt: skip
Box = dict[str, Any]


@pytest.fixture(scope="module")
def patcher() -> dict[str, Any]:
    return json.loads(PATCH.read_text())["patcher"]


@pytest.fixture(scope="module")
def boxes(patcher: dict[str, Any]) -> dict[str, Box]:
    found = {each["box"]["id"]: each["box"] for each in patcher["boxes"]}
    assert len(found) == len(patcher["boxes"])
    return found


def ends(patcher: dict[str, Any]) -> list[tuple[list[Any], list[Any]]]:
    lines = [each["patchline"] for each in patcher["lines"]]
    return [(line["source"], line["destination"]) for line in lines]


def shape(box: Box) -> tuple[int, int]:
    if box["maxclass"] != "newobj":
        return SHAPES[box["maxclass"]]
    return SHAPES.get(box["text"]) or SHAPES[box["text"].split()[0]]


def test_every_box_is_an_object_of_max(boxes: dict[str, Box]) -> None:
    for box in boxes.values():
        assert (box["numinlets"], box["numoutlets"]) == shape(box), box
        assert len(box.get("outlettype", [])) == box["numoutlets"]


def test_every_cord_joins_an_outlet_and_an_inlet(
    patcher: dict[str, Any], boxes: dict[str, Box]
) -> None:
    joined = set()
    for (source, outlet), (destination, inlet) in ends(patcher):
        assert 0 <= outlet < boxes[source]["numoutlets"]
        assert 0 <= inlet < boxes[destination]["numinlets"]
        joined |= {source, destination}
    loose = [box for name, box in boxes.items() if name not in joined]
    assert {box["maxclass"] for box in loose} == {"comment"}


def test_nothing_lies_on_anything(boxes: dict[str, Box]) -> None:
    rectangles = [box["patching_rect"] for box in boxes.values()]
    for number, (x, y, width, height) in enumerate(rectangles):
        for left, top, wide, high in rectangles[:number]:
            apart = x >= left + wide or left >= x + width or y >= top + high or top >= y + height
            assert apart, (x, y, left, top)


def values(text: str) -> tuple[str, tuple[Argument, ...]]:
    """The address and the arguments of what a message box says."""
    address, *words = text.split()
    numbers = (int(word) if word.isdecimal() else word for word in words)
    return address, tuple(numbers)


def sent(patcher: dict[str, Any], boxes: dict[str, Box]) -> list[tuple[str, tuple[Argument, ...]]]:
    """All that arrives at udpsend; of a dial its ends."""
    sources = defaultdict(list)
    for (source, _), (destination, _) in ends(patcher):
        sources[destination].append(boxes[source])
    (udp,) = (name for name, box in boxes.items() if box.get("text") == "udpsend 127.0.0.1 9000")
    found: list[tuple[str, tuple[Argument, ...]]] = []
    for box in sources[udp]:
        if box["maxclass"] == "message":
            found.append(values(box["text"]))
            continue
        word, address = box["text"].split()
        assert word == "prepend"
        for before in sources[box["id"]]:
            if before["maxclass"] == "live.dial":
                limits = before["saved_attribute_attributes"]["valueof"]
                for end in ("parameter_mmin", "parameter_mmax"):
                    found.append((address, (limits[end],)))
            else:
                assert before["text"] == "pack 0 0."
                found.append((address, (69, 0.8)))
    return found


@pytest.mark.system
def test_the_engine_takes_what_it_sends(
    patcher: dict[str, Any], boxes: dict[str, Box], stage: Stage
) -> None:
    messages = sent(patcher, boxes)
    assert len(messages) == 17
    assert stage.refusals(messages) == []


def test_what_it_waits_for_is_sent(boxes: dict[str, Box]) -> None:
    (route,) = (
        box["text"].split()[1:]
        for box in boxes.values()
        if box.get("text", "").startswith("route /")
    )
    assert route
    for address in route:
        assert f"\n{address} " in str(notify.__doc__)


def test_it_says_how_to_start(boxes: dict[str, Box]) -> None:
    assert any(START in box.get("text", "") for box in boxes.values())
