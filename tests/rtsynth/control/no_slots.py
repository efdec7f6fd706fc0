"""Where slots would be, for services of an engine that plays nothing."""

from typing import Any

from rtsynth.common.errors import ControlError
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.compiler.compile import Compiled
from rtsynth.host.slot import Slot
from rtsynth.plugin import Plugin


class NoSlots:
    """Where slots would be: a recording engine has none to play."""

    @property
    def slots(self) -> list[Slot]:
        return []

    def slot(self, number: int) -> Slot:
        raise ControlError(f"there is no slot {number} to play")

    def set_voices(self, number: int, voices: int, *, insist: bool = False) -> None:
        raise ControlError(f"there is no slot {number} to play")

    def find(self, number: int) -> Slot | None:
        return None

    def load_into(self, number: int, plugin: Plugin) -> Slot:
        raise ControlError(f"there is no slot {number} to play")

    def go_on_with(self, slot: Slot, compiled: Compiled) -> None:
        raise ControlError(f"there is no slot {slot.number} to play")

    def load_again(self, slot: Slot, compiled: Any, state: Any = None) -> Slot:
        raise ControlError("there is no slot to play")

    def start_tuned(self, tuning: tuple[str, ...], tuned: Tuned | None) -> None:
        """There will be no slots."""
