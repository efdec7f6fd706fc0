"""Mappings in what is kept of a performance."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.mapping.binding import CC, Physical
from rtsynth.host.mapping.file import load_midi_map
from rtsynth.host.mapping.learned_file import BEFORE_SET_FILE
from rtsynth.host.mapping.mappings import MOST_LEARNED, Mappings
from rtsynth.host.mapping.section import SECTION, MappingsSection
from rtsynth.host.notices import Notices
from rtsynth.host.sections import Sections

KNOB = Physical(CC, 21, 3, "keys")


@pytest.fixture
def mappings(tmp_path: Path) -> Mappings:
    mappings = Mappings(Notices(), tmp_path / "learned.toml")
    mappings.learn(1, "pitch", "a", {"takeover": "pickup"})
    mappings.offer([KNOB])
    return mappings


def test_a_set_brings_its_mappings_back(mappings: Mappings, tmp_path: Path) -> None:
    sections = Sections()
    sections.add(SECTION, MappingsSection(mappings))
    kept = sections.read()
    pitch = mappings.learned
    mappings.learn(1, "gain", "b")
    mappings.offer([KNOB._replace(number=22)])
    assert sections.restore(kept) == []
    assert [binding._replace(origin="") for binding in mappings.learned] == list(pitch)
    assert mappings.tables[0].of(KNOB)
    mappings.settle()
    on_disk = load_midi_map(tmp_path / "learned.toml")
    assert len(on_disk.bindings) == 2  # the user's own stay until something is learned
    mappings.learn(1, "rate", "c")
    mappings.offer([KNOB._replace(number=23)])
    mappings.settle()
    on_disk = load_midi_map(tmp_path / "learned.toml")
    assert [binding.target for binding in on_disk.bindings] == ["pitch", "rate"]


def test_a_set_without_mappings_clears_them(mappings: Mappings, tmp_path: Path) -> None:
    sections, empty, none = Sections(), Sections(), Mappings(Notices(), tmp_path / "x.toml")
    empty.add(SECTION, MappingsSection(none))
    assert empty.read() == {}  # made where no MIDI plays
    none.open()
    sections.add(SECTION, MappingsSection(mappings))
    kept = empty.read()
    assert kept == {SECTION: []}
    assert sections.restore(kept) == []
    assert mappings.learned == ()


def test_what_was_learned_before_a_set_is_kept_beside_the_file(
    mappings: Mappings, tmp_path: Path
) -> None:
    section, file = MappingsSection(mappings), tmp_path / "learned.toml"
    copy = tmp_path / BEFORE_SET_FILE
    section.restore(section.read())  # the same ones
    mappings.learn(1, "gain", "b")
    mappings.offer([KNOB._replace(number=22)])
    assert not copy.exists()
    mappings.settle()
    before = file.read_bytes()
    section.restore([])
    assert not copy.exists()
    for number in (23, 24):  # the first one writes the copy, the second leaves it
        mappings.learn(1, "rate", "c")
        mappings.offer([KNOB._replace(number=number)])
        mappings.settle()
        assert copy.read_bytes() == before
    assert [each.target for each in mappings.learned] == ["rate"]
    assert len(load_midi_map(copy).bindings) == 2


def test_a_set_recalled_before_midi_starts_stays_above_what_was_learned(
    mappings: Mappings, tmp_path: Path
) -> None:
    mappings.settle()
    restarted = Mappings(Notices(), tmp_path / "learned.toml")
    MappingsSection(restarted).restore([{"cc": 1, "target": "rate"}])
    restarted.open()
    assert [binding.target for binding in restarted.learned] == ["rate"]
    restarted.learn(1, "gain", "b")
    restarted.offer([KNOB._replace(number=22)])
    restarted.settle()
    before = load_midi_map(tmp_path / BEFORE_SET_FILE)
    assert [binding.target for binding in before.bindings] == ["pitch"]


def test_what_does_not_fit_is_said_and_the_rest_is_restored(mappings: Mappings) -> None:
    good = {"cc": 1, "target": "rate"}
    problems = MappingsSection(mappings).restore([{"cc": 200, "target": "x"}, good, 3])
    assert [problem.partition(":")[0] for problem in problems] == ["entry 1", "entry 3"]
    assert [binding.target for binding in mappings.learned] == ["rate"]


@pytest.mark.parametrize("data", [None, {}, "x", [{}] * (MOST_LEARNED + 1)])
def test_what_is_no_list_of_entries_is_refused(mappings: Mappings, data: object) -> None:
    before = mappings.learned
    with pytest.raises(InputError, match="not a list"):
        MappingsSection(mappings).restore(data)
    assert mappings.learned == before
