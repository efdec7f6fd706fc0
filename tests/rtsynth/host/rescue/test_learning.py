import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.host.rescue import learning
from rtsynth.host.rescue.features import COUNT, FITS, LEVEL
from rtsynth.host.rescue.learning import (
    StoppedError,
    effort,
    learn,
    positions,
    slack_of,
    to_classes,
)
from rtsynth.host.rescue.observer import Look
from rtsynth.host.rescue.profile import LEAST_SLACK, Profile
from rtsynth.host.rescue.traps import REMEMBERED_S, Judge


def test_places_are_spread_over_all_knobs_and_reach_their_ends() -> None:
    places = positions(64, 3)
    assert places.shape == (64, 3)
    assert places[0].tolist() == [0.5, 0.5, 0.5]
    assert (places.min(axis=0) == 0).all()
    assert (places.max(axis=0) == 1).all()
    for knob in places.T:
        assert (np.histogram(knob, 4, (0, 1))[0] >= 8).all()
    np.testing.assert_array_equal(positions(96, 3)[:64], places)


def test_places_are_at_classes_and_between_them() -> None:
    places = positions(64, 3)
    found = to_classes(places, np.array([2.0, 0.0, 1.0]))
    np.testing.assert_array_equal(found[:, 1], places[:, 1])
    for knob, steps in ((0, 2), (2, 1)):
        whole = found[:, knob] * steps % 1 == 0
        assert 0.5 < whole.mean() < 0.8
        assert set(found[whole, knob] * steps) == set(range(steps + 1))
        np.testing.assert_array_equal(found[~whole, knob], places[~whole, knob])


def test_of_few_knobs_there_are_fewer_places_and_each_is_looked_at_for_longer() -> None:
    assert [effort(knobs) for knobs in (1, 2, 3, 9)] == [(16, 96), (32, 48), (64, 24), (64, 24)]


def test_slack_is_what_is_outside_for_three_looks() -> None:
    judge = Judge(
        Profile(
            np.zeros((1, 1)), -np.ones((1, COUNT)), np.ones((1, COUNT)), LEAST_SLACK, np.ones(1)
        ),
        16_000,
    )
    slack, looks = LEAST_SLACK[LEVEL], []
    outside = [0.0] * 12 + [9.0, 0.0] * 5 + [2.0, 3.0, 2.5] + [0.0] * 5
    for number, far in enumerate(outside):
        features = np.zeros(COUNT)
        features[LEVEL] = 1 + far * slack if far else 0.0
        looks.append(Look(4000 + 400 * number, np.zeros(1), features, True, True))
    assert len(looks) * 400 > REMEMBERED_S * 16_000
    found = slack_of(judge, [looks])
    assert found[LEVEL] == pytest.approx(slack * learning.MORE * 2.0)
    np.testing.assert_array_equal(found[LEVEL + 1 :], LEAST_SLACK[LEVEL + 1 :])


def test_a_plugin_is_healthy_where_it_was_looked_at(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "PLACES", 4)
    profile = learn(compiled.plugin)
    assert profile.knobs.shape == (4, 4), "instrument, amplitude, pitch; temperature"
    assert (profile.slack >= LEAST_SLACK).all()
    assert not profile.classes.any(), "there are none"
    assert np.isfinite(profile.low).all()
    assert (profile.low <= profile.high).all()
    assert (profile.low[:, FITS] >= -1).all()
    again = learn(compiled.plugin)
    np.testing.assert_array_equal(again.low, profile.low)


def test_it_stops_when_nobody_wants_it_any_more(compiled: Compiled) -> None:
    asked = iter([True, True, False])
    with pytest.raises(StoppedError):
        learn(compiled.plugin, go_on=lambda: next(asked))
