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


def programs_of(engine: object) -> Programs | None:
    """Where an engine's numbered presets are; None for an engine without any."""
    presets = getattr(engine, "presets", None)
    return presets if isinstance(presets, Programs) else None
