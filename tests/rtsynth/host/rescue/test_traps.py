import numpy as np
import pytest

from rtsynth.host.rescue.features import (
    BITS,
    COUNT,
    FITS,
    FLATNESS,
    LEVEL,
    OCTAVE,
    REPEATS,
    SIZE,
    SURPRISE,
)
from rtsynth.host.rescue.observer import Look
from rtsynth.host.rescue.profile import TUNED, Profile
from rtsynth.host.rescue.traps import MOST_ACCEPTED, REMEMBERED_S, Judge, State, Verdict

RATE_HZ, STEP = 16_000, 400
HEALTHY = np.zeros(COUNT)


def judge() -> Judge:
    """One knob 0..1: at 0 features are healthy in -1..1, at 1 in 9..11; the slack is 1."""
    knobs = np.repeat([[0.0], [1.0]], 8, axis=0)
    low, high = 10 * knobs - np.ones(COUNT), 10 * knobs + np.ones(COUNT)
    low[:, [FITS, OCTAVE]] = np.maximum(low[:, [FITS, OCTAVE]], TUNED)
    return Judge(Profile(knobs, low, high, np.ones(COUNT), np.zeros(1)), RATE_HZ)


class Sound:
    """Goes on, look by look."""

    def __init__(self, judging: Judge) -> None:
        self.judging, self.clock = judging, 4000

    def go_on(self, seconds: float, features=HEALTHY, knob=0.0, sounds=True, usual=True) -> Verdict:
        verdict = Verdict(State.UNKNOWN)
        for _ in range(round(seconds * RATE_HZ / STEP)):
            self.clock += STEP
            look = Look(self.clock, np.array([knob]), features, sounds, usual)
            verdict = self.judging.judge(look)
        return verdict


def off(feature: int, value: float) -> np.ndarray:
    features = HEALTHY.copy()
    features[feature] = value
    return features


@pytest.fixture
def sound() -> Sound:
    return Sound(judge())


def test_nothing_is_said_of_what_has_just_begun(sound: Sound) -> None:
    wrong = off(LEVEL, 5.0)
    assert sound.go_on(REMEMBERED_S - 0.03, wrong).state is State.UNKNOWN
    assert sound.go_on(0.06, wrong) == Verdict(State.WRONG, "loud")
    assert sound.go_on(0.025, HEALTHY, sounds=False).state is State.UNKNOWN
    assert sound.go_on(0.2, wrong).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("feature", "side", "reason"),
    [(REPEATS, -1, "loop"), (FLATNESS, -1, "loop"), (BITS, 1, "noise"), (SURPRISE, 1, "noise")],
)
def test_a_tone_at_the_pitch_that_it_is_asked_for_is_no_loop_and_no_noise(
    sound: Sound, feature: int, side: int, reason: str
) -> None:
    wrong = Verdict(State.WRONG, reason)
    tuned = off(feature, 2.4 * side)
    tuned[[FITS, OCTAVE]] = 0.95, 0.6
    assert sound.go_on(1.0, tuned).state is State.HEALTHY
    tuned[OCTAVE] = 1.4  # no higher octave at all
    assert sound.go_on(1.0, tuned).state is State.HEALTHY
    tuned[feature] = 3.1 * side  # further than any is
    assert sound.go_on(1.0, tuned) == wrong
    tuned[feature], tuned[FITS] = 2.4 * side, 0.7
    assert sound.go_on(1.0, tuned) == wrong
    tuned[FITS], tuned[OCTAVE] = 0.95, -0.1
    assert sound.go_on(1.0, tuned) == wrong


def test_a_noise_that_fits_the_pitch_is_one(sound: Sound) -> None:
    """The other side of what a tone may be."""
    for feature in (REPEATS, FLATNESS):
        noisy = off(feature, 2.4)
        noisy[[FITS, OCTAVE]] = 0.95, 0.6
        assert sound.go_on(1.0, noisy) == Verdict(State.WRONG, "noise")


