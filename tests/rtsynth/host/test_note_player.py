"""What notes, bend and expression move, in one voice and in several."""

import pytest

from rtsynth import Plugin
from rtsynth.common.errors import ControlError
from rtsynth.common.tuning.tuning import Tuning
from rtsynth.engine.program.layout import CLOSE_AT_ONCE
from rtsynth.host.note_player import VOICE_ROWS, Move, NotePlayer
from rtsynth.host.voicing import LEGATO, Voicing

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


def test_the_newest_is_the_voice_of_the_note_that_began_last(player: NotePlayer) -> None:
    assert player.newest == 0
    player.on(70, 1.0, None)
    player.on(72, 1.0, None)
    assert player.newest == 1
    player.off(72, None)
    assert player.newest == 1, "it may be kept while it rings"
    player.on(70, 1.0, None)
    assert player.newest == 0


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
    assert other.drone == {BEND: 2.0, EXPRESSION: 1.0}
    assert other.turn("bend", 2.0, "keys") == []


def test_no_parameter_can_be_called_like_what_notes_have() -> None:
    assert all("/" in name or name == "gate" for name in VOICE_ROWS)


def test_a_voice_is_moved_alone_also_the_only_one(plugin: Plugin) -> None:
    player = NotePlayer(plugin, voices=1)
    assert player.set_voice(0, "instrument", 0.5) == [Move("instrument", 0.5, 0, own=True)]
    assert Move("instrument", None, 0, own=True) in player.on(70, 1.0, None)
    with pytest.raises(ControlError, match="voices are 1 to 1"):
        player.set_voice(1, "instrument", 0.5)


def test_legato_takes_only_the_pitch_over(plugin: Plugin) -> None:
    player = NotePlayer(plugin, voices=1)
    player.change_voicing(Voicing(mode=LEGATO))
    assert Move("gate", 1.0, None) in player.on(70, 1.0, None)
    assert player.on(72, 0.5, None) == [Move("pitch", 72, None)]
    assert player.off(72, None) == [Move("pitch", 70, None)]
    assert player.off(70, None) == [Move("gate", 0.0, None)]
    assert Move("gate", 1.0, None) in player.on(70, 1.0, None)


def test_several_voices_are_never_slurred(player: NotePlayer) -> None:
    player.change_voicing(Voicing(mode=LEGATO))
    for note in (70, 72, 74):
        assert Move("gate", 1.0, player.on(note, 1.0, None)[0].voice) in player.strike(
            note, 1.0, None
        )


def test_velocities_go_through_their_curve(plugin: Plugin) -> None:
    player = NotePlayer(plugin, voices=1)
    player.change_voicing(Voicing(velocity=2.0))
    assert player.on(70, 0.5, None)[0] == Move("amplitude", 0.1 + 0.25 * 0.9, None)


def test_notes_are_tuned_and_keys_that_are_not_mapped_are_silent(plugin: Plugin) -> None:
    player = NotePlayer(plugin, voices=1)
    pitches: list[float | None] = [float(key) for key in range(128)]
    pitches[70], pitches[71], pitches[72] = 70.25, None, 80.0
    player.tuned = Tuning(tuple(pitches))
    assert Move("pitch", 70.25, None) in player.on(70, 1.0, None)
    assert player.nearest(70) == 70  # in reach: nothing was clamped
    assert player.nearest(72) == 76.0
    assert player.on(71, 1.0, None) == player.off(71, None) == []
    assert player.off(70, None) == [Move("gate", 0.0, None)]


def test_notes_that_another_player_held_are_struck_as_they_were(plugin: Plugin) -> None:
    before, after = NotePlayer(plugin, voices=1), NotePlayer(plugin, voices=2)
    for player in (before, after):
        player.change_voicing(Voicing(velocity=2.0))
    before.on(70, 0.5, "keys")
    ((source, note, velocity),) = before.all_held()
    assert Move("amplitude", 0.1 + 0.25 * 0.9, 0) in after.strike(note, velocity, source)


def test_sound_off_closes_without_a_release(player: NotePlayer) -> None:
    player.on(70, 1.0, "keys")
    player.on(72, 1.0, "pads")
    assert Move("gate", CLOSE_AT_ONCE, 0) in player.sound_off("keys")
    assert Move("gate", CLOSE_AT_ONCE, 1) not in player.sound_off("keys")
