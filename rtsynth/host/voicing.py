"""How the notes of a slot are played: bend range, wheels, velocity, one voice, tuning."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from rtsynth.common.errors import ControlError

if TYPE_CHECKING:
    from rtsynth.plugin import Parameter, Plugin

AUTO, NOTHING = "auto", "none"
"""Of a wheel: it moves what the plugin suggests, or nothing. No parameter is called so here."""
ASSIGNABLE = ("pressure", "timbre")  # wheels whose parameter can be chosen
RETRIGGER, LEGATO = "retrigger", "legato"
MODES = (RETRIGGER, LEGATO)
VELOCITY_CURVES = {"soft": 0.5, "linear": 1.0, "hard": 2.0}
EXPONENTS = (0.1, 10.0)
MOST_BEND = 96.0  # semitones: what MPE controllers ask for at most
UNTUNED = "off"
MOST_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Voicing:
    """Of one slot, whatever plugin it plays.

    `bend_range` is in semitones, for players who have not said theirs (RPN 0). `pressure` and
    `timbre` name a parameter, or are AUTO or NOTHING. `velocity` is the exponent of its curve.
    `mode` is what a note does that begins while the only voice sounds another one. `tuning` is how
    it was asked for, one text or two of which the second names the keyboard mapping.
    """

    bend_range: float = 2.0
    pressure: str = AUTO
    timbre: str = AUTO
    mode: str = RETRIGGER
    velocity: float = 1.0
    tuning: tuple[str, ...] = (UNTUNED,)

    def assigned(self, wheel: str, target: str) -> "Voicing":
        """With another choice of what a wheel of ASSIGNABLE moves."""
        if wheel == "pressure":
            return replace(self, pressure=target)
        return replace(self, timbre=target)

    def stored(self) -> dict[str, Any]:
        """For a file; see `voicing_of`."""
        return {**asdict(self), "tuning": list(self.tuning)}


def voicing_of(stored: Mapping[str, Any]) -> Voicing:
    """What `stored` gave; fields that are missing are at their defaults.

    Raises:
        ValueError: naming the field.
    """
    fields = dict(stored)
    for name, value in fields.items():
        is_valid = _FIELDS.get(name)
        if is_valid is None or not is_valid(value):
            raise ValueError(f"voicing: {name[:40]}")
    if "tuning" in fields:
        fields["tuning"] = tuple(fields["tuning"])
    return Voicing(**fields)


def _is_number(low: float, high: float) -> Any:
    return lambda value: type(value) in (int, float) and low <= value <= high


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MOST_TEXT


def _is_tuning(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 2 and all(map(_is_text, value))


_FIELDS: dict[str, Any] = {
    "bend_range": _is_number(0.0, MOST_BEND),
    "pressure": _is_text,
    "timbre": _is_text,
    "mode": MODES.__contains__,
    "velocity": _is_number(*EXPONENTS),
    "tuning": _is_tuning,
}


def exponent_of(curve: float | str) -> float:
    """The exponent of a velocity curve, by its name or as it is, moved into its range.

    Raises:
        ControlError: no such name, or not a finite number.
    """
    if isinstance(curve, str):
        if curve not in VELOCITY_CURVES:
            known = ", ".join(VELOCITY_CURVES)
            raise ControlError(f"no velocity curve {curve[:40]!r}; use {known} or an exponent")
        return VELOCITY_CURVES[curve]
    if not math.isfinite(curve):
        raise ControlError(f"{curve} is not a finite number")
    return min(max(float(curve), EXPONENTS[0]), EXPONENTS[1])


def wheel_target(plugin: "Plugin", wheel: str, chosen: str) -> "Parameter | None":
    """The parameter that a wheel of ASSIGNABLE moves in a plugin.

    AUTO is for pressure the amplitude, for timbre the first parameter that is neither pitch nor
    amplitude and that no tier generates. None: it moves nothing, or the plugin has no such one.
    """
    if chosen != AUTO:
        return next((p for p in plugin.parameters if p.name == chosen != NOTHING), None)
    if wheel == "pressure":
        return next((p for p in plugin.parameters if p.role == "amplitude"), None)
    made = plugin.manifest.generated
    return next(
        (
            p
            for p in plugin.parameters
            if p.role not in ("pitch", "amplitude") and p.name not in made
        ),
        None,
    )


def check_target(plugin: "Plugin", wheel: str, chosen: str) -> None:
    """Whether a wheel may move what was chosen.

    Raises:
        ControlError: there is no such parameter, or it is the pitch.
    """
    if wheel not in ASSIGNABLE:
        raise ControlError(f"no wheel {wheel[:40]!r} to assign; there are {', '.join(ASSIGNABLE)}")
    if chosen in (AUTO, NOTHING):
        return
    names = [p.name for p in plugin.parameters if p.role != "pitch"]
    if chosen not in names:
        raise ControlError(
            f"{wheel} cannot move {chosen[:40]!r} in {plugin.name}; "
            f"it can move {', '.join((*names, AUTO, NOTHING))}"
        )
