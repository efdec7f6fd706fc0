"""Sections: what services add to a performance that is kept, each under its own name.

A service with state of a performance (a mixer, mappings, modulation) registers a section once. From
then on it is in every set and in the session that a restarted engine continues with; one that has
state of each slot is in presets, too.

What is restored before its service is there waits for it, and is kept as it came when nobody asks
for it: so a file of a newer version loses nothing by being read and written here.
"""

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from rtsynth.common.errors import RtsynthError
from rtsynth.common.log import RateLimitedLog

Plain = Any  # None, numbers that are finite, texts, lists and {text: plain}: what JSON holds

log = RateLimitedLog(logging.getLogger("rtsynth"))


class Service(Protocol):
    """Has state of the performance. Its methods may be called from any thread."""

    def read(self) -> Plain:
        """What there is to restore, as plain data; None if that is nothing."""

    def restore(self, data: Plain) -> list[str]:
        """Go back there; a line for everything that does not fit any more.

        The data may come from a file that somebody has edited: it has to be checked.

        Raises:
            RtsynthError: none of it can be used.
        """


class SlotService(Protocol):
    """Has state of each slot; otherwise as `Service`."""

    def read(self, slot: int) -> Plain: ...
    def restore(self, slot: int, data: Plain) -> list[str]: ...


@dataclass(frozen=True)
class _OfSlot:
    """A `SlotService` as the `Service` of one slot."""

    service: SlotService
    slot: int

    def read(self) -> Plain:
        return self.service.read(self.slot)

    def restore(self, data: Plain) -> list[str]:
        return self.service.restore(self.slot, data)


class Group:
    """Sections of one kind: of the engine, or of a slot. Any thread may call anything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._services: dict[str, Service] = {}
        self._unclaimed: dict[str, Plain] = {}

    def add(self, name: str, service: Service) -> list[str]:
        """Register a section; what was restored before under its name goes to it now."""
        with self._lock:
            self._services[name] = service
            waiting = name in self._unclaimed
            data = self._unclaimed.pop(name, None)
        return _problems(name, partial(service.restore, data)) if waiting else []

    def serves(self, name: str) -> bool:
        """Whether a service has registered a section of that name."""
        return name in self._services

    def with_unclaimed(self, sections: dict[str, Plain]) -> dict[str, Plain]:
        """Some sections to restore, and with them those that wait for their services."""
        with self._lock:
            return {**self._unclaimed, **sections}

    def read(self) -> dict[str, Plain]:
        """All sections, as a copy; those without a service as they were restored."""
        with self._lock:
            sections, services = dict(self._unclaimed), dict(self._services)
        for name, service in services.items():
            data = _plain(name, service.read)
            if data is not None:
                sections[name] = data
        return sections

    def restore(self, sections: dict[str, Plain]) -> list[str]:
        """Give every service its section, in the order they were registered.

        Services without one stay as they are. Returns a line for everything that does not fit.
        """
        with self._lock:
            services = dict(self._services)
            self._unclaimed = {name: sections[name] for name in sections if name not in services}
        problems: list[str] = []
        for name, service in services.items():
            if name in sections:
                data = sections[name]
                problems += _problems(name, partial(service.restore, data))
        return problems


class Sections(Group):
    """The sections of an engine, and of its slots."""

    def __init__(self) -> None:
        super().__init__()
        self._slot_services: dict[str, SlotService] = {}
        self._slots: dict[int, Group] = {}

    def add_for_slots(self, name: str, service: SlotService) -> list[str]:
        """Register a section that every slot has."""
        with self._lock:
            self._slot_services[name] = service
            slots = dict(self._slots)
        return [
            problem
            for number, group in slots.items()
            for problem in group.add(name, _OfSlot(service, number))
        ]

    def slot(self, number: int) -> Group:
        """The sections of a slot."""
        with self._lock:
            group = self._slots.get(number)
            if group is None:
                group = self._slots[number] = Group()
                for name, service in self._slot_services.items():
                    group.add(name, _OfSlot(service, number))
        return group


def _plain(name: str, read: Callable[[], Plain]) -> Plain:
    """What a service reads, copied; None, with a line in the log, if it is not plain data."""
    try:
        return _copied(read())
    except (RtsynthError, TypeError, ValueError) as error:
        log.warning(f"{name}: cannot be kept ({error})")
        return None


def _copied(data: Plain) -> Plain:
    """Plain data as JSON would give them back; texts, which may be long, are shared.

    Raises:
        TypeError, ValueError: they are none.
    """
    match data:
        case None | bool() | str():
            return data
        case int():
            return int(data)
        case float():
            if not math.isfinite(data):
                raise ValueError(f"{data} is no number of JSON")
            return float(data)
        case list() | tuple():
            return [_copied(each) for each in data]
        case dict():
            if not all(isinstance(key, str) for key in data):
                raise TypeError("a key that is no text")
            return {key: _copied(each) for key, each in data.items()}
        case _:
            raise TypeError(f"{type(data).__name__} is no plain data")


def _problems(name: str, restore: Callable[[], list[str]]) -> list[str]:
    """Restore a section; whatever is wrong with its data, the other ones are restored as well."""
    try:
        return [f"{name}: {problem}" for problem in restore()]
    except (RtsynthError, TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        reason = error if isinstance(error, RtsynthError) else repr(error)
        return [f"{name}: not restored ({reason})"]
