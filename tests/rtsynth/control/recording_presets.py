"""Presets that write down what they were asked, for tests of the surfaces alone."""

from typing import Protocol

from rtsynth.common.errors import InputError


class Noting(Protocol):
    """The engine that they belong to."""

    def check(self, slot: int) -> None: ...
    def note(self, *call: object) -> None: ...


class RecordingPresets:
    """Has the presets in `names`, and lists what is done to them in the engine's `calls`."""

    def __init__(self, engine: Noting) -> None:
        self._engine = engine
        self.names = ["a", "b"]
        self.at: str | None = None
        self.problems: list[str] = []

    def list(self, slot: int):
        self._engine.check(slot)
        return self.names

    def current(self, slot: int) -> str | None:
        return self.at

    def save(self, slot: int, name: str) -> None:
        self._engine.note("preset_save", slot, name)
        self.at = name

    def rename(self, slot: int, old: str, new: str) -> None:
        self._engine.note("preset_rename", slot, old, new)

    def delete(self, slot: int, name: str) -> None:
        self._engine.note("preset_delete", slot, name)

    def recall(self, slot: int, name: str, *, at_ns: int | None = None):
        if name not in self.names:
            raise InputError(f"preset {name!r} does not exist")
        self.at = name
        self._engine.note("preset_recall", slot, name, at_ns)
        return self.problems

    def recall_number(self, slot: int, number: int, *, at_ns: int | None = None):
        return self.recall(slot, self.names[number], at_ns=at_ns)

    def next(self, slot: int):
        return self.recall(slot, self.names[0])

    def previous(self, slot: int):
        return self.recall(slot, self.names[-1])

    def morph(self, slot: int, weights, seconds: float = 0.0, *, at_ns: int | None = None):
        self._engine.note("preset_morph", slot, weights, seconds, at_ns)
        return self.problems

    def morph_between(self, slot, first, second, position, seconds=0.0, *, at_ns=None):
        weights = {first: 1.0 - position, second: position}
        return self.morph(slot, weights, seconds, at_ns=at_ns)


class RecordingSets:
    """Has the sets in `names`, and lists what is done to them in the engine's `calls`."""

    def __init__(self, engine: Noting) -> None:
        self._engine = engine
        self.names = ["gig"]
        self.problems: list[str] = []

    def list(self):
        return self.names

    def save(self, name: str) -> None:
        self._engine.note("set_save", name)

    def rename(self, old: str, new: str) -> None:
        self._engine.note("set_rename", old, new)

    def delete(self, name: str) -> None:
        self._engine.note("set_delete", name)

    def recall(self, name: str):
        self._engine.note("set_recall", name)
        return self.problems
