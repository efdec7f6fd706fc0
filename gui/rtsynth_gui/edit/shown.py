"""What the desk asks of the parts of the window that show controls."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Shown(Protocol):
    """Several controls on the screen: a slot's panel, or its strip in the rack."""

    def current(self, address: str) -> float | None:
        """The value at an address as it is shown; None where it is not, or no hand moves it."""

    def put(self, address: str, value: float) -> None:
        """Show a value that was sent to the engine."""

    def wait_for_midi(self, address: str) -> None:
        """Show which control waits for a MIDI control; "" is none."""


class Modulated(Protocol):
    """A slot's panel, as far as modulators go."""

    def show_modulations(self, moved: Mapping[str, Sequence[str]]) -> None:
        """Say what each source moves: names of controls by that of the source."""
