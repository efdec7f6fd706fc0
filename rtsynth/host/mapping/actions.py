"""Actions: what a physical control does, beside what it moves: states are kept and put back.

An action is written as its OSC command is, without the slot: `bank/recall here`. A word with spaces
is in double quotes, which no name has: `bank/morph "first word" end`.
"""

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, runtime_checkable

from rtsynth.common.errors import InputError
from rtsynth.common.names import checked_name
from rtsynth.host.notes import NEWEST

_WORDS = re.compile(r'"([^"]*)"|([^\s"]+)')
_LONGEST = 1000  # characters of an action
_SHOWN = 60
_MOST_AVERAGED = 8
_CLOSE_S = 1.3e-4  # half a sample at 4 kHz: loops of lengths so close are the same one

Word = str | float


@runtime_checkable
class States(Protocol):
    """An engine's `banks`, as far as actions need them; see `rtsynth.host.state_banks`."""

    def save(
        self,
        slot: int,
        name: str,
        seconds: float = 0.0,
        voice: int = 0,
        *,
        at_ns: int | None = None,
    ) -> Any:
        """Keep what the network is, or was so long ago."""

    def recall(self, slot: int, name: str, voice: int = 0, *, at_ns: int | None = None) -> Any:
        """Put a state back."""

    def recall_number(self, slot: int, number: int, *, at_ns: int | None = None) -> Any:
        """Put back the one at a place in the list, from 0."""

    def back(self, slot: int, seconds: float, voice: int = 0, *, at_ns: int | None = None) -> Any:
        """Return to what the network was so long ago."""

    def morph_between(
        self,
        slot: int,
        first: str,
        second: str,
        position: float,
        voice: int = 0,
        *,
        at_ns: int | None = None,
    ) -> Any:
        """Put back what is between two states."""

    def average(self, slot: int, new: str, weights: dict[str, float]) -> Any:
        """Keep what is between states."""

    def fork(self, slot: int, name: str, new: str, voice: int = 0) -> Any:
        """Keep a copy."""

    def start_from(self, slot: int, name: str) -> Any:
        """Let notes begin from a state."""

    def loop(self, slot: int, name: str, seconds: float, *, at_ns: int | None = None) -> Any:
        """Put a state back again and again."""

    def looped(self, slot: int) -> tuple[str, float] | None:
        """What is looped."""

    def names(self, slot: int) -> list[str]:
        """The names of the states."""

    def take_programs(self, slot: int, *, on: bool) -> Any:
        """Let program changes recall states."""

    def delete(self, slot: int, name: str) -> Any:
        """Forget a state."""


def _name(text: str) -> str:
    return checked_name(text, "state")


def _name_or_none(text: str) -> str:
    return _name(text) if text else ""


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{text[:_SHOWN]!r} is no number")
    return value


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise InputError(f"{text[:_SHOWN]!r} is no whole number")
    return int(text)


def _voice(text: str) -> int:
    return NEWEST if text == str(NEWEST) else _whole(text)


class Kind(NamedTuple):
    """A row of the table. Words past `required` may be left out.

    `place` makes the physical control's own place 0..1 the word after the required ones. `end`
    undoes what lasts; `lasts` is whether it does so now.
    """

    words: tuple[tuple[str, Callable[[str], Word]], ...]
    required: int
    do: Callable[..., object]  # (states, slot, *words, at_ns=)
    place: Callable[[States, int, float], float] | None = None
    end: Callable[..., object] | None = None
    lasts: Callable[..., bool] | None = None


