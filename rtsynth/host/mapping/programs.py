"""What program changes recall."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Programs(Protocol):
    """An engine's `presets`, as far as a program change needs them."""

    def recall_number(self, slot: int, number: int, *, at_ns: int | None = None) -> object:
        """Recall the preset with a number, from 0, in a slot; with a time it waits for nothing.

        Raises:
            RtsynthError: there is none, or it cannot be recalled.
        """


@runtime_checkable
class StatePrograms(Programs, Protocol):
    """An engine's `banks`, the same for states of networks."""

    def takes_programs(self, slot: int) -> bool:
        """Whether program changes recall states in a slot, instead of presets."""


class ProgramChanges:
    """What program changes recall in an engine: presets, or states where a slot is set to that."""

    def __init__(self, engine: object) -> None:
        self._presets, states = programs_of(engine), getattr(engine, "banks", None)
        self._states = states if isinstance(states, StatePrograms) else None

    def recall(self, slot: int, number: int, at_ns: int) -> str:
        """Recall what has a number, from 0; what that is, e.g. "preset". "" where there is nothing.

        Raises:
            RtsynthError: there is none of that number, or it cannot be recalled.
        """
        if self._states is not None and self._states.takes_programs(slot):
            self._states.recall_number(slot, number, at_ns=at_ns)
            return "state"
        if self._presets is None:
            return ""
        self._presets.recall_number(slot, number, at_ns=at_ns)
        return "preset"


def programs_of(engine: object) -> Programs | None:
    """Where an engine's numbered presets are; None for an engine without any."""
    presets = getattr(engine, "presets", None)
    return presets if isinstance(presets, Programs) else None
