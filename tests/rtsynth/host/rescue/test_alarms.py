"""What is measured of rescues, by rescues of which it is known whether they were called for."""

from collections.abc import Iterator

import pytest

from rtsynth.compiler.network_state import voices_of
from rtsynth.host.rescue.observer import Observer
from tests.rtsynth.host.rescue.alarms import AFTER_S, Ear
from tests.rtsynth.host.rescue.block_clock import BlockClock

pytestmark = pytest.mark.measure


class Played:
    """A plugin, and an ear for it."""

    def __init__(self) -> None:
        self.clock = BlockClock("clarinet-trumpet", "off")
        self.ear = Ear(self.clock)
        voice = self.clock.slot.voice
        self.observer = Observer(voice.compiled, voice.arena)

    def go_on(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.025)):
            self.clock.play(0.025)
            if (look := self.observer.look()) is not None:
                self.ear.remember(look)

    def spoil(self) -> None:
        self.clock.host.banks.save(1, "now")
        self.clock.play(0.025)
        state = self.clock.host.banks.state(1, "now")
        for voice in voices_of(self.clock.slot.voice.compiled, state):
            voice.hidden[:] *= 1000
        self.clock.host.banks.put(1, "bad", state)
        self.clock.host.banks.recall(1, "bad")


@pytest.fixture
def played() -> Iterator[Played]:
    playing = Played()
    yield playing
    playing.ear.close()
    playing.clock.close()


def test_a_rescue_from_what_sounds_as_it_should_is_false(played: Played) -> None:
    played.go_on(1.0)
    alarm = played.ear.alarm("loop")
    assert alarm.false
    assert "pitch 69" in alarm.knobs
    assert not played.ear.listen_to_joint(alarm), "it has not been heard yet"
    played.go_on(2 * AFTER_S)
    assert played.ear.listen_to_joint(alarm)
    assert not alarm.audible, "nothing was done"


def test_a_trap_is_one_and_what_is_not_well_afterwards_can_be_heard(played: Played) -> None:
    played.go_on(1.0)
    played.spoil()
    played.go_on(0.3)
    alarm = played.ear.alarm("noise")
    assert not alarm.false
    played.go_on(2 * AFTER_S)
    assert played.ear.listen_to_joint(alarm)
    assert alarm.audible, "nothing was done"


def test_a_pitch_that_is_not_asked_for_is_a_trap(played: Played) -> None:
    played.go_on(1.0)
    for at, (when, knobs) in enumerate(played.ear._given):
        asked = knobs.copy()
        asked[2] -= 1.5  # semitones: what it was asked for, and does not play
        played.ear._given[at] = when, asked
    assert not played.ear.alarm("pitch").false
