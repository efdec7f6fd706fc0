"""Two processes of a training, without processes."""

from typing import Any

from rtsynth_train.core.ranks import Ranks


class Told(Ranks):
    """Two processes with one memory: what the first has told, the second hears in turn."""

    size = 2

    def __init__(self, heard: list[Any] | None = None) -> None:
        self.memory: list[Any] = [] if heard is None else heard
        self.rank = 0 if heard is None else 1

    def told(self, message: Any = None) -> Any:
        if self.rank:
            return self.memory.pop(0)
        self.memory.append(message)
        return message

    def told_state(self, state: dict[str, Any] | None) -> dict[str, Any]:
        got: dict[str, Any] = self.told(state)
        return got
