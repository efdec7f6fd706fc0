"""Which MIDI controls move which control, and which control waits for one, as the engine says."""

from collections.abc import Iterable
from typing import NamedTuple

from rtsynth.control.osc.packet import OscMessage

MOST = 4096
LEARNED = "learned"


class Mapping(NamedTuple):
    """A MIDI control as the engine writes it ("CC 21, channel 1"), and where the mapping is from:
    learned, file or default."""

    text: str
    origin: str


class Bindings:
    """The engine's mappings by address, and the control that waits for a MIDI control."""

    def __init__(self) -> None:
        self.learning = ""
        self._titles: dict[str, str] = {}  # of controls that this window lets learn
        self.news: list[tuple[str, str]] = []  # (title, MIDI control; "" for none), until said
        self._mapped: dict[str, list[Mapping]] = {}
        self._coming: dict[str, list[Mapping]] = {}

    def take(self, answers: Iterable[OscMessage]) -> bool:
        """Read what concerns MIDI; whether the mappings have to be asked for again."""
        stale = False
        for message in answers:
            texts = [str(argument) for argument in message.arguments]
            match message.address, texts:
                case "/midi/learning", [address, *_]:
                    self._end(self.learning if address != self.learning else "", "")
                    self.learning = address
                case "/midi/learned", [address, text, *_]:
                    self._end(address, text)
                    self.learning = ""
                    stale = True
                case "/midi/mapped", [address, text, origin, *_] if len(self._coming) < MOST:
                    self._coming.setdefault(address, []).append(Mapping(text, origin))
                case "/done", ["/midi/map", *_]:
                    self._mapped, self._coming = self._coming, {}
                case "/done", ["/midi/forget", *_]:
                    stale = True
        return stale

    def name(self, address: str, title: str) -> None:
        """What a control is called that is to learn."""
        self._titles[address] = title

    def _end(self, address: str, text: str) -> None:
        title = self._titles.pop(address, "")
        if title:
            self.news.append((title, text))

    def forget(self) -> None:
        """The engine is gone."""
        self.learning = ""
        self._titles.clear()
        self._coming.clear()

    def of(self, address: str) -> tuple[Mapping, ...]:
        """The MIDI controls that move a control."""
        return tuple(self._mapped.get(address, ()))
