"""OSC 1.0 address patterns: `*`, `?`, `[a-c]`, `[!x]` and `{on,off}`, in bounded time.

A name is matched by the set of places in it that the pattern can have come to, as the bits of a
number; so each character of a pattern takes one step, however many stars are before it. Steps are
counted, and too many of them refused.
"""

import re
from collections.abc import Iterable

from rtsynth.common.errors import ControlError

MAX_STEPS = 10_000  # for one pattern: about 2 ms
MAX_MATCHES = 1000

_SPECIAL = re.compile(r"[*?\[\]{}]")
_ELEMENT = re.compile(
    r"(?P<star>\*+)|(?P<any>\?)|\[(?P<not>!?)(?P<set>[^\[\]{}]+)\]|\{(?P<choice>[^\[\]{}]*)\}"
    r"|(?P<plain>[^*?\[\]{}])"
)

Masks = dict[str, int]  # of a name: for each character, the places where it stands


class _Set:
    """Characters, or all but these: `[a-c]`, `[!a-c]`."""

    def __init__(self, text: str, *, inverted: bool) -> None:
        self._inverted = inverted
        self._characters = set[str]()
        position = 0
        while position < len(text):
            first = last = text[position]
            if text[position + 1 : position + 2] == "-" and position + 2 < len(text):
                last = text[position + 2]
                position += 2
            self._characters.update(map(chr, range(ord(first), ord(last) + 1)))
            position += 1

    def places(self, masks: Masks, everywhere: int) -> int:
        found = 0
        for character, mask in masks.items():
            if character in self._characters:
                found |= mask
        return everywhere & ~found if self._inverted else found


class _Part:
    """What stands between two slashes of a pattern."""

    def __init__(self, text: str) -> None:
        self.literal = None if _SPECIAL.search(text) else text
        self._elements: list[str | _Set | tuple[str, ...]] = []
        self.steps = 1
        self._known: dict[str, bool] = {}
        position = 0
        while position < len(text):
            found = _ELEMENT.match(text, position)
            if found is None:
                raise ControlError(f"{text[position]!r} in the address is not closed, or empty")
            position = found.end()
            if found["set"] is not None:
                self._elements.append(_Set(found["set"], inverted=bool(found["not"])))
            elif found["choice"] is not None:
                choice = tuple(found["choice"].split(","))
                self._elements.append(choice)
                self.steps += sum(map(len, choice)) + len(choice)
            else:
                self._elements.append(found[0][0])
            self.steps += 1

    def knows(self, name: str) -> bool:
        return name in self._known

    def matches(self, name: str, masks: Masks) -> bool:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._match(len(name), masks)
        return known

    def _match(self, length: int, masks: Masks) -> bool:
        everywhere = (1 << length) - 1
        at = 1  # bit n: the pattern so far ends before character n
        for element in self._elements:
            match element:
                case "*":
                    at = (everywhere << 1 | 1) & -(at & -at)
                case "?":
                    at = (at & everywhere) << 1
                case str():
                    at = (at & masks.get(element, 0)) << 1
                case _Set():
                    at = (at & element.places(masks, everywhere)) << 1
                case _:
                    at = _after_any(element, at, masks)
            if not at:
                return False
        return bool(at >> length & 1)


def _after_any(texts: tuple[str, ...], at: int, masks: Masks) -> int:
    reached = 0
    for text in texts:
        end = at
        for character in text:
            end = (end & masks.get(character, 0)) << 1
        reached |= end
    return reached


class _Node:
    """A part of addresses, and what follows it."""

    __slots__ = ("address", "followers", "masks")

    def __init__(self, name: str) -> None:
        self.address: str | None = None  # where one ends here
        self.followers: dict[str, _Node] = {}
        self.masks: Masks = {}
        for place, character in enumerate(name):
            self.masks[character] = self.masks.get(character, 0) | 1 << place


class AddressTree:
    """Addresses, by their parts."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._root = _Node("")
        for address in addresses:
            node = self._root
            for name in address.split("/")[1:]:
                if name not in node.followers:
                    node.followers[name] = _Node(name)
                node = node.followers[name]
            node.address = address

    def matching(self, pattern: str) -> list[str]:
        """The addresses that a pattern matches, in the order in which they were given.

        Raises:
            ControlError: it is no pattern, matches nothing, too much, or takes too long.
        """
        parts = [_Part(text) for text in pattern.split("/")[1:]]
        nodes, steps = [self._root], 0
        for part in parts:
            reached = []
            for node in nodes:
                if part.literal is not None:
                    steps += 1
                    if found := node.followers.get(part.literal):
                        reached.append(found)
                    continue
                for name, follower in node.followers.items():
                    steps += 1 if part.knows(name) else part.steps
                    if steps > MAX_STEPS:
                        raise ControlError("this pattern takes too long; send a simpler one")
                    if part.matches(name, follower.masks):
                        reached.append(follower)
            nodes = reached
        addresses = [node.address for node in nodes if node.address is not None]
        if not addresses:
            raise ControlError("matches no address of the loaded slots")
        if len(addresses) > MAX_MATCHES:
            raise ControlError(f"matches {len(addresses)} addresses, at most {MAX_MATCHES}")
        return addresses


def is_pattern(address: str) -> bool:
    """Whether an address has to be matched."""
    return _SPECIAL.search(address) is not None
