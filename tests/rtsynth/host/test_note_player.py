"""What notes, bend and expression move, in one voice and in several."""

import pytest

from rtsynth import Plugin
from rtsynth.host.note_player import VOICE_ROWS, Move, NotePlayer

BEND, EXPRESSION = "voice/bend", "voice/expression"


@pytest.fixture
def player(plugin: Plugin) -> NotePlayer:
    return NotePlayer(plugin, voices=2)


def test_with_one_voice_a_note_moves_the_knobs(plugin: Plugin) -> None:
    player = NotePlayer(plugin, voices=1)
    half = 0.55  # of the amplitude's range, 0.1 to 1
    assert player.on(70, 0.5, None) == [
        Move("amplitude", half, None), Move("pitch", 70, None), Move("gate", 1.0, None),
    ]  # fmt: skip
    assert player.held
    assert player.off(70, None) == [Move("gate", 0.0, None)]
    assert not player.held
    assert player.off(70, None) == []


def test_with_several_it_moves_its_voice(player: NotePlayer) -> None:
    assert {move.voice for move in player.on(70, 1.0, None)} == {0}
    assert {move.voice for move in player.on(72, 1.0, None)} == {1}
    assert player.off(70, None) == [Move("gate", 0.0, 0)]


def test_a_voice_follows_the_wheels_of_its_source(player: NotePlayer) -> None:
    assert player.turn("bend", 2.0, "keys") == [Move(BEND, 2.0, 0)]  # what sounds without a note
    assert player.on(70, 1.0, "pads")[0] == Move(BEND, 0.0, 0)
    assert player.on(72, 1.0, "keys")[0] == Move(BEND, 2.0, 1)
    assert player.turn("expression", 0.5, "keys") == [Move(EXPRESSION, 0.5, 1)]
    assert player.turn("expression", 0.5, "keys") == []


def test_moves_that_were_lost_are_made_again(player: NotePlayer) -> None:
    lost = player.turn("bend", 2.0, "keys")
    player.lose(lost)
    assert Move(BEND, 2.0, 0) in player.turn("bend", 2.0, "keys")


def test_another_plugin_goes_on_with_the_wheels(plugin: Plugin, player: NotePlayer) -> None:
    player.turn("bend", 2.0, "keys")
    other = NotePlayer(plugin, voices=1)
    other.follow(player)
    assert other.wheels == (2.0, 1.0)
    assert other.turn("bend", 2.0, "keys") == []


def test_no_parameter_can_be_called_like_what_notes_have() -> None:
    assert all("/" in name or name == "gate" for name in VOICE_ROWS)
