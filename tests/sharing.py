"""How tests are shared out to processes that run side by side: by file, long files first.

A process that crashes fails its test, and the others take over what it left. The scheduler of
pytest-xdist 3.8 hands out again what a crashed process had done, and waits for ever once only that
is left (pytest-dev/pytest-xdist issues 1327 and 1378); it also runs the test that crashed again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.tiers import TIERS

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController


class Sharing(LoadFileScheduling):
    """By file, in the order of collection."""

    def remove_node(self, node: "WorkerController") -> str | None:
        """Hand out what a process left undone.

        Returns the test that it crashed in; None if it had done all.
        """
        left = {
            file: tests
            for file, tests in self.assigned_work.pop(node).items()
            if not all(tests.values())
        }
        if not left:
            return None
        tests = next(iter(left.values()))
        crashed = next(name for name, done in tests.items() if not done)
        tests[crashed] = True
        self.workqueue.update(
            {file: tests for file, tests in left.items() if not all(tests.values())}
        )
        for other in self.nodes:
            self._reschedule(other)
        return crashed

    def schedule(self) -> None:
        """A process begins a test when it knows the next one, or that there is none."""
        super().schedule()
        for node in self.nodes:
            self._reschedule(node)


def long_files_first(tests: Iterable[tuple[str, str]]) -> list[str]:
    """The files of (file, tier): those of the slowest tier first, then those of many tests."""
    tiers: defaultdict[str, list[int]] = defaultdict(list)
    for file, tier in tests:
        tiers[file].append(TIERS.index(tier))
    return sorted(tiers, key=lambda file: (-max(tiers[file]), -len(tiers[file])))


def sort_by_file(items: list[pytest.Item], tiers: Sequence[str]) -> None:
    """Sort tests of these tiers in place; those of a file stay as they are."""
    files = [item.nodeid.split("::")[0] for item in items]
    ordered = long_files_first(zip(files, tiers, strict=True))
    rank = {file: place for place, file in enumerate(ordered)}
    items.sort(key=lambda item: rank[item.nodeid.split("::")[0]])
