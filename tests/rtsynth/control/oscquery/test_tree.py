"""The tree of every shipped plugin, against /describe."""

import json
from typing import Any

import pytest

from rtsynth.common.control_names import GROUPS
from rtsynth.control.osc.describe import description_json
from rtsynth.control.osc.surface.commands import find_command
from rtsynth.control.oscquery.tree import ATTRIBUTES, UNITS, Node, build_tree
from rtsynth.host.host import Host
from rtsynth.plugin.library import find_plugins
from tests.rtsynth.control.recording_engine import RecordingEngine

GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}


def leaves(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every node of a JSON tree, by its path; a node is where its path says."""
    found = {document["FULL_PATH"]: document}
    for name, node in document.get("CONTENTS", {}).items():
        assert node["FULL_PATH"] == f"{document['FULL_PATH'].rstrip('/')}/{name}"
        found |= leaves(node)
    return found


@pytest.mark.system
@pytest.mark.parametrize("name", sorted(find_plugins()))
def test_the_tree_of_a_shipped_plugin_is_its_description(name: str) -> None:
    with Host(device="null", precision="float32") as host:
        host.load(find_plugins()[name])
        tree = build_tree(host.describe())
        document = json.loads(description_json(host.describe()))
        (slot,) = document["slots"]
        nodes = leaves(json.loads(json.dumps(tree.json(host.get))))
        for control in slot["parameters"] + slot["controls"]:
            name = control["name"]
            if control in slot["parameters"] or "." in name:
                path = f"/slot/1/param/{name.replace('.', '/')}"
            else:
                path = f"/slot/1/{GROUP_OF[name]}/{name}" if name in GROUP_OF else f"/slot/1/{name}"
            node = nodes[path]
            assert node["ACCESS"] == 3
            if control.get("labels") == ["off", "on"]:
                assert (node["TYPE"], node["VALUE"]) == ("T", [bool(control["value"])])
                continue
            assert (node["TYPE"], node["CLIPMODE"]) == ("f", ["both"])
            below = set(node.get("CONTENTS", ()))
            assert below == ({"take", "offset", "scale"} if control.get("generated") else set())
            assert node["RANGE"] == [{"MIN": control["minimum"], "MAX": control["maximum"]}]
            assert node["VALUE"] == [host.get(1, control["name"])]
            if not control.get("generated"):
                assert node["VALUE"] == [pytest.approx(control["value"], rel=1e-6)]
            unit = control.get("unit", "")
            assert node.get("UNIT", [""]) == [UNITS.get(unit, unit)]
            assert find_command(path).name == control["name"]
        mixed = [f"/slot/1/{each['name'].removeprefix('mixer.')}" for each in slot["mixer"]]
        mixed += [f"/master/{each['name']}" for each in document["master"]]
        for path, control in zip(mixed, slot["mixer"] + document["master"], strict=True):
            node = nodes[path]
            assert node["ACCESS"] == 3
            assert node["VALUE"] == [control["value"]]
            assert node["DESCRIPTION"] == control["description"]
            if "labels" in control:
                assert (node["TYPE"], node["VALUE"][0]) == ("T", False)
            else:
                assert node["TYPE"] == "f"
                assert node["RANGE"] == [{"MIN": control["minimum"], "MAX": control["maximum"]}]
        assert len(mixed) == 5
        described = len(slot["parameters"] + slot["controls"] + mixed)
        shown = {path for path, node in nodes.items() if node["ACCESS"] == 1}
        assert shown == {"/slot/1/modulation/tempo"}  # that is moved for all slots, by /tempo
        assert sum("VALUE" in node for node in nodes.values()) == described + len(shown) >= 10
        for path, node in nodes.items():
            assert (node["ACCESS"] > 0) is ("TYPE" in node)
            if "TYPE" in node:
                assert find_command(path)  # whatever the tree offers is a command


@pytest.fixture
def tree(engine: RecordingEngine) -> Node:
    return build_tree(engine.describe())


def test_nodes_are_found_by_their_path(tree: Node) -> None:
    for path in ("/", "", "/slot", "/slot/2/param/pitch", "/panic"):
        node = tree.find(path)
        assert node is not None
        assert node.path == (path or "/")
    for path in ("/slot/3", "/slot/1/param/pitch/x", "/nothing", "/slot/1/param/pitch/get"):
        assert tree.find(path) is None


def test_attributes_are_those_of_the_node(tree: Node, engine: RecordingEngine) -> None:
    pitch, panic = tree.find("/slot/1/param/pitch"), tree.find("/panic")
    assert pitch is not None
    assert panic is not None
    engine.set(1, "pitch", 70.5)
    whole = pitch.json(engine.get)
    for name in ATTRIBUTES:
        assert pitch.attribute(name, engine.get) == whole.get(name)
    assert whole["VALUE"] == [70.5]
    assert whole["UNIT"] == ["time.midinote"]
    assert panic.attribute("VALUE", engine.get) is None
    assert panic.json(engine.get)["TYPE"] == "I"


@pytest.mark.parametrize(
    ("path", "tags"),
    [("/slot/1/note/on", "ff"), ("/slot/1/load", "s"), ("/slot/1/seed", "i"), ("/quit", "I"),
     ("/state/save", "s"), ("/notify", "i")],
)  # fmt: skip
def test_commands_have_the_types_of_their_arguments(tree: Node, path: str, tags: str) -> None:
    node = tree.find(path)
    assert node is not None
    assert (node.attributes["TYPE"], node.attributes["ACCESS"]) == (tags, 2)


def test_only_controls_have_values(tree: Node, engine: RecordingEngine) -> None:
    mixed = {(slot, f"mixer.{name}") for slot in (1, 2) for name in ("pan", "mute", "solo")}
    master = {(0, "gain"), (0, "dc_block")}
    assert {node.control for node in tree.valued().values()} == set(engine.values) | mixed | master
    assert tree.valued()["/slot/2/pan"].control == (2, "mixer.pan")
    assert tree.valued()["/master/gain"].control == (0, "gain")


def test_a_switch_is_on_or_off(tree: Node, engine: RecordingEngine) -> None:
    mute, pan = tree.find("/slot/1/mute"), tree.find("/slot/1/pan")
    assert mute is not None
    assert pan is not None
    for value in (1.0, 0.0):
        engine.set(1, "mixer.mute", value)
        assert mute.json(engine.get)["VALUE"][0] is bool(value)
    assert mute.json(engine.get) == {
        "FULL_PATH": "/slot/1/mute", "ACCESS": 3, "TYPE": "T", "VALUE": [False],
        "DESCRIPTION": "1 takes the slot out of the mix",
    }  # fmt: skip
    engine.set(1, "mixer.pan", -0.25)
    assert pan.json(engine.get)["VALUE"] == [-0.25]
