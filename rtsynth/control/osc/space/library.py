"""The library of plugins on the engine's machine, for windows that let one be chosen."""

import json
from dataclasses import asdict

from rtsynth.control.osc.calls import Call, Command, When
from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.space.shared import BUTTON, PRESSED, released
from rtsynth.plugin.catalogue import Entry, catalogue

PLUGIN = "/plugins/plugin"
LIBRARY_REPLIES = (PLUGIN,)
LARGEST_BYTES = 8000  # of a text: more would not fit into a datagram everywhere


def entry_json(entry: Entry) -> str:
    """What is known of a plugin, as JSON in ASCII without what is empty."""
    fields = {name: value for name, value in asdict(entry).items() if value}
    text = json.dumps(fields, separators=(",", ":"))
    if len(text) > LARGEST_BYTES:
        text = json.dumps({"name": entry.name, "description": entry.description})
    return text


def list_plugins(call: Call) -> None:
    if released(call):
        return
    entries = catalogue()
    for index, entry in enumerate(entries, start=1):
        call.session.reply(PLUGIN, index, len(entries), entry_json(entry))
    call.session.reply("/done", call.address, len(entries))


LIBRARY_COMMANDS = {
    "/plugins/list": Command(
        list_plugins,
        BUTTON,
        0,
        When.SLOW,
        Afar.CONFIRMED,
        arguments=PRESSED,
        about="Lists the plugins that /slot/N/load takes by their names: a message for each, with "
        "its number (from 1), how many there are, and JSON: name, description, tags, "
        "sample_rate_hz, parameters, generated (how many parameters its tiers make), licence, "
        "dataset, dataset_licence, made_by, notes, size_bytes; or name and problem.",
        answer="/plugins/plugin index count json for each; /done /plugins/list count",
    ),
}
