"""Sets: everything of a performance under a name, to go back to in one step."""

import logging

from rtsynth.host.notices import Notices
from rtsynth.host.performance import Performance, performance_of, to_document
from rtsynth.host.presets.moves import Moves
from rtsynth.host.presets.restoring import Restoring
from rtsynth.host.presets.set_files import read_set, set_files
from rtsynth.host.rack import Rack
from rtsynth.host.sections import Sections

log = logging.getLogger("rtsynth")

CHANGED = "/sets/changed"
Lines = list[str]


class Sets:
    """The sets of an engine. Any thread may call anything.

    Every method raises InputError for a name that there is not or a file that is damaged.
    """

    def __init__(self, rack: Rack, sections: Sections, moves: Moves, notices: Notices) -> None:
        self._rack, self._sections, self._notices = rack, sections, notices
        self.restoring = Restoring(rack, sections, moves)

    def list(self) -> Lines:
        """Names of the sets, in order."""
        return set_files().names()

    def save(self, name: str) -> None:
        """Keep everything under a name, over what was there.

        Raises:
            WriteError: the disk is full, or fails.
        """
        with self.restoring.lock:  # none is saved half-way
            performance = performance_of(self._rack.slots, self._sections)
        set_files().write(name, to_document(performance))
        self._notices.add(CHANGED)

    def rename(self, old: str, new: str) -> None:
        """Give a set another name, which must be free."""
        set_files().rename(old, new)
        self._notices.add(CHANGED)

    def delete(self, name: str) -> None:
        """Delete a set; what plays is as it was."""
        set_files().delete(name)
        self._notices.add(CHANGED)

    def recall(self, name: str) -> Lines:
        """Go back to a set; returns a line for everything that cannot be had any more.

        A plugin that plays already in its slot plays on, and its controls move; the others are
        loaded one after the other, each fading over what was there. Slots that the set does not
        have are emptied at the end.
        """
        performance = read_set(name)
        with self.restoring.lock:
            problems = self._restore(performance)
        for problem in problems:
            log.warning("set %r: %s", name, problem)
        return problems

    def _restore(self, performance: Performance) -> Lines:
        concerned = {slot.number for slot in self._rack.slots} | performance.slots.keys()
        problems = self.restoring.slots(performance.slots, concerned)
        return problems + self._sections.restore(performance.sections)
