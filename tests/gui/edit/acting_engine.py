"""An engine that answers acts in order, for tests without a real one."""

from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth_gui.edit.acts import Acts
from rtsynth_gui.edit.history import History, Setting, Snapshot


class Engine:
    """Answers what it is sent, in order; refuses what is called "missing"."""

    def __init__(self) -> None:
        self.sent: list[tuple[Argument, ...]] = []
        self.recalled: list[bool] = []
        self.places: dict[str, Setting] = {}
        self.history = History(self.places.get, self._set)
        self.acts = Acts(
            lambda *message: self.sent.append(message), self.history, self.recalled.append
        )

    def _set(self, address: str, value: Setting) -> None:
        if isinstance(value, Snapshot):
            self.acts.recall(value)
        else:
            self.places[address] = value

    @property
    def titles(self) -> list[str]:
        """What could be undone, the last first, if nothing were under way."""
        return [step.title for step in reversed(self.history._done)]

    def answer(self, *lost: str) -> None:
        """Answer everything but what is lost on the way."""
        done = [m for m in self.sent if "missing" not in m and not set(m) & set(lost)]
        self.sent.clear()
        self.tell(*(("/done", *words) for words in done))

    def tell(self, *messages: tuple[Argument, ...]) -> None:
        self.acts.take([OscMessage(str(a), tuple(words), None) for a, *words in messages], [])
