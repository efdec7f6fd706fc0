"""Plugins as engines list them: what can be read, searched, shown."""

import json
from pathlib import Path

import pytest

from rtsynth.control.osc.space.library import entry_json
from rtsynth.plugin.catalogue import catalogue
from rtsynth.plugin.library import find_plugins
from rtsynth_gui.browser.entry import Listed, opened_files, parse_entry


def test_what_an_engine_lists_is_read_as_it_is() -> None:
    entries = catalogue()
    assert entries
    assert [parse_entry(entry_json(entry)) for entry in entries] == entries


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", '"a"', "{}", '{"name": ""}', '{"name": "a", "parameters": 3}', "[" * 100_000,
     '{"name": "a", "generated": "x"}', '{"name": "a", "size_bytes": Infinity}'],
)  # fmt: skip
def test_what_is_no_plugin(text: str) -> None:
    assert parse_entry(text) is None


def test_opened_files_are_read_here(tmp_path: Path) -> None:
    path = tmp_path / "dust.safetensors"
    assert opened_files([str(path)]) == {}
    path.write_bytes(b"")
    (found,) = opened_files([str(path)]).values()
    assert found.source == str(path)
    assert "not a readable" in found.entry.problem


def test_a_file_that_the_library_has_is_known_as_such(tmp_path: Path) -> None:
    name, shipped = next(iter(find_plugins().items()))
    copy, other = tmp_path / "copy.safetensors", tmp_path / "other.safetensors"
    copy.write_bytes(shipped.read_bytes())
    other.write_bytes(shipped.read_bytes()[:-1] + b"x")
    found = opened_files([str(shipped), str(copy), str(other)])
    assert [each.twin for each in found.values()] == [name, name, ""]


def listed(**fields: object) -> Listed:
    entry = parse_entry(json.dumps({"name": "creek", **fields}))
    assert entry is not None
    return Listed(entry, entry.name)


def test_search() -> None:
    creek = listed(description="Water over stones", parameters=["fill"], dataset="Field days")
    for words in ([], ["creek"], ["water", "stones"], ["fill"], ["field"]):
        assert creek.matches(words)
    assert listed(tags=["Wind"]).matches(["wind"])
    assert creek.matches(["water", "dark"], "Dark")
    for words in (["fire"], ["water", "fire"]):
        assert not creek.matches(words)


def test_details() -> None:
    many = [f"p{number}" for number in range(12)]
    creek = listed(
        tags=["water", "slow"],
        sample_rate_hz=16000,
        parameters=many,
        generated=3,
        licence="CC0",
        size_bytes=2_500_000,
    )
    assert creek.details == [
        ("Tags", "water, slow"),
        ("Rate", "16 kHz"),
        ("Parameters", "p0, p1, p2, p3, p4, p5, p6, p7, …, 3 generated"),
        ("Size", "2.5 MB"),
        ("Licence", "CC0"),
    ]
    assert listed(problem="no plugin").details == [("Problem", "no plugin")]
    about = listed(tags=["water"], description="slow water")
    assert about.about() == "slow water\nTags: water"
    assert about.about("dark") == "Preset of creek\nslow water\nTags: water"
