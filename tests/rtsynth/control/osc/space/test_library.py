"""The library over OSC."""

import json

from rtsynth.control.osc.space.library import LARGEST_BYTES, entry_json
from rtsynth.plugin.catalogue import Entry, catalogue
from rtsynth.plugin.library import find_plugins
from tests.rtsynth.control.osc_client import OscClient


def test_every_plugin_is_listed(client: OscClient) -> None:
    client.send("/plugins/list")
    listed = {}
    for number in range(1, len(find_plugins()) + 1):
        index, count, text = client.expect("/plugins/plugin")
        assert (index, count) == (number, len(find_plugins()))
        fields = json.loads(str(text))
        listed[fields["name"]] = fields
    assert client.expect("/done") == ("/plugins/list", len(listed))
    assert set(listed) == set(find_plugins())
    for entry in catalogue():
        assert listed[entry.name].get("description", "") == entry.description
        assert listed[entry.name].get("licence", "") == entry.licence


def test_a_text_fits_into_a_datagram_whatever_is_in_it() -> None:
    texts = dict.fromkeys(("description", "licence", "dataset", "made_by", "notes"), "é" * 400)
    text = entry_json(Entry("a", **texts))
    assert len(text) <= LARGEST_BYTES
    assert text.isascii()
    assert json.loads(text)["description"] == texts["description"]
    assert entry_json(Entry("b")) == '{"name":"b"}'
