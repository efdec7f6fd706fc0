"""A performance as a document: it comes back as it was, or says where it is damaged."""

from pathlib import Path
from typing import Any

import pytest

from rtsynth.host.performance import (
    KeptSlot,
    Performance,
    from_document,
    performance_of,
    source_of,
    state_of,
    to_document,
)
from rtsynth.host.sections import Sections
from rtsynth.plugin.library import DEFAULT_PLUGIN, resolve
from tests.rtsynth.host.test_sections import Dial, Dials

KEPT = Performance(
    {
        1: KeptSlot("/a.safetensors", {"pitch": 69.5}, False, 7, "a", "0f", {"lfo": [1, 2]}),
        3: KeptSlot("", {}),
    },
    {"mixer": {"gain_db": -3}},
)


def test_a_performance_comes_back() -> None:
    assert from_document(to_document(KEPT)) == KEPT
    assert state_of(to_document(KEPT)) == {"1": {"pitch": 69.5}, "3": {}}


def test_what_older_versions_wrote_is_read() -> None:
    old = {"slots": {"2": {"gain": -6}}, "loaded": {"2": {"path": "a", "drones": 0, "seed": None}}}
    assert from_document(old) == Performance({2: KeptSlot("a", {"gain": -6.0}, drones=False)})


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"slots": []}, "no slots"),
        ({"loaded": {}}, "no slot 1"),
        ({"sections": 3}, "no sections"),
        ({"loaded": {"1": {}}}, "path, plugin, hash"),
        ({"loaded": {"1": {"path": 3}}}, "path, plugin, hash"),
        ({"loaded": {"1": {"path": "a", "seed": "x"}}}, "seed"),
        ({"loaded": {"1": {"path": "a", "sections": []}}}, "no sections"),
        ({"slots": {"1": {"pitch": True}}}, "slot 1, pitch: not a finite number"),
    ],
)
def test_damaged_documents_say_where(change: dict[str, Any], text: str) -> None:
    document = {"slots": {"1": {}}, "loaded": {"1": {"path": "a"}}, "sections": {}}
    assert from_document(document)
    with pytest.raises(ValueError, match=text):
        from_document({**document, **change})


def test_a_plugin_whose_file_is_gone_is_found_by_its_name(tmp_path: Path) -> None:
    path = str(resolve(DEFAULT_PLUGIN))
    gone = str(tmp_path / "gone.safetensors")
    assert source_of(KeptSlot(path, {}, plugin="other")) == path
    assert source_of(KeptSlot(gone, {}, plugin=DEFAULT_PLUGIN)) == DEFAULT_PLUGIN
    assert source_of(KeptSlot(gone, {}, plugin="other")) == gone
    assert source_of(KeptSlot("", {}, plugin="other")) == "other"
    assert source_of(KeptSlot(gone, {})) == gone


def test_services_are_in_it() -> None:
    sections = Sections()
    sections.add("gain", Dial(3))
    sections.add_for_slots("dials", Dials())
    assert performance_of([], sections) == Performance({}, {"gain": 3})
