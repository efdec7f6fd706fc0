"""Which addresses patterns reach."""

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.calls import When
from rtsynth.control.osc.surface.address_book import MAX_REMEMBERED, AddressBook, slot_addresses
from rtsynth.control.osc.surface.commands import find_command
from tests.rtsynth.control.recording_engine import RecordingEngine


def test_every_address_is_a_command_and_none_takes_long(engine: RecordingEngine) -> None:
    addresses = slot_addresses(engine.describe())
    commands = [find_command(address).command for address in addresses]
    assert {command.when for command in commands} == {When.EVENT, When.QUICK}
    assert len(set(addresses)) == len(addresses)
    for address in ("/slot/2/param/pitch/norm", "/slot/1/sampling/top_p", "/slot/1/note/on"):
        assert address in addresses
    for address in ("/slot/1/mute", "/slot/2/pan", "/slot/2/pan/get", "/master/gain/norm"):
        assert address in addresses
    for address in ("/slot/1/load", "/slot/1/unload", "/quit"):
        assert address not in addresses


def test_what_is_loaded_later_is_reached(engine: RecordingEngine) -> None:
    book = AddressBook(engine)
    assert book.matching("/slot/*/gain") == ["/slot/1/gain", "/slot/2/gain"]
    engine.change_plugin(1, None)
    assert book.matching("/slot/*/gain") == ["/slot/2/gain"]
    engine.change_plugin(1, "flute")
    assert set(book.matching("/slot/*/gain")) == {"/slot/1/gain", "/slot/2/gain"}


def test_the_mixer_is_reached(engine: RecordingEngine) -> None:
    book = AddressBook(engine)
    assert book.matching("/slot/*/{mute,solo}") == [
        "/slot/1/mute", "/slot/1/solo", "/slot/2/mute", "/slot/2/solo",
    ]  # fmt: skip
    assert book.matching("/master/*") == ["/master/gain", "/master/dc_block"]


def test_an_engine_is_described_once_for_many_patterns(engine: RecordingEngine) -> None:
    book = AddressBook(engine)
    for number in range(3 * MAX_REMEMBERED):
        with pytest.raises(ControlError, match="matches no address"):
            book.matching(f"/slot/{number}/nothing*")
        assert len(book.matching(f"/slot/*/param/{{pitch,{number}}}")) == 2
    assert engine.described == 1
    assert len(book._remembered) == MAX_REMEMBERED


def test_a_long_pattern_is_refused(engine: RecordingEngine) -> None:
    with pytest.raises(ControlError, match="it has 60001 characters"):
        AddressBook(engine).matching("/" + "*" * 60_000)
