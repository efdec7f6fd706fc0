"""The list of mappings: by where they are from; what is marked stays so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth_gui.link.control import Control
from rtsynth_gui.mapping.entry import Entry
from rtsynth_gui.mapping.listing import Listing, place_of

GAIN, PITCH = "/slot/2/gain", "/slot/1/param/pitch"
CONTROLS = {
    GAIN: Control("gain", -60, 12, 0, address=GAIN),
    "/master/gain": Control("gain", -60, 12, 0, address="/master/gain"),
}
LEARNED = Entry(GAIN, "learned", "cc", 21)
DEFAULTS = [Entry(GAIN, "default", "cc", 7), Entry(PITCH, "default", "cc", 16)]


def test_places_in_words() -> None:
    assert place_of(GAIN, CONTROLS) == "2 · Gain"
    assert place_of("/master/gain", CONTROLS) == "Master · Gain"
    assert place_of(PITCH, CONTROLS) == PITCH
    assert place_of("/slot/2/bank/recall dark end", CONTROLS) == "2 · bank/recall dark end"


@pytest.mark.usefixtures("qt")
def test_what_is_marked_stays_marked() -> None:
    listing = Listing()
    turned: list[Entry | None] = []
    listing.turned.connect(turned.append)
    listing.show_entries([*DEFAULTS, LEARNED], CONTROLS)
    assert [listing.topLevelItem(n).text(0) for n in range(2)] == ["Learned", "Default"]
    assert listing.current is None
    assert listing.mark(GAIN, "default")
    assert listing.current == turned[-1] == DEFAULTS[0]
    assert listing.mark(GAIN)
    assert listing.current == LEARNED
    listing.show_entries(DEFAULTS, CONTROLS)
    assert listing.current == DEFAULTS[0], "of the same control, where it was is gone"
    listing.show_entries([], CONTROLS)
    assert listing.current is turned[-1] is None
    assert not listing.mark(GAIN)


@pytest.mark.usefixtures("qt")
def test_delete() -> None:
    listing = Listing()
    deleted: list[Entry] = []
    listing.deleted.connect(deleted.append)
    listing.show_entries([LEARNED], CONTROLS)
    QTest.keyClick(listing, Qt.Key.Key_Delete)
    assert deleted == []
    listing.mark(GAIN)
    QTest.keyClick(listing, Qt.Key.Key_Delete)
    assert deleted == [LEARNED]