def _save(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.save(slot, *words, at_ns=at_ns)


def _recall(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.recall(slot, *words, at_ns=at_ns)


def _recall_number(states: States, slot: int, number: int, at_ns: int | None) -> None:
    states.recall_number(slot, number, at_ns=at_ns)


def _number_at(states: States, slot: int, position: float) -> int:
    """Of the state at a share of the list."""
    last = max(len(states.names(slot)) - 1, 0)
    return min(max(int(position * (last + 1)), 0), last)


def _same(states: States, slot: int, position: float) -> float:
    return position


def _back(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.back(slot, *words, at_ns=at_ns)


def _morph(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.morph_between(slot, *words, at_ns=at_ns)


def _average(states: States, slot: int, new: str, *names: str, at_ns: int | None) -> None:
    states.average(slot, new, {name: float(names.count(name)) for name in names})


def _fork(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.fork(slot, *words)


def _start(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.start_from(slot, *words)


def _loop(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.loop(slot, *words, at_ns=at_ns)


def _end_loop(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.loop(slot, "", 0.0, at_ns=at_ns)


def _is_looped(states: States, slot: int, name: str, seconds: float) -> bool:
    looped = states.looped(slot)
    return looped is not None and looped[0] == name and abs(looped[1] - seconds) < _CLOSE_S


def _programs(states: States, slot: int, on: float, at_ns: int | None) -> None:
    states.take_programs(slot, on=on != 0)


def _delete(states: States, slot: int, *words: Any, at_ns: int | None) -> None:
    states.delete(slot, *words)


_NAME, _VOICE, _SECONDS = ("name", _name), ("voice", _voice), ("seconds", _number)
_OR_NONE = ("name", _name_or_none)
ACTIONS: dict[str, Kind] = {
    "bank/save": Kind((_NAME, _SECONDS, _VOICE), 1, _save),
    "bank/recall": Kind((_NAME, _VOICE), 1, _recall),
    "bank/number": Kind((("number", _whole),), 0, _recall_number, place=_number_at),
    "bank/back": Kind((_SECONDS, _VOICE), 1, _back),
    "bank/morph": Kind(
        (("a", _name), ("b", _name), ("position", _number), _VOICE), 2, _morph, place=_same
    ),
    "bank/average": Kind((("new", _name), *(_NAME,) * _MOST_AVERAGED), 2, _average),
    "bank/fork": Kind((_NAME, ("new", _name), _VOICE), 2, _fork),
    "bank/start": Kind((_OR_NONE,), 1, _start),
    "bank/loop": Kind((_OR_NONE, _SECONDS), 2, _loop, end=_end_loop, lasts=_is_looped),
    "bank/programs": Kind((("on", _number),), 1, _programs),
    "bank/delete": Kind((_NAME,), 1, _delete),
}


class Action(NamedTuple):
    """One of `ACTIONS` with its words."""

    command: str
    words: tuple[Word, ...]

    @property
    def kind(self) -> Kind:
        """Its row of the table."""
        return ACTIONS[self.command]

    @property
    def is_placed(self) -> bool:
        """Whether the physical control says how far: it is done with each of its moves."""
        return self.kind.place is not None and len(self.words) == self.kind.required

    @property
    def text(self) -> str:
        """As `read_action` reads it: the same action has always the same text."""
        return " ".join((self.command, *map(_quoted, self.words)))


def _quoted(word: Word) -> str:
    if not isinstance(word, str):
        return f"{word:.9g}"
    return f'"{word}"' if not word or " " in word else word


def is_action(target: str) -> bool:
    """Whether a binding's target is an action: no control's own name has a slash."""
    return target.partition(" ")[0] in ACTIONS


@lru_cache(maxsize=4096)
def read_action(text: str) -> Action:
    """The action that a text names.

    Raises:
        InputError: one line that says what is wrong, and what there is.
    """
    words = [quoted or plain for quoted, plain in _WORDS.findall(text[:_LONGEST])]
    rest = _WORDS.sub("", text[:_LONGEST]).strip()
    command = words[0].strip("/") if words else ""
    kind = ACTIONS.get(command)
    if kind is None:
        raise InputError(
            f"{text[:_SHOWN]!r} is no action; there are {', '.join(ACTIONS)}, as in OSC"
        )
    if rest or len(text) > _LONGEST:
        raise InputError(f"{text[:_SHOWN]!r}: a name with spaces is in double quotes")
    given = words[1:]
    titles = [title for title, _ in kind.words]
    if not kind.required <= len(given) <= len(titles):
        optional = [f"[{title}]" for title in titles[kind.required :]]
        usage = " ".join((command, *titles[: kind.required], *optional))
        raise InputError(f"{text[:_SHOWN]!r}: write {usage}")
    try:
        read = tuple(word(it) for (_, word), it in zip(kind.words, given, strict=False))
    except InputError as error:
        raise InputError(f"{text[:_SHOWN]!r}: {error}") from error
    return Action(command, read)
