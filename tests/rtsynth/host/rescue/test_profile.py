import numpy as np
import pytest

from rtsynth.host.rescue.features import COUNT, FITS, LEVEL, OCTAVE
from rtsynth.host.rescue.profile import NEAREST, TUNED, Profile, profile_of


def profile(places: int = 3 * NEAREST) -> Profile:
    """One knob 0..1; everything is healthy within 1 of ten times the knob."""
    knobs = np.linspace(0, 1, places)[:, None]
    middle = np.repeat(10 * knobs, COUNT, axis=1)
    return Profile(knobs, middle - 1, middle + 1, np.full(COUNT, 2.0), np.zeros(1))


def test_bounds_are_those_of_the_nearest_places() -> None:
    bounds = profile().bounds(np.array([0.5]))
    assert bounds is not None
    low, high = bounds
    assert 1 < low[0] < 4 < 6 < high[0] < 9


@pytest.mark.parametrize(
    ("knob", "known"), [(-0.04, True), (1.04, True), (-0.1, False), (2, False)]
)
def test_little_beyond_what_was_looked_at(knob: float, known: bool) -> None:
    assert (profile().bounds(np.array([knob])) is not None) == known


@pytest.mark.parametrize(
    ("knob", "low", "high"),
    [
        (0.0, 0, 0), (0.005, 0, 0), (0.1, 0, 10), (0.25, 0, 10), (0.45, 0, 10), (0.5, 10, 10),
        (0.6, 10, 20), (0.9, 10, 20), (1.0, 20, 20),
    ],
)  # fmt: skip
def test_a_class_is_compared_with_itself_and_what_is_between_with_both(
    knob: float, low: float, high: float
) -> None:
    """Three classes, and between them, each at eight places of another knob."""
    shares = (0, 0.25, 0.5, 0.75, 1)
    knobs = np.array([[c, x] for c in shares for x in np.linspace(0, 1, NEAREST)])
    values = np.repeat(20 * knobs[:, :1], COUNT, axis=1)
    classes = np.array([2.0, 0.0])
    bounds = Profile(knobs, values, values, np.ones(COUNT), classes).bounds(np.array([knob, 0.0]))
    assert bounds is not None
    assert (bounds[0][LEVEL], bounds[1][LEVEL]) == (low, high)


def test_pitch_is_judged_where_the_plugin_holds_it() -> None:
    knobs, low = np.zeros((NEAREST, 1)), np.ones((NEAREST, COUNT))
    for fits, judged in ((0.9, True), (TUNED - 0.1, False)):
        low[3, FITS] = fits
        bounds = Profile(knobs, low, low, np.ones(COUNT), np.zeros(1)).bounds(np.zeros(1))
        assert bounds is not None
        assert np.isfinite(bounds[0][[FITS, OCTAVE]]).all() == judged
        assert np.isfinite(bounds[0][LEVEL])


def test_how_far_outside() -> None:
    features = np.full(COUNT, np.nan)
    low, high = np.full(COUNT, -1.0), np.full(COUNT, 1.0)
    for value, expected in ((0.5, 0.0), (5.0, 2.0), (-2.0, -0.5)):
        features[LEVEL] = value
        far = profile().outside(features, (low, high))
        assert far[LEVEL] == expected
        assert not far[LEVEL + 1 :].any(), "what there is not is not outside"


def test_another_place() -> None:
    features, knobs = np.full(COUNT, 100.0), np.array([0.5])
    bounds = profile().with_place(knobs, features).bounds(knobs)
    assert bounds is not None
    assert (bounds[1] == 100).all()


def test_it_is_read_as_it_was_written() -> None:
    written = profile()
    written.low[0, 0] = np.nan
    read = profile_of(written.to_bytes())
    assert read is not None
    for name in ("knobs", "low", "high", "slack", "classes"):
        np.testing.assert_array_equal(getattr(read, name), getattr(written, name))


def test_damage_is_noticed() -> None:
    data = profile().to_bytes()
    assert profile_of(b"") is None
    assert profile_of(data[: len(data) // 2]) is None
    wrong = Profile(
        np.zeros((3, 1)), np.zeros((2, COUNT)), np.zeros((3, COUNT)), np.ones(COUNT), np.ones(1)
    )
    assert profile_of(wrong.to_bytes()) is None
    no_slack = Profile(*(np.zeros((3, n)) for n in (1, COUNT, COUNT)), np.zeros(COUNT), np.zeros(1))
    assert profile_of(no_slack.to_bytes()) is None
