"""The addresses that patterns reach: of the loaded slots and the master, and no others."""

from collections import OrderedDict

from rtsynth.common.control_info import Description
from rtsynth.control.osc.addresses import control_address, slot_address
from rtsynth.control.osc.calls import When
from rtsynth.control.osc.patterns import AddressTree
from rtsynth.control.osc.space.values import VALUE_COMMANDS
from rtsynth.control.osc.surface.commands import OF_SLOTS, check_length
from rtsynth.host.protocol import Engine

MAX_REMEMBERED = 64  # patterns


def slot_addresses(description: Description) -> list[str]:
    """Of the controls of the loaded slots and the master, and of the commands to slots that take no
    time.

    Loading, unloading and whatever else takes long is out of reach, as are commands to the
    engine: `/*` should end nothing.
    """
    ends = ["" if how is None else f"/{how}" for how in VALUE_COMMANDS]
    acts = [name for name, command in OF_SLOTS.items() if command.when is not When.SLOW]
    found: list[str] = []
    for place in description.places.values():
        for control in place.every_control:
            found += [f"{control_address(place.number, control)}{end}" for end in ends]
    for slot in description.slots:
        found += [slot_address(slot.number, name) for name in acts]
    return found


class AddressBook:
    """Matches patterns; remembers the latest, until another plugin is loaded. For one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changes = engine.subscribe(values=False)
        self._tree: AddressTree | None = None
        self._remembered: OrderedDict[str, list[str]] = OrderedDict()

    def matching(self, pattern: str) -> list[str]:
        """The addresses that a pattern reaches.

        Raises:
            ControlError: none, too many, or not a pattern.
        """
        check_length(pattern)
        if self._changes.take_plugins() or self._tree is None:
            self._tree = AddressTree(slot_addresses(self._engine.describe()))
            self._remembered.clear()
        found = self._remembered.get(pattern)
        if found is None:
            found = self._remembered[pattern] = self._tree.matching(pattern)
            if len(self._remembered) > MAX_REMEMBERED:
                self._remembered.popitem(last=False)
        return found
