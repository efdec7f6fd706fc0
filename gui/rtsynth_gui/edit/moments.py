"""What a slot's network was, among what can be undone: the engine keeps the last minute of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from rtsynth.control.osc.addresses import slot_address
from rtsynth.control.osc.packet import Argument
from rtsynth.host.presets.file_parts import NETWORK

KEPT_S = 59.0  # a second less than the engine keeps: messages take their time
# What was so long before an act was before it in the engine, too, however late that had it.
BEFORE_S = 0.05


@dataclass(frozen=True, slots=True)
class Since:
    """Stands for an argument: the seconds that have passed since a `time.monotonic()` time."""

    at_s: float


Command = tuple[str, tuple[Argument | Since, ...]]  # of a bank


@dataclass(frozen=True, slots=True)
class Moment:
    """How a network is put to where it was before or after an act: commands of its slot's bank.

    Attributes:
        plugin: whose network it is; another one has another past.
        at_s: the time of the act.
    """

    plugin: str
    at_s: float
    commands: tuple[Command, ...]

    def stands(self, plugin: object, now_s: float) -> bool:
        """Whether it can be gone back to, where `plugin` plays by now."""
        return plugin == self.plugin and now_s - self.at_s < KEPT_S

    def messages(self, slot: int, now_s: float) -> list[tuple[str, tuple[Argument, ...]]]:
        """What the engine is sent: addresses and arguments."""
        return [
            (
                slot_address(slot, f"bank/{command}"),
                sent(arguments, now_s),
            )
            for command, arguments in self.commands
        ]


def sent(arguments: Iterable[Argument | Since], now_s: float) -> tuple[Argument, ...]:
    """Arguments as they are sent now."""
    return tuple(now_s - each.at_s if isinstance(each, Since) else each for each in arguments)


def before(plugin: str, at_s: float, voice: int = 0, *first: Command) -> Moment:
    """What was before an act, in all voices or in one (from 1).

    Args:
        first: what is to be ended, or begun, before it is gone back.
    """
    return Moment(plugin, at_s, (*first, ("back", (Since(at_s - BEFORE_S), voice))))


def network_key(slot: int) -> str:
    """What stands for a slot's network among the settings of a step."""
    return f"{NETWORK}{slot}"


def slot_of(address: str) -> int | None:
    """The slot whose network it stands for; None for anything else."""
    number = address.removeprefix(NETWORK)
    return int(number) if number != address and number.isdecimal() else None
