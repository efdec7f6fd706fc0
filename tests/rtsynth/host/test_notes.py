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


def test_the_quietest_gives_its_voice_and_of_several_the_oldest() -> None:
    loud, soft = "loud", "soft"
    notes = Notes(3, {loud: 1.0, soft: 0.25}.__getitem__)
    notes.on(60, 0.5, loud)
    notes.on(62, 0.9, soft)  # 0.225 with its expression
    notes.on(64, 0.5, loud)
    assert notes.sounds
    assert notes.on(66, 1.0, loud).voice == 1
    assert notes.on(68, 1.0, loud).voice == 0  # 60 is as loud as 64, and older
    assert notes.all_held()[-1] == (loud, 68, 1.0)
    assert notes.off(66, loud) == Change(1, 62, 0.9, soft)  # the latest of those without a voice


def test_a_released_voice_is_taken_before_one_that_is_held() -> None:
    notes = Notes(2)
    notes.on(60, 0.01)
    notes.on(62, 1.0)
    notes.off(62)
    assert notes.on(64, 1.0).voice == 1


def test_sound_off_ends_what_a_source_plays_also_what_rings_on() -> None:
    notes = Notes(4)
    notes.on(60, 1, "keys")
    notes.on(62, 1, "keys")
    notes.off(62, "keys")
    notes.on(64, 1, "pads")
    assert [change.voice for change in notes.sound_off("keys")] == [0, 1, 3]  # 3 had no note yet
    assert notes.all_held() == [("pads", 64, 1)]
    assert notes.off(60, "keys") is None


def test_sound_off_leaves_the_voice_to_a_note_of_another_source_that_waits() -> None:
    notes = Notes(1)
    notes.on(64, 0.5, "pads")
    notes.on(60, 1, "keys")
    notes.on(62, 1, "keys")
    assert notes.sound_off("keys") == [Change(0, 64, 0.5, "pads")]
    assert notes.sound_off("keys") == []
