"""Numbers that stand for something else: steps of undo are of numbers."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

MOST_KNOWN = 2000  # that steps of undo may be about: many more than there are steps

T = TypeVar("T")


class Numbers(Generic[T]):
    """Of things that are equal the same number, above 0. Those that were not used for longest are
    forgotten."""

    def __init__(self) -> None:
        self._things: OrderedDict[float, tuple[Hashable, T]] = OrderedDict()
        self._numbers: dict[Hashable, float] = {}
        self._next = 1.0

    def of(self, thing: T, key: Hashable) -> float:
        """What stands for a thing; `key` is what makes it another one, often itself."""
        if key not in self._numbers:
            self._numbers[key], self._things[self._next] = self._next, (key, thing)
            self._next += 1
            if len(self._things) > MOST_KNOWN:
                _, (oldest, _) = self._things.popitem(last=False)
                del self._numbers[oldest]
        number = self._numbers[key]
        self._things.move_to_end(number)  # what is used stays
        return number

    def __getitem__(self, number: float) -> T:
        """The thing that a number stands for.

        Raises:
            KeyError: that was too long ago.
        """
        self._things.move_to_end(number)
        return self._things[number][1]
