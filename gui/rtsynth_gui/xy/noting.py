"""What a gesture among presets changes, by what the engine reports of it: one step of undo."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from rtsynth_gui.edit.history import Step
from rtsynth_gui.link.control import Control
from rtsynth_gui.xy.corners import Point

# What stands for the point among the addresses of a step. No slash: the engine knows nothing of it.
POINT = ("xy.x", "xy.y")


class Settings(NamedTuple):
    """What can be set back of a control: its value; or that a tier generates it."""

    control: Control
    value: float
    generated: bool

    @property
    def by_address(self) -> dict[str, float]:
        """What is sent to set it."""
        if self.generated:
            return {self.control.take_address: 0.0}
        return {self.control.address: self.value}


def settings_of(control: Control, values: Mapping[str, float]) -> Settings:
    """How a control is set now."""
    generated = control.generation is not None and values.get(control.take_address, 0.0) <= 0
    return Settings(control, values.get(control.address, control.default), generated)


class Noting:
    """How controls were before a gesture, and where the point was. True while there is one."""

    def __init__(self) -> None:
        self._before: dict[str, Settings] = {}
        self._from: Point = (0.0, 0.0)
        self._gesture = 0

    def __bool__(self) -> bool:
        return bool(self._before)

    def begin(
        self, controls: Iterable[Control], values: Mapping[str, float], point: Point, gesture: int
    ) -> None:
        """A gesture begins."""
        self._before = {c.address: settings_of(c, values) for c in controls}
        self._from, self._gesture = point, gesture

    def leave(self, address: str) -> None:
        """A control is moved by something else: what is reported of it is not of the gesture."""
        self._before.pop(address.removesuffix("/take"), None)

    def stop(self) -> None:
        """What is reported from now on is not of it."""
        self._before.clear()

    def step(
        self, title: str, changed: Collection[str], values: Mapping[str, float], point: Point
    ) -> Step | None:
        """The step of what is otherwise than before, among the addresses that were reported."""
        before: dict[str, float] = {}
        after: dict[str, float] = {}
        for address in {each.removesuffix("/take") for each in changed} & self._before.keys():
            was = self._before[address]
            now = settings_of(was.control, values)
            if now != was:
                before |= was.by_address
                after |= now.by_address
        if not before:
            return None
        before |= zip(POINT, self._from, strict=True)
        after |= zip(POINT, point, strict=True)
        return Step(title, before, after, self._gesture)