@pytest.mark.parametrize(
    ("feature", "value", "reason"),
    [
        (LEVEL, 3.0, "loud"),
        (LEVEL, -4.0, "quiet"),
        (FLATNESS, 3.0, "noise"),
        (REPEATS, -9.0, "loop"),
        (BITS, -3.0, "loop"),
        (FITS, -3.0, "pitch"),
        (OCTAVE, -3.0, "pitch"),
        (SURPRISE, 5.0, "noise"),
        (SIZE, 3.0, "state"),
    ],
)
def test_what_is_wrong_has_a_name(sound: Sound, feature: int, value: float, reason: str) -> None:
    assert sound.go_on(1.0).state is State.HEALTHY
    assert sound.go_on(0.025, off(feature, value)) == Verdict(State.WRONG, reason)


def test_what_cannot_be_heard_is_silence_where_it_is_wrong(sound: Sound) -> None:
    sound.go_on(1.0)
    assert sound.go_on(0.025, off(LEVEL, -90.0)) == Verdict(State.WRONG, "silence", True)
    knobs, wide = np.zeros((8, 1)), np.full((8, COUNT), 100.0)
    pauses = Sound(Judge(Profile(knobs, -wide, wide, np.ones(COUNT), np.zeros(1)), RATE_HZ))
    assert pauses.go_on(1.0, off(LEVEL, -90.0)) == Verdict(State.HEALTHY, "", True)


def test_too_good_is_no_trap(sound: Sound) -> None:
    sound.go_on(1.0)
    assert sound.go_on(0.025, off(FITS, 9.0)).state is State.HEALTHY
    assert sound.go_on(0.025, off(LEVEL, 1.9)).state is State.BORDER


def test_what_was_healthy_with_the_knobs_before_is_for_a_while(sound: Sound) -> None:
    sound.go_on(1.0)
    assert sound.go_on(REMEMBERED_S - 0.03, HEALTHY, knob=1.0).state is State.HEALTHY
    assert sound.go_on(0.1, HEALTHY, knob=1.0).state is State.WRONG


def test_knobs_that_are_void_make_nothing_healthy(sound: Sound) -> None:
    far = off(LEVEL, 10.0)
    sound.go_on(0.5, knob=0.0)
    heard = sound.clock
    sound.go_on(0.3, far, knob=1.0)
    sound.clock = heard
    sound.judging.rewound(heard)
    assert sound.go_on(0.025, far, knob=0.0).state is State.WRONG
    sound.judging.rewound(0)
    assert sound.go_on(0.3).state is State.HEALTHY


def test_what_is_unusual_is_not_judged(sound: Sound) -> None:
    sound.go_on(1.0)
    assert sound.go_on(0.5, off(LEVEL, 9.0), usual=False).state is State.UNKNOWN
    assert sound.go_on(0.5, off(LEVEL, 9.0), knob=3.0).state is State.UNKNOWN


def test_what_is_accepted_is_healthy(sound: Sound) -> None:
    features = off(LEVEL, -90.0)
    assert sound.go_on(1.0, features).state is State.WRONG
    sound.judging.accept(Look(sound.clock, np.array([0.0]), features, True, True))
    assert sound.go_on(1.0, features).state is State.HEALTHY


def test_only_so_many_places_are_accepted(sound: Sound) -> None:
    """The oldest is given up first; what was learnt stays."""
    judge, learnt = sound.judging, len(sound.judging._profile.knobs)
    for number in range(MOST_ACCEPTED + 3):
        features = off(LEVEL, -float(number))
        judge.accept(Look(number, np.array([number / 100]), features, True, True))
    places = judge._profile.knobs[:, 0]
    assert len(places) == learnt + MOST_ACCEPTED
    np.testing.assert_allclose(
        places[:MOST_ACCEPTED], np.arange(MOST_ACCEPTED + 2, 2, -1) / 100, atol=1e-12
    )
