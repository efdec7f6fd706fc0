"""Names and order of the slots among what can be undone: by the addresses that set them."""

import re

from rtsynth.control.osc.addresses import slot_address
from rtsynth_gui.edit.history import Setting
from rtsynth_gui.link.description import Description

ORDER = "/slots/order"
NAME = re.compile(r"/slot/(\d{1,3})/name$")


def name_address(slot: int) -> str:
    """Where a slot is named."""
    return slot_address(slot, "name")


def is_naming(address: str) -> bool:
    """Whether an address is one of these."""
    return address == ORDER or NAME.match(address) is not None


class Naming:
    """As the engine describes it, and as it was sent since."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.plugins: dict[int, str] = {}
        self.order: tuple[int, ...] = ()

    def take(self, description: Description) -> None:
        """The engine described itself."""
        self.names = description.names
        self.plugins = {slot.number: slot.plugin for slot in description.slots}
        self.order = tuple(slot.number for slot in description.arranged)

    def current(self, address: str) -> Setting | None:
        """The order, or a slot's name; None where the slot is empty."""
        if address == ORDER:
            return self.order
        found = NAME.match(address)
        return self.names.get(int(found[1])) if found else None

    def put(self, address: str, setting: Setting) -> None:
        """Take what is sent."""
        found = NAME.match(address)
        if isinstance(setting, tuple):
            self.order = setting
        elif found:
            self.names[int(found[1])] = str(setting)
