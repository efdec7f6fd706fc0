"""How notes are played from the start: what `play`, `serve` and `render` have flags for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.tuning.named import find_tuning
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.host.voicing import (
    ASSIGNABLE,
    EXPONENTS,
    MODES,
    MOST_BEND,
    UNTUNED,
    VELOCITY_CURVES,
    Voicing,
    check_target,
    exponent_of,
)

if TYPE_CHECKING:
    from rtsynth.plugin import Plugin

FLAGS = {
    "bend_range": "--bend-range",
    "velocity": "--velocity",
    "voice_mode": "--voice-mode",
    "pressure": "--pressure",
    "timbre": "--timbre",
    "tuning": "--tuning",
    "keyboard_map": "--keyboard-map",
}


@dataclass(frozen=True)
class VoicingChoice:
    """A field for each of FLAGS; None leaves that as it is."""

    bend_range: float | None = None
    velocity: str | None = None
    voice_mode: str | None = None
    pressure: str | None = None
    timbre: str | None = None
    tuning: str | None = None
    keyboard_map: str | None = None

    def given(self) -> dict[str, object]:
        """{flag: value} of those that are given."""
        return {
            flag: getattr(self, name)
            for name, flag in FLAGS.items()
            if getattr(self, name) is not None
        }

    def check(self, plugins: "Iterable[Plugin]" = ()) -> None:
        """Check what can be checked by itself, and that one of the plugins has each parameter.

        Raises:
            InputError: one line that names the flag.
        """
        if self.bend_range is not None and not 0 <= self.bend_range <= MOST_BEND:
            raise InputError(f"--bend-range {self.bend_range:g}: give 0 to {MOST_BEND:g} semitones")
        if self.voice_mode not in (None, *MODES):
            raise InputError(f"--voice-mode {str(self.voice_mode)[:40]}: use {' or '.join(MODES)}")
        if self.keyboard_map is not None and self.tuning is None:
            raise InputError(f"--keyboard-map {self.keyboard_map}: give --tuning with it")
        self._exponent()
        self.tuned()
        for wheel in ASSIGNABLE:
            self._check_wheel(wheel, list(plugins))

    def _check_wheel(self, wheel: str, plugins: "list[Plugin]") -> None:
        chosen, problem = getattr(self, wheel), None
        for plugin in plugins if chosen is not None else ():
            try:
                check_target(plugin, wheel, chosen)
                return
            except ControlError as error:
                problem = error
        if problem is not None:
            raise InputError(f"--{wheel} {chosen[:40]}: {problem}")

    def _exponent(self) -> float | None:
        text = self.velocity
        if text is None or text in VELOCITY_CURVES:
            return None if text is None else exponent_of(text)
        try:
            exponent = float(text)
        except ValueError:
            exponent = 0.0
        low, high = EXPONENTS
        if not low <= exponent <= high:
            known = ", ".join(VELOCITY_CURVES)
            raise InputError(
                f"--velocity {text[:40]}: use {known}, or an exponent {low:g}..{high:g}"
            )
        return exponent

    def tuned(self) -> Tuned | None:
        """What notes go through; None is twelve equal steps.

        Raises:
            InputError: one line that names the file, or the names there are.
        """
        return find_tuning(self.tuning or UNTUNED, self.keyboard_map)

    def of(self, before: Voicing, plugin: "Plugin") -> Voicing:
        """How the notes of a plugin are played that were played as `before`."""
        exponent = self._exponent()
        voicing = replace(
            before,
            bend_range=before.bend_range if self.bend_range is None else self.bend_range,
            velocity=before.velocity if exponent is None else exponent,
            mode=self.voice_mode or before.mode,
        )
        if self.tuning is not None:
            voicing = replace(voicing, tuning=self.asked)
        for wheel in ASSIGNABLE:
            if self._fits(plugin, wheel):
                voicing = voicing.assigned(wheel, getattr(self, wheel))
        return voicing

    def _fits(self, plugin: "Plugin", wheel: str) -> bool:
        """Whether a wheel is given a parameter that this plugin has."""
        try:
            self._check_wheel(wheel, [plugin])
        except InputError:
            return False
        return getattr(self, wheel) is not None

    @property
    def asked(self) -> tuple[str, ...]:
        """As `Voicing.tuning`."""
        tuning = self.tuning or UNTUNED
        return (tuning,) if self.keyboard_map is None else (tuning, self.keyboard_map)
