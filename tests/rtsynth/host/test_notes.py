"""Notes find voices, and give them up in the right order."""

from rtsynth.host.notes import Change, Notes


def test_one_voice_plays_the_last_note() -> None:
    notes = Notes(1)
    assert notes.on(60, 0.5) == Change(0, 60, 0.5)
    assert notes.on(64, 0.6) == Change(0, 64, 0.6)
    assert notes.off(64) == Change(0, 60, 0.5)  # held all the time: it sounds again
    assert notes.off(60) == Change(0, None)
    assert notes.off(60) is None
    assert not notes.held


def test_a_note_takes_the_voice_that_was_silent_longest() -> None:
    notes = Notes(3)
    assert [notes.on(note, 1).voice for note in (60, 62, 64)] == [0, 1, 2]
    notes.off(62)
    notes.off(60)
    assert [notes.on(note, 1).voice for note in (70, 71)] == [1, 0]


def test_the_oldest_note_gives_its_voice_and_gets_one_back() -> None:
    notes = Notes(2)
    notes.on(60, 0.1)
    notes.on(62, 0.2)
    assert notes.on(64, 0.3) == Change(0, 64, 0.3)
    assert notes.off(62) == Change(1, 60, 0.1)
    assert notes.off(60) == Change(1, None)
    assert notes.off(64) == Change(0, None)


def test_a_note_struck_again_keeps_its_voice() -> None:
    notes = Notes(2)
    notes.on(60, 0.1)
    notes.on(62, 0.2)
    assert notes.on(60, 0.9) == Change(0, 60, 0.9)
    assert notes.on(64, 0.3).voice == 1  # 62 is the oldest now


def test_clear() -> None:
    notes = Notes(2)
    notes.on(60, 1)
    notes.clear()
    assert not notes.held
    assert notes.off(60) is None
    assert {notes.on(note, 1).voice for note in (1, 2)} == {0, 1}
