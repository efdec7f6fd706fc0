"""Learned mappings as a section of what is kept of a performance: a set brings its own."""

from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.host.mapping.file import entry_of, read_entry
from rtsynth.host.mapping.mappings import MOST_LEARNED, Mappings

SECTION = "mappings"


class MappingsSection:
    """Implements `rtsynth.host.sections.Service`: the entries of a map, as in its file."""

    def __init__(self, mappings: Mappings) -> None:
        self._mappings = mappings

    def read(self) -> list[dict[str, Any]] | None:
        """The entries of what is learned; without any an empty list: it clears those of today.

        None where nobody has asked what is learned: a set made there leaves mappings alone.
        """
        if not self._mappings.is_open:
            return None
        return [entry_of(binding) for binding in self._mappings.learned]

    def restore(self, data: Any) -> list[str]:
        """Put these in place of what is learned; a line for each that cannot be used.

        Raises:
            InputError: it is no list, or too long.
        """
        if not isinstance(data, list) or len(data) > MOST_LEARNED:
            raise InputError(f"not a list of up to {MOST_LEARNED} entries of a MIDI map")
        bindings, problems = [], []
        for number, entry in enumerate(data, start=1):
            try:
                bindings.append(read_entry(f"entry {number}", entry))
            except InputError as error:
                problems.append(str(error))
        self._mappings.replace(tuple(bindings))
        return problems
