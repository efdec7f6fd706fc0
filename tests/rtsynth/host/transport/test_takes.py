"""Takes begin and end with the transport."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.notices import Notice, Notices
from rtsynth.host.transport.takes import Takes, TakesSection


class Deck:
    """Records nothing, and says what it would."""

    def __init__(self) -> None:
        self.recording = False
        self.done: list[str] = []

    def record_start(self, path: str) -> str:
        if path == "refused":
            raise InputError("refused: no such folder")
        self.recording = True
        self.done.append(path)
        return path

    def record_stop(self) -> None:
        self.recording = False
        self.done.append("stop")


def test_a_take_is_as_long_as_it_rolls() -> None:
    deck = Deck()
    takes = Takes(deck, Notices())
    takes.follow(True)  # nothing follows yet
    takes.path = "take.wav"
    for rolls in (True, False, True, True, False, False):
        takes.follow(rolls)
    takes.path = None
    takes.follow(True)
    assert deck.done == ["take.wav", "stop", "take.wav", "stop"]


def test_what_records_already_ends_with_the_transport() -> None:
    deck = Deck()
    takes = Takes(deck, Notices())
    takes.path = "take.wav"
    deck.record_start("by hand.wav")
    takes.follow(True)
    takes.follow(False)
    assert deck.done == ["by hand.wav", "stop"]


def test_a_take_that_cannot_begin_is_reported() -> None:
    notices = Notices()
    takes = Takes(Deck(), notices)
    takes.path = "refused"
    takes.follow(True)
    assert notices.since(0)[1] == [Notice("/fail", ("/record/follow", "refused: no such folder"))]


def test_where_takes_go_is_kept() -> None:
    asked: list[str] = []
    section = TakesSection(lambda: asked[-1] if asked else None, asked.append)
    assert section.read() is None
    assert section.restore("/music/take.wav") == []
    assert section.read() == "/music/take.wav"
    for damaged in (3, "", ["take.wav"], "x" * 5000):
        with pytest.raises(InputError, match="not a path of 1 to 4096 characters"):
            section.restore(damaged)
    assert asked == ["/music/take.wav"]
