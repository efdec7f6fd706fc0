"""An empty rack, for services that a recording engine has."""

from rtsynth.common.errors import ControlError
from rtsynth.common.tuning.tuning import Tuned
from rtsynth.host.slot import Slot


class NoSlots:
    """Where slots would be: a recording engine has none to play."""

    @property
    def slots(self) -> list[Slot]:
        return []

    def slot(self, number: int) -> Slot:
        raise ControlError(f"there is no slot {number} to play")

    def set_voices(self, number: int, voices: int, *, insist: bool = False) -> None:
        raise ControlError(f"there is no slot {number} to play")

    def start_tuned(self, tuning: tuple[str, ...], tuned: Tuned | None) -> None:
        """There will be no slots."""
