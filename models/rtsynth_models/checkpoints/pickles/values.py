"""What a pickle is read into: plain values, and placeholders for whatever has no meaning here."""

import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

LARGEST_KEY = 1 << 31


class Damaged(pickle.UnpicklingError):
    """A pickle that is damaged, or asks for more than it should; the text says which."""


class Placeholder:
    """Stands for something that has no meaning here: an instance of a foreign class, a call.

    `name` is that of the class or function; `reason` says why it cannot be used where a tensor is
    needed, and how it could.
    """

    __slots__ = ("_fields", "_items", "arguments", "name", "reason")

    def __init__(self, name: str, arguments: tuple[Any, ...] = (), reason: str = "") -> None:
        self.name, self.arguments, self.reason = name, arguments, reason
        self._fields: dict[Any, Any] | None = None
        self._items: dict[Any, Any] | None = None

    @property
    def fields(self) -> dict[Any, Any]:
        """Its attributes."""
        if self._fields is None:
            self._fields = {}
        return self._fields

    @property
    def items(self) -> dict[Any, Any]:
        """What is in it, where it is a kind of table."""
        if self._items is None:
            self._items = {}
        return self._items

    def __str__(self) -> str:
        return self.reason or f"{self.name[:80]}, which has no meaning here"


class Global:
    """A function or class that a pickle names."""

    __slots__ = ("make", "name")

    def __init__(self, name: str, make: Callable[..., Any] | None) -> None:
        self.name, self.make = name, make


# "module.name" -> what a call of it gives, from the machine and the arguments.
Meanings = Mapping[str, Callable[..., Any]]


class Buildable(ABC):
    """A value that its state completes."""

    @abstractmethod
    def build(self, state: Any) -> None:
        """Take in the state. Raises Damaged where it makes no sense."""


def table(keys: Any, values: Any) -> dict[Any, Any]:
    """A table. Keys that are neither texts nor small numbers become placeholders."""
    return {key_of(key): value for key, value in zip(keys, values, strict=True)}


def key_of(key: Any) -> Any:
    """A key whose hash is quick. Python 2's texts are bytes; latin-1 keeps every one."""
    if isinstance(key, bytes):
        return key.decode("latin-1")
    if key is None or isinstance(key, str | Placeholder):
        return key
    if isinstance(key, int) and abs(key) < LARGEST_KEY:
        return key
    return Placeholder("a key that is neither a text nor a small number")
