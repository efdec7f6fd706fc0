"""The module for Chataigne: its script is run, and the engine takes all that it sends."""

import json
from typing import Any

import pytest

from rtsynth.control.osc.packet import Argument
from tests.examples.stage import EXAMPLES, Stage
from tests.requirements import require_module

FOLDER = EXAMPLES / "chataigne" / "rtsynth"
Message = tuple[str, tuple[Argument, ...]]
# What Chataigne gives a module's script (its scripting reference), as far as this one uses it.
AROUND = """
var sent = [];
var now = 0;
var local = {
  send: function() { sent.push(Array.prototype.slice.call(arguments)); },
  parameters: { follow: { get: function() { return true; } } }
};
var script = { setUpdateRate: function(hz) {} };
var util = { getTime: function() { return now; } };
"""


@pytest.fixture(scope="module")
def module() -> dict[str, Any]:
    return json.loads((FOLDER / "module.json").read_text())


def run(*calls: str) -> list[Message]:
    """What the module's script sends when these functions of it are called."""
    require_module("PySide6", "pip install PySide6-Essentials")
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtQml import QJSEngine

    _ = QCoreApplication.instance() or QCoreApplication([])
    engine = QJSEngine()
    text = AROUND + (FOLDER / "rtsynth.js").read_text() + "".join(f"\n{call};" for call in calls)
    result = engine.evaluate(text)
    assert not result.isError(), result.toString()
    sent = json.loads(engine.evaluate("JSON.stringify(sent)").toString())
    return [(address, tuple(arguments)) for address, *arguments in sent]


def calls(module: dict[str, Any]) -> list[str]:
    """Every command as it is when it is new, and at the ends of its ranges."""
    found = []
    for command in module["commands"].values():
        for end in ("default", "min", "max"):
            given = [
                each["default"] if each["type"] == "String" or name in ("Slot", "Voice", "Value")
                else each.get(end, each["default"])
                for name, each in command["parameters"].items()
            ]  # fmt: skip
            found.append(f"{command['callback']}({', '.join(map(json.dumps, given))})")
    return found


@pytest.mark.measure
def test_the_engine_takes_what_the_commands_send(module: dict[str, Any], stage: Stage) -> None:
    for preset in "ab":
        stage.client.ask("/slot/1/preset/save", preset, reply="/done")
    messages = run(*calls(module))
    assert len(messages) == 3 * len(module["commands"])
    refused = {message.arguments[1] for message in stage.refusals(messages)}
    assert all("clamped" in str(text) for text in refused)  # a note out of the plugin's range


def test_it_asks_again_in_time(module: dict[str, Any]) -> None:
    ask = ("/notify", (1, module["defaults"]["OSC Input"]["localPort"], "values", "events"))
    assert run("init()", "update()", "now = 4", "update()") == [ask]
    assert run("update()", "now = 5", "update()") == [ask, ask]


def test_the_parts_of_the_module(module: dict[str, Any]) -> None:
    assert module["type"] == "OSC"
    assert module["scripts"] == ["rtsynth.js"]
    assert "rtsynth play clarinet-trumpet --voices 4" in module["description"]
    outputs = module["defaults"]["OSC Outputs"]["OSC Output"]
    assert outputs == {"local": True, "remotePort": 9000}
