"""What a port plays: which slot by which channel, as slots come and go."""

from rtsynth.common.control_info import ControlInfo, Place, SlotInfo
from rtsynth.control.midi.mpe import Zones
from rtsynth.host.protocol import Controls


class Played:
    """The slots of an engine, as they were when a plugin was last loaded or unloaded.

    Args:
        zones: those of the port.
    """

    def __init__(self, engine: Controls, zones: Zones) -> None:
        self._engine, self._zones = engine, zones
        self._changes = engine.subscribe(values=False)
        self._describe()

    def _describe(self) -> None:
        description = self._engine.describe()
        self._slots = {slot.number: slot for slot in description.slots}
        self._places = description.places

    def _follow(self) -> None:
        if self._changes.take_plugins():
            self._describe()

    @property
    def slots(self) -> dict[int, SlotInfo]:
        """The slots by number."""
        self._follow()
        return self._slots

    @property
    def places(self) -> dict[int, Place]:
        """All that has controls: the slots and the master."""
        self._follow()
        return self._places

    def slot_of(self, channel: int) -> int | None:
        """The slot a channel plays: its zone's, the only one, or the one with its number."""
        slots = self.slots
        zone = self._zones.slot_of(channel, slots)
        if zone is not None:
            return zone
        only: int | None = next(iter(slots)) if len(slots) == 1 else None
        return channel if channel in slots else only

    def pitch_of(self, slot: int) -> ControlInfo | None:
        """The parameter of a slot that notes move."""
        described = self.slots.get(slot)
        parameters = described.parameters if described is not None else ()
        return next((control for control in parameters if control.role == "pitch"), None)
