"""Steps of what the engine reports while presets are blended."""

import json
from typing import Any

from rtsynth_gui.link.description import parse_description
from rtsynth_gui.xy.noting import POINT, Noting
from tests.gui.peer import description, tiered

PITCH, AMPLITUDE = "/slot/1/param/pitch", "/slot/1/param/amplitude"
RMSE = "/slot/1/param/rmse"
X, Y = POINT


def begun(described: dict[str, Any]) -> tuple[Noting, dict[str, float]]:
    parsed = parse_description(json.dumps(described))
    noting = Noting()
    assert not noting
    controls = parsed.description.slots[0].parameters
    noting.begin(controls, parsed.values, (0.5, 0.5), 7)
    assert noting
    return noting, parsed.values


def test_what_has_changed_and_nothing_else() -> None:
    noting, values = begun(description())
    values |= {PITCH: 70.0, "/slot/1/gain": -6.0}
    step = noting.step("Blend", [PITCH, AMPLITUDE, "/slot/1/gain"], values, (1.0, 0.0))
    assert step is not None
    assert step.before == {PITCH: 69.0, X: 0.5, Y: 0.5}
    assert step.after == {PITCH: 70.0, X: 1.0, Y: 0.0}
    assert (step.title, step.gesture) == ("Blend", 7)
    assert noting.step("Blend", [AMPLITUDE], values, (1.0, 0.0)) is None
    noting.stop()
    assert not noting
    assert noting.step("Blend", [PITCH], values, (1.0, 0.0)) is None


def test_an_override_is_released_again() -> None:
    noting, values = begun(tiered())
    values |= {RMSE: 0.25, f"{RMSE}/take": 1.0}
    step = noting.step("Blend", [f"{RMSE}/take"], values, (1.0, 1.0))
    assert step is not None
    assert step.before == {f"{RMSE}/take": 0.0, X: 0.5, Y: 0.5}
    assert step.after == {RMSE: 0.25, X: 1.0, Y: 1.0}


def test_what_a_hand_moves_meanwhile_is_a_step_of_its_own() -> None:
    noting, values = begun(description())
    noting.leave(PITCH)
    noting.leave("/elsewhere")
    values |= {PITCH: 70.0}
    assert noting.step("Blend", [PITCH], values, (1.0, 0.0)) is None
