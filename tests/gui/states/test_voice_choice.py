"""The choice of a voice."""

import pytest

from rtsynth.host.notes import NEWEST
from rtsynth_gui.states.voice_choice import ALL, VoiceChoice


@pytest.mark.usefixtures("qt")
def test_voices_are_offered_and_one_stays_chosen() -> None:
    choice = VoiceChoice()
    assert choice.isHidden()
    assert (choice.voice, choice.arguments) == (ALL, ())
    choice.show_voices(3)
    assert not choice.isHidden()
    assert [choice.itemText(row) for row in range(choice.count())] == [
        "All voices", "Voice of the newest note", "Voice 1", "Voice 2", "Voice 3",
    ]  # fmt: skip
    choice.setCurrentIndex(1)
    assert (choice.voice, choice.arguments, choice.to_undo) == (NEWEST, (NEWEST,), ALL)
    choice.setCurrentIndex(3)
    assert choice.to_undo == 2
    choice.show_voices(4)
    assert (choice.voice, choice.arguments) == (2, (2,))
    choice.show_voices(1)
    assert choice.isHidden()
    assert choice.arguments == (), "the one there is goes back with all of them"
    choice.show_voices(2)
    assert choice.voice == ALL
