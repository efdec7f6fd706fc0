"""The states of a slot's network in presets, sets and the session of an engine that is restarted.

They are kept as text with the content hash of their plugin, and put back for that plugin alone.
"""

import logging
from typing import Any

from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.log import RateLimitedLog
from rtsynth.host.bank_names import MOST
from rtsynth.host.core import EngineCore
from rtsynth.host.notices import Notices
from rtsynth.host.rack import Rack
from rtsynth.host.sections import Sections
from rtsynth.host.state_banks import StateBanks

NO_LOOP = ("", 0.0)
LARGEST_TEXT = 384 << 10  # characters of all states of a slot: of sixteen slots a file has room

log = RateLimitedLog(logging.getLogger("rtsynth"))


class BankSection:
    """Implements `sections.SlotService`."""

    def __init__(self, banks: StateBanks) -> None:
        self._banks = banks

    def read(self, slot: int) -> dict[str, Any] | None:
        """The states by name, and which one notes begin from; None if there never was one.

        Those there is no room for are named only, with a line in the log.
        """
        kept = self._banks.kept(slot)
        if kept is None:
            return None
        states: dict[str, str] = {}
        left: list[str] = []
        room = LARGEST_TEXT
        for name, text in kept.texts.items():
            if text is None or len(text) > room:
                left.append(name)
            else:
                states[name] = text
                room -= len(text)
        if any(kept.texts[name] is not None for name in left):
            log.warning(
                f"slot {slot}: {len(left)} of its {len(kept.texts)} states are in no preset, set "
                "or session: they are too large; write them to a file"
            )
        looped = self._banks.looped(slot)
        data: dict[str, Any] = {
            "hash": kept.hash,
            "states": states,
            "left": left,
            "start": kept.start,
            "programs": kept.by_program,
        }
        if looped is None or looped[0]:  # one without a name there is no way to begin again
            data["loop"] = None if looped is None else list(looped)
        return data

    def restore(self, slot: int, data: Any) -> list[str]:
        """Put these states in place of those of the slot; a line for each that cannot be.

        Raises:
            InputError: they are none, or of another plugin.
        """
        if not isinstance(data, dict) or not isinstance(data.get("states"), dict):
            raise InputError("no table of states")
        states, left, start = data["states"], data.get("left", []), data.get("start", "")
        if len(states) > MOST or not all(isinstance(text, str) for text in states.values()):
            raise InputError(f"not up to {MOST} texts")
        if sum(map(len, states.values())) > LARGEST_TEXT:
            raise InputError(f"more than {LARGEST_TEXT} characters")
        if not isinstance(left, list) or not isinstance(start, str):
            raise InputError("left, start: not a list and a text")
        loop = _loop_of(data)
        problems = self._banks.replace(slot, str(data.get("hash", "")), states, left, start)
        self._banks.take_programs(slot, on=data.get("programs") is True)
        if loop is not None:
            problems += self._restore_loop(slot, loop)
        return problems

    def _restore_loop(self, slot: int, loop: tuple[str, float]) -> list[str]:
        """Put a state back again and again, or none: where it is not so already."""
        if (self._banks.looped(slot) or NO_LOOP) == loop:
            return []
        try:
            self._banks.loop(slot, *loop)
        except ControlError as error:
            return [f"loop: {error}"]
        return []


def _loop_of(data: dict[str, Any]) -> tuple[str, float] | None:
    """The loop that is kept, NO_LOOP for none; None: that was not said.

    Raises:
        InputError: it is none.
    """
    if "loop" not in data:
        return None
    match data["loop"]:
        case None:
            return NO_LOOP
        case [str(name), int() | float() as seconds] if name:
            return name, float(seconds)
    raise InputError("loop: not a state's name and seconds")


def banks_for(rack: Rack, core: EngineCore, notices: Notices, sections: Sections) -> StateBanks:
    """The states of a rack's slots: they are in presets, sets and sessions."""
    banks = StateBanks(rack, core, notices)
    rack.carries.append(banks.carry)
    sections.add_for_slots("bank", BankSection(banks))
    return banks
