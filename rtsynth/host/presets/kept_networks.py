"""What networks were, among what a snapshot keeps: the parts `network/SLOT`.

No value describes that. It goes on while it plays, so it always counts as moved, and is put back
wherever the plugin still plays.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError, RtsynthError
from rtsynth.host.presets.file_parts import NETWORK
from rtsynth.host.state_banks import StateBanks
from rtsynth.host.voicings import Slots


class KeptNetwork(NamedTuple):
    """The state of all voices of a slot, and the content hash of its plugin."""

    slot: int
    hash: str
    state: NDArray[np.float32]


Networks = Mapping[str, KeptNetwork]  # by their parts


def take_networks(parts: Iterable[str], slots: Slots, banks: StateBanks) -> Networks:
    """What the networks of these parts are now.

    Raises:
        ControlError: no such part, an empty slot, or nothing plays.
    """
    taken = {}
    for part in parts:
        number = part.removeprefix(NETWORK)
        if not (number.isdecimal() and len(number) < 4):
            raise ControlError(f"{part[:80]!r}: networks are {NETWORK}SLOT")
        digest = slots.slot(int(number)).plugin.content_hash
        taken[part] = KeptNetwork(int(number), digest, banks.now(int(number)))
    return taken


def still_there(networks: Networks, slots: Slots) -> Networks:
    """Those whose plugin plays in their slot."""
    playing = {slot.number: slot.plugin.content_hash for slot in slots.slots}
    return {part: kept for part, kept in networks.items() if playing.get(kept.slot) == kept.hash}


def put_networks_back(networks: Networks, banks: StateBanks) -> list[str]:
    """Let networks go on from there; a line for each that cannot."""
    problems = []
    for kept in networks.values():
        try:
            banks.go_on_from(kept.slot, kept.state)
        except RtsynthError as error:
            problems.append(str(error))
    return problems
