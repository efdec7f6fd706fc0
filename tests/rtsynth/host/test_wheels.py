"""What each voice follows: the wheels of its player, what it alone was set to, the knobs."""

from random import Random

import pytest

from rtsynth import Plugin
from rtsynth.host.voicing import NOTHING, Voicing
from rtsynth.host.wheels import Effects, Turn, VoiceWheels, Wheels

BEND, SHARE, KNOB = "voice/bend", "voice/expression", "instrument"
ONE, TWO = ("keys", 1), ("keys", 2)


@pytest.fixture
def wheels(plugin: Plugin) -> VoiceWheels:
    return VoiceWheels(2, Effects(plugin, Voicing()))


def test_pressure_scales_what_expression_leaves(plugin: Plugin) -> None:
    effects = Effects(plugin, Voicing())
    assert effects.of(Wheels(1.0, 0.5, 0.5, 0.25)) == {BEND: 1.0, SHARE: 0.25, KNOB: 0.25}
    assert effects.of(Wheels()) == {BEND: 0.0, SHARE: 1.0}  # at their knobs until they are touched


def test_wheels_move_what_they_are_assigned_to(plugin: Plugin) -> None:
    effects = Effects(plugin, Voicing(pressure="instrument", timbre=NOTHING))
    assert effects.of(Wheels(pressure=0.5, timbre=0.5)) == {BEND: 0.0, SHARE: 1.0, KNOB: 0.5}
    assert effects.name("timbre") is None


def test_each_source_moves_its_own_voice(wheels: VoiceWheels) -> None:
    assert wheels.begin(0, ONE) == wheels.begin(1, TWO) == []
    assert wheels.move(TWO, "timbre", 0.5) == [Turn(1, KNOB, 0.5)]
    assert wheels.move(ONE, "pressure", 0.5) == [Turn(0, SHARE, 0.5)]
    assert wheels.move(ONE, "bend", 3.0) == [Turn(0, BEND, 3.0)]


def test_a_voice_returns_to_the_knob_with_another_s_note(wheels: VoiceWheels) -> None:
    wheels.begin(0, ONE)
    wheels.move(ONE, "timbre", 0.5)
    assert wheels.begin(0, TWO) == [Turn(0, KNOB, None)]
    assert wheels.begin(0, TWO) == []
    assert wheels.begin(0, ONE) == [Turn(0, KNOB, 0.5)]


def test_a_voice_keeps_what_it_was_set_to_until_its_next_note(wheels: VoiceWheels) -> None:
    wheels.begin(0, ONE)
    wheels.set_voice(0, KNOB)
    assert wheels.move(ONE, "bend", 1.0) == [Turn(0, BEND, 1.0)]
    assert wheels.begin(0, ONE) == [Turn(0, KNOB, None)]


def test_a_knob_takes_all_voices_with_it(wheels: VoiceWheels) -> None:
    wheels.begin(0, ONE)
    wheels.set_voice(1, KNOB)
    wheels.move(ONE, "timbre", 0.5)
    wheels.knob_moved(KNOB)
    assert wheels.begin(1, TWO) == []
    assert wheels.move(ONE, "bend", 1.0) == [Turn(0, BEND, 1.0)]  # the timbre stays at the knob
    assert wheels.begin(0, ONE) == [Turn(0, KNOB, 0.5)]


def test_what_another_assignment_leaves_goes_home(plugin: Plugin, wheels: VoiceWheels) -> None:
    wheels.begin(0, ONE)
    wheels.move(ONE, "timbre", 0.5)
    assert wheels.assign(Effects(plugin, Voicing(timbre=NOTHING))) == [Turn(0, KNOB, None)]
    assert wheels.begin(0, ONE) == []


def test_the_first_voice_follows_whoever_moves_until_it_has_a_note(wheels: VoiceWheels) -> None:
    assert wheels.move(ONE, "bend", 1.0) == [Turn(0, BEND, 1.0)]
    assert wheels.move(TWO, "bend", 2.0) == [Turn(0, BEND, 2.0)]
    assert wheels.drone == {BEND: 2.0, SHARE: 1.0}
    wheels.begin(0, ONE)
    assert wheels.move(TWO, "bend", 3.0) == []


def test_the_share_of_a_source(wheels: VoiceWheels) -> None:
    wheels.move(ONE, "expression", 0.5)
    wheels.move(ONE, "pressure", 0.5)
    assert (wheels.share(ONE), wheels.share(TWO)) == (0.25, 1.0)


def test_a_wheel_that_is_let_go_leaves_its_parameter_at_the_knob(wheels: VoiceWheels) -> None:
    wheels.begin(0, ONE)
    assert wheels.move(ONE, "timbre", None) == []
    wheels.move(ONE, "timbre", 0.5)
    wheels.move(ONE, "pressure", 0.5)
    assert wheels.move(ONE, "timbre", None) == [Turn(0, KNOB, None)]
    assert wheels.move(ONE, "pressure", None) == [Turn(0, SHARE, 1.0)]
    assert wheels.begin(0, ONE) == []


class Everything(set[str]):
    """As if every voice had to be looked through whenever a knob moves."""

    def __contains__(self, name: object) -> bool:
        return True


@pytest.mark.parametrize("seed", range(20))
def test_knobs_that_move_look_through_all_the_voices_they_have_to(
    plugin: Plugin, seed: int
) -> None:
    random, effects = Random(seed), Effects(plugin, Voicing())
    quick, thorough = (VoiceWheels(3, effects) for _ in range(2))
    thorough._noted = Everything()
    for _ in range(200):
        voice, source = random.randrange(3), random.choice([ONE, TWO])
        wheel, value = random.choice(["bend", "pressure", "timbre"]), random.choice([0.0, 0.5])
        name, act = random.choice([KNOB, "pitch"]), random.randrange(5)
        for wheels in (quick, thorough):
            if act == 0:
                wheels.set_voice(voice, name)
            elif act == 1:
                wheels.knob_moved(name)
            elif act == 2:
                wheels.follow(wheels)
        if act == 3:
            assert quick.begin(voice, source) == thorough.begin(voice, source)
        elif act == 4:
            assert quick.move(source, wheel, value) == thorough.move(source, wheel, value)
        assert (quick._known, quick._apart) == (thorough._known, thorough._apart)
