"""How notes are played, as a record: what fits a plugin, and what a file may hold."""

import json
import math

import pytest

from rtsynth import Plugin
from rtsynth.common.errors import ControlError
from rtsynth.host.voicing import (
    NOTHING,
    Voicing,
    check_target,
    exponent_of,
    voicing_of,
    wheel_target,
)
from tests.rtsynth.plugins import tiers_plugin


def test_what_is_stored_comes_back() -> None:
    voicing = Voicing(12.0, "vowel", NOTHING, "legato", 0.5, ("a.scl", "b.kbm"))
    assert voicing_of(json.loads(json.dumps(voicing.stored()))) == voicing
    assert voicing_of({}) == Voicing()


@pytest.mark.parametrize(
    "stored",
    [
        {"bend_range": -1}, {"bend_range": math.nan}, {"pressure": ""}, {"mode": "loud"},
        {"velocity": 0}, {"velocity": True}, {"tuning": "off"}, {"tuning": []}, {"other": 1},
        {"timbre": 3}, {"mode": []},
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused_by_its_field(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(stored))):
        voicing_of(stored)


def test_the_plugin_suggests_what_wheels_move(plugin: Plugin) -> None:
    for wheel, name in (("pressure", "amplitude"), ("timbre", "instrument")):
        target = wheel_target(plugin, wheel, "auto")
        assert target is not None
        assert target.name == name
    made = tiers_plugin()
    suggested = wheel_target(made, "timbre", "auto")
    assert suggested is None or suggested.name not in made.manifest.generated
    assert wheel_target(plugin, "timbre", "none") is None
    assert wheel_target(plugin, "timbre", "missing here") is None


def test_targets_are_checked(plugin: Plugin) -> None:
    for chosen in ("auto", "none", "instrument", "amplitude"):
        check_target(plugin, "timbre", chosen)
    for wheel, chosen in (("timbre", "pitch"), ("timbre", "nope"), ("bend", "instrument")):
        with pytest.raises(ControlError, match=chosen if wheel == "timbre" else "no wheel 'bend'"):
            check_target(plugin, wheel, chosen)


def test_velocity_curves() -> None:
    assert [exponent_of(curve) for curve in ("soft", "linear", "hard", 3, 0, 99)] == [
        0.5, 1.0, 2.0, 3.0, 0.1, 10.0,
    ]  # fmt: skip
    for curve in ("loud", math.nan):
        with pytest.raises(ControlError):
            exponent_of(curve)
