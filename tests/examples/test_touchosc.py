"""The layout for TouchOSC: it is what its script writes, and the engine takes all that it sends."""

import re
import subprocess
import sys
import zlib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rtsynth.control.osc.packet import Argument
from tests.examples.stage import EXAMPLES, START, Stage

FOLDER = EXAMPLES / "touchosc"
CONVERSIONS = {"INTEGER": int, "FLOAT": float, "STRING": str}
Node = ElementTree.Element


@pytest.fixture(scope="module")
def root() -> Node:
    document = ElementTree.fromstring(zlib.decompress((FOLDER / "rtsynth.tosc").read_bytes()))
    assert (document.tag, document.attrib) == ("lexml", {"version": "3"})
    (root,) = document
    return root


def text(node: Node, path: str) -> str:
    found = node.find(path)
    assert found is not None
    return found.text or ""


def prop(node: Node, key: str) -> Node:
    found = next(each for each in node.iter("property") if each.findtext("key") == key)
    value = found.find("value")
    assert value is not None
    return value


def nodes(root: Node) -> list[Node]:
    return list(root.find("children") or [])


@pytest.mark.system
def test_it_is_what_the_script_writes(tmp_path: Path) -> None:
    written = tmp_path / "again.tosc"
    subprocess.run([sys.executable, FOLDER / "layout.py", written], check=True, timeout=60)
    kept = (FOLDER / "rtsynth.tosc").read_bytes()
    assert zlib.decompress(written.read_bytes()) == zlib.decompress(kept)


def test_controls_lie_beside_each_other_on_the_page(root: Node) -> None:
    def frame(node: Node) -> list[int]:
        return [int(part.text or "") for part in prop(node, "frame")]

    _, _, width, height = frame(root)
    frames = [frame(node) for node in nodes(root)]
    assert len(frames) > 30
    for number, (x, y, w, h) in enumerate(frames):
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
        for left, top, wide, high in frames[:number]:
            assert x >= left + wide or left >= x + w or y >= top + high or top >= y + h
    assert len({node.get("ID") for node in root.iter("node")}) == len(frames) + 1


def arguments(message: Node, end: str) -> tuple[Argument, ...]:
    """Of a message, when the control is at one end (scaleMin or scaleMax)."""
    found = []
    for partial in message.findall("arguments/partial"):
        is_value = text(partial, "type") == "VALUE"
        word = text(partial, end if is_value else "value")
        found.append(CONVERSIONS[text(partial, "conversion")](word))
    return tuple(found)


def sent(root: Node) -> list[tuple[str, tuple[Argument, ...]]]:
    return [
        (text(message, "path/partial/value"), arguments(message, end))
        for message in root.iter("osc")
        for end in ("scaleMin", "scaleMax")
    ]


@pytest.mark.system
def test_the_engine_takes_what_it_sends(root: Node, stage: Stage) -> None:
    for preset in "ab":
        stage.client.ask("/slot/1/preset/save", preset, reply="/done")
    messages = sent(root)
    assert len(messages) == 2 * (8 + 6 + 2 + 5 + 1)
    assert stage.refusals(messages) == []


def test_a_value_moves_the_variable_that_sends_it(root: Node) -> None:
    for node in nodes(root):
        known = {
            text(value, "key") for value in node.iter("value") if value.find("key") is not None
        }
        for message in node.iter("osc"):
            assert text(message, "triggers/trigger/var") in known
            for partial in message.findall("arguments/partial"):
                assert text(partial, "type") != "VALUE" or text(partial, "value") in known


@pytest.mark.system
def test_the_engine_takes_what_the_script_asks(root: Node, stage: Stage) -> None:
    script = prop(root, "script").text or ""
    (address,) = re.findall(r"sendOSC\(\{ '([^']+)'", script)
    words = re.findall(r"value = '?(\w+)'?", script)
    asked = [int(word) if word.isdecimal() else word for word in words]
    assert (address, asked) == ("/notify", [1, 9100, "values"])
    assert stage.refusals([(address, tuple(asked))]) == []
    assert "receive port 9100" in (FOLDER / "layout.py").read_text()


def test_it_says_how_to_start() -> None:
    assert START in (FOLDER / "layout.py").read_text().split('"""')[1]
